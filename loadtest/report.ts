/** BENCHMARKS.md and its plots, from the run in `benchmarks.json`. */
import type { Benchmarks } from "./benchmarks.ts";
import type { StormRow } from "./storms.ts";
import { plot } from "./plot.ts";
import { judge, type Ratio, ratioOf, ratioText, roundsMin } from "./spread.ts";

/** The files generated from the run: path in the repository, format, and text. */
export const benchmarkFiles: { path: string; format: "md" | "svg"; text: () => string }[] = [
  { path: "BENCHMARKS.md", format: "md", text: () => markdown(lastRun()) },
  { path: "loadtest/pictures/latency_by_load.svg", format: "svg", text: () => latencyPlot(lastRun()) },
  { path: "loadtest/pictures/cost_by_users.svg", format: "svg", text: () => costPlot(lastRun()) },
];

function lastRun(): Benchmarks {
  return JSON.parse(Deno.readTextFileSync(new URL("./benchmarks.json", import.meta.url)));
}

function markdown(run: Benchmarks): string {
  return [
    "# Benchmarks",
    "",
    "One run of `deno task bench:all`, stored in [`loadtest/benchmarks.json`](loadtest/benchmarks.json), from which",
    "`deno task generate` writes this page. The server, the database and the load tool share one small machine, so only",
    "the ratios apply to other machines. [`loadtest/README.md`](loadtest/README.md) has the figures of the other scripts.",
    "",
    "## Conditions",
    "",
    ...table(["", ""], [["date", `${run.date}, ${run.minutes.toFixed(0)} minutes`], ...Object.entries(run.conditions)]),
    "",
    "## Goals",
    "",
    "The scripts say what they measure and how. Those without a name are the tables below. A ratio of rates is that of the",
    "medians, and in brackets the least and the most of one round. If the goal lies between these, or there were fewer",
    `than ${roundsMin} rounds, it is not decided. Neither is the goal of what users cost if \`GET /livez\`, which`,
    "concerns none, changes more than it allows.",
    "",
    ...table(["Script", "Goal", "Measured", ""], goals(run)),
    "",
    ...sideBySide(run),
    ...latency(run),
    ...inStorms(run),
    ...byUsers(run),
    ...micro(run),
  ].join("\n");
}

/** The goals that this run can judge. */
function goals({ http, scale, storms, goals }: Benchmarks): string[][] {
  const rates = (name: string) => http.find((row) => row.name === name)!.rates;
  const raw = http[0]!.rates;
  const reaches = (goal: string, share: Ratio, least: number) => [goal, ratioText(share), judge(share, least)];
  const me = rates("`GET /users/me`");
  const worst = scale.rows.filter(concernsUsers).map(growth).reduce((a, b) => b.ratio > a.ratio ? b : a);
  const control = growth(scale.rows.find((row) => !concernsUsers(row))!);
  const storm = storms.slice(1).map(worstP99).reduce((a, b) => a.ms > b.ms ? a : b);
  const most = count(scale.users.at(-1)!);
  const [idle, full] = [Math.max(...scale.residentMegabytes.idle), Math.max(...scale.residentMegabytes.crowded)];
  const own = [
    reaches("`GET /users/me` is at least 0.75 of a raw `Deno.serve` with the same bytes", ratioOf(me, raw), 0.75),
    reaches('… and 0.45 of one that answers "hi"', ratioOf(me, rates('raw `Deno.serve`, "hi"')), 0.45),
    reaches("… and 0.70 of the same bytes with an API key", ratioOf(rates("`GET /users/me`, an API key"), raw), 0.7),
    [
      `Nothing costs more than 1.2 times as much with ${most} users and keys as with ${count(scale.users[0]!)}`,
      `at most ${ratio(worst.ratio)}: ${worst.name}; ${control.name}: ${ratio(control.ratio)}`,
      Math.max(control.ratio, 1 / control.ratio) > 1.2 ? "not decided" : met(worst.ratio <= 1.2),
    ],
    [
      "p99 of token traffic under 15 ms in every storm",
      `at most ${milliseconds(storm.ms)}: ${storm.name}`,
      met(storm.ms < 15),
    ],
    ["Resident memory under 110 MB idle", `${Math.round(idle)} MB`, met(idle < 110)],
    ["… and under 350 MB with as many users as memory keeps", `${Math.round(full)} MB`, met(full < 350)],
  ];
  return [
    ...own.map((row) => ["", ...row]),
    ...goals.map(([script, ...rest]) => [`[${script}](loadtest/${script}.ts)`, ...rest]),
  ];
}

function growth({ name, medianMs }: { name: string; medianMs: number[] }) {
  return { name, ratio: medianMs.at(-1)! / medianMs[0]! };
}

function worstP99({ name, me, introspection }: StormRow) {
  return { name, ms: Math.max(me.p99Ms, introspection.p99Ms) };
}

function sideBySide({ http }: Benchmarks): string[] {
  const head = ["", "Clients", "Requests/s", "To raw", "Median", "p99", "Server CPU each"];
  const rows = http.map(({ name, connections, requestsPerSecond, rates, p50Ms, p99Ms, cpuMicros }) => [
    name,
    `${connections}`,
    count(requestsPerSecond),
    ratioText(ratioOf(rates, http[0]!.rates)),
    milliseconds(p50Ms),
    milliseconds(p99Ms),
    microseconds(cpuMicros),
  ]);
  return [
    "## Side by side",
    "",
    "The baselines do no work: the first two read the `Authorization` header and return the headers and bytes of",
    "`GET /users/me`. `To raw` is the rate divided by that of the first row, and in brackets the least and the most of one",
    "round. Server CPU is the user and system time of the server's process with its hash threads, without PostgreSQL.",
    "Tokens and users are in memory, as after their first request.",
    "",
    ...table(head, rows),
    "",
  ];
}

function latency({ latency }: Benchmarks): string[] {
  const rows = latency.map(({ operation, connections, requestsPerSecond, p50Ms, p99Ms }) => [
    operation,
    `${connections}`,
    count(requestsPerSecond),
    milliseconds(p50Ms),
    milliseconds(p99Ms),
  ]);
  return [
    "## Latency by load",
    "",
    "![Median and 99th percentile by the number of clients](loadtest/pictures/latency_by_load.svg)",
    "",
    "A growing number of clients sends requests without pause (closed model). When the rate stops growing, the server and",
    "the load tool use up the cores that they share, and more clients only wait longer.",
    "",
    ...table(["Operation", "Clients", "Requests/s", "Median", "p99"], rows),
    "",
  ];
}

function inStorms({ storms }: Benchmarks): string[] {
  const rows = storms.map(({ name, storm, me, introspection }) => [
    name,
    storm.requestsPerSecond > 0 ? count(storm.requestsPerSecond) : "",
    storm.requestsPerSecond > 0 ? microseconds(storm.cpuMicros) : "",
    ...[me, introspection].flatMap(({ requestsPerSecond, p99Ms }) => [count(requestsPerSecond), milliseconds(p99Ms)]),
  ]);
  const head = ["Storm", "Requests/s", "Server CPU each", "`GET /users/me`/s", "p99", "introspections/s", "p99"];
  return [
    "## Storms",
    "",
    "64 clients send one kind of request without pause, each from a new address, and rates are not limited. Beside them 8",
    "send `GET /users/me`, and then 8 introspect as a client. The rate and the CPU time are those of the storm alone; those",
    "of mail include that the mails are sent.",
    "",
    ...table(head, rows),
    "",
  ];
}

function byUsers({ scale }: Benchmarks): string[] {
  const { users, roles, rows, seedSeconds, databaseMegabytes, residentMegabytes: resident, crowd } = scale;
  const times = rows.map(({ name, medianMs }) => [
    name,
    ...medianMs.map(milliseconds),
    ratio(medianMs.at(-1)! / medianMs[0]!),
  ]);
  const all = (name: string, cells: string[]) => [name, ...cells];
  const megabytes = (values: number[]) => values.map((value) => `${Math.round(value)} MB`);
  return [
    "## Cost by number of users",
    "",
    "![Median latency by number of users](loadtest/pictures/cost_by_users.svg)",
    "",
    `Every database has ${
      count(roles)
    } roles in chains of ten. Every user has a session and an API key, every tenth a passkey,`,
    "an app, a sign-in in a browser, and an OAuth client with a consent and a session. A server for each database runs at",
    "the same time, and one client on one connection sends requests to them in turn. The client's own part of a time is",
    "about that of `GET /livez`. The figures are medians; the last column is the ratio of the most users to the fewest.",
    "",
    ...table(["Operation", ...users.map((n) => `${count(n)} users`), "Ratio"], times),
    "",
    ...table(["", ...users.map((n) => `${count(n)} users`)], [
      all("time of `deno task seed`", seedSeconds.map((seconds) => `${seconds.toFixed(1)} s`)),
      all("database", megabytes(databaseMegabytes)),
      all("resident memory of the server, idle", megabytes(resident.idle)),
      all("… after all of the above", megabytes(resident.used)),
      all(
        "… after decisions about this number of users",
        resident.crowded.map((mb, n) => `${Math.round(mb)} MB, ${count(crowd[n]!)}`),
      ),
    ]),
    "",
    "Idle is a second start on the same schema, a minute after it and without a request. Memory keeps at most 200,000 users",
    "and as many sessions, independent of the size of the database.",
    "",
  ];
}

function micro({ micro }: Benchmarks): string[] {
  const rows = micro.map(({ group, name, averageNs, p99Ns }) => {
    const base = micro.find((row) => row.group === group && row.baseline);
    return [group, name, nanoseconds(averageNs), nanoseconds(p99Ns), base ? ratio(averageNs / base.averageNs) : ""];
  });
  return [
    "## Inside the process",
    "",
    "`deno task bench` measures parts of a request. The last column is the time divided by that of the first in its group.",
    "",
    ...table(["Group", "Benchmark", "Average", "p99", "Ratio"], rows),
    "",
  ];
}

function latencyPlot({ latency }: Benchmarks): string {
  const operations = [...new Set(latency.map(({ operation }) => operation))];
  const lines = operations.flatMap((operation, colour) => {
    const rows = latency.filter((row) => row.operation === operation);
    const line = (name: string, of: "p50Ms" | "p99Ms") => ({
      name: `${operation}, ${name}`,
      colour,
      points: rows.map((row): [number, number] => [row.connections, row[of]]),
    });
    return [line("median", "p50Ms"), { ...line("99th percentile", "p99Ms"), dashed: true }];
  });
  const clients = [...new Set(latency.map(({ connections }) => connections))];
  return plot({
    title: "Latency by load",
    x: { label: "clients, each with one request at a time", ticks: clients },
    y: { label: "milliseconds" },
    lines,
  });
}

function costPlot({ scale: { users, rows } }: Benchmarks): string {
  return plot({
    title: "Cost by number of users, medians of one client",
    x: { label: "users", ticks: users },
    y: { label: "milliseconds" },
    lines: rows.filter(concernsUsers).filter(isDrawn).map(({ name, medianMs }, n) => ({
      name: name.replace("seen for the first time", "new"),
      colour: n,
      points: medianMs.map((ms, n): [number, number] => [users[n]!, ms]),
    })),
  });
}

/** Whether an operation concerns users: the other one shows the time that client and server take for any request. */
function concernsUsers({ name }: { name: string }): boolean {
  return name !== "GET /livez";
}

/** Whether an operation is in the plot, which would be unreadable with all of them. */
function isDrawn({ name }: { name: string }): boolean {
  return !/^(?:login|list|search|sign-in|poll|revocations)/.test(name) || name === "login, less its hash";
}

function table(head: string[], rows: string[][]): string[] {
  const align = head.map((_, n) => n > 0 && rows.every((row) => /^(?:[\d.,]+(?: |$)|$)/.test(row[n]!)) ? "--:" : "---");
  return [head, align, ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

const count = (value: number) => Math.round(value).toLocaleString("en");
const ratio = (value: number) => value < 0.1 ? digits(value) : value.toFixed(2);
const met = (yes: boolean) => yes ? "met" : "missed";
const digits = (value: number) => value.toLocaleString("en", { maximumSignificantDigits: 3 });
const milliseconds = (value: number) => `${digits(value)} ms`;
const microseconds = (value: number) => value < 10_000 ? `${digits(value)} µs` : milliseconds(value / 1000);
const nanoseconds = (value: number) => value < 1_000 ? `${digits(value)} ns` : microseconds(value / 1000);
