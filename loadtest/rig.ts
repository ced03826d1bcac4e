/** For all load scripts: a schema, servers as child processes, users with tokens, and wrk. All on 127.0.0.1. */
import { parseArgs } from "node:util";
import pg from "pg";
import { statOf } from "./cpu_times.ts";

export type Server = AsyncDisposable & { origin: string; pid: number };

/** Starts a script of this repository, or of another checkout, with its port as an argument. */
export function start(args: string[], port: number, env: Record<string, string> = {}): Server {
  const child = new Deno.Command(Deno.execPath(), { args: ["run", "-A", ...args], env, stdout: "null" }).spawn();
  return {
    origin: `http://127.0.0.1:${port}`,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

/** Body and headers of `GET /users/me`, as {@link bytesOf} gives them. */
export async function sameBytes(origin: string, token: string): Promise<[body: string, headers: string]> {
  return await bytesOf(await fetch(`${origin}/users/me`, { headers: { authorization: `Bearer ${token}` } }));
}

/** Body and headers of an answer without those of the runtime, for the servers in `baselines/`. */
export async function bytesOf(answer: Response): Promise<[body: string, headers: string]> {
  const { date: _date, "content-length": _length, vary: _vary, ...headers } = Object.fromEntries(answer.headers);
  return [await answer.text(), JSON.stringify(headers)];
}

/** The machine, and its load before the script starts. */
export async function machine() {
  const [, cpu = "unknown CPU"] = /^model name\s*: (.+)$/m.exec(await Deno.readTextFile("/proc/cpuinfo")) ?? [];
  const [load] = Deno.loadavg();
  return { cores: navigator.hardwareConcurrency, cpu, "load before": load!.toFixed(1) };
}

/**
 * Prints the conditions of a measurement: the machine, the date, the tool, the load model (in a closed model each
 * client waits for its answer, in an open one requests arrive at a rate of their own), the hash function, and whether
 * rates are limited. `conditions` are the arguments of the script, and its other differences.
 */
export async function printConditions(conditions: Record<string, string | number>): Promise<void> {
  const common = {
    tool: "this script",
    model: "closed",
    hash: hashParameters(),
    "rate limits": installation.SENTINEL_RATE_LIMIT,
  };
  const facts = { ...await machine(), ...common, ...conditions };
  console.log(`${new Date().toISOString().slice(0, 10)}, Deno ${Deno.version.deno}`);
  console.log(Object.entries(facts).map(([name, value]) => `${name}: ${value}`).join(" · "));
}

/** The hash function of the servers: the default, unless the environment sets another. */
export function hashParameters(): string {
  const bcrypt = Deno.env.get("SENTINEL_PASSWORD_HASH") === "bcrypt";
  return bcrypt ? `bcrypt cost=${Deno.env.get("SENTINEL_BCRYPT_COST") ?? 12}` : "argon2id m=19456 t=2 p=1";
}

/**
 * The name and version of a load tool, such as `k6 v1.8.1`. @throws {Deno.errors.NotFound} when it is not installed.
 */
export async function toolVersion(tool: "wrk" | "k6"): Promise<string> {
  const { stdout } = await new Deno.Command(tool, { args: [tool === "k6" ? "version" : "-v"] }).output();
  return new TextDecoder().decode(stdout).split(" ").slice(0, 2).join(" ");
}

/** Whether a figure meets a goal. */
export type Verdict = "met" | "missed" | "not decided";

/** Prints a goal, the figure, and whether it meets the goal. */
export function printGoal(goal: string, seen: string, met: boolean | Verdict): void {
  console.log(`goal, ${goal}: ${seen}, ${typeof met === "string" ? met : met ? "met" : "missed"}`);
}

/** Prints what failed, and lets the script exit with 1 at its end. */
export function fail(what: string): void {
  console.log(`FAILED: ${what}`);
  Deno.exitCode = 1;
}

/** The numbers given as `--name`, or the script's defaults. */
export function numbersGiven<Name extends string>(own: Record<Name, number>): Record<Name, number> {
  const options = Object.fromEntries(Object.keys(own).map((name) => [name, { type: "string" as const }]));
  const { values } = parseArgs({ args: Deno.args, options });
  const given = Object.entries(values).map(([name, value]) => [name, Number(value)]);
  return { ...own, ...Object.fromEntries(given) };
}

/** An empty schema, and a function that runs statements in its database. */
export type Schema = Awaited<ReturnType<typeof emptySchema>>;

/** The database of `DATABASE_URL` with an empty schema `name`; what was in the schema is deleted. */
export async function emptySchema(name = "load") {
  const pool = new pg.Pool({ connectionString: Deno.env.get("DATABASE_URL"), max: 4 });
  pool.on("error", () => {}); // a script may cut connections
  await pool.query(`drop schema if exists ${name} cascade`);
  return {
    name,
    /** Runs one statement, which names tables with their schema. */
    sql: async <Row>(text: string, params: unknown[] = []) => (await pool.query(text, params)).rows as Row[],
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

/** The secret of the temporary installation. */
export const secret = new Uint8Array(32).fill(1);

/**
 * The settings of a temporary installation: without rate limits, as all clients have one address unless they name
 * another, and with the allocator settings of the image.
 */
export const installation = {
  GLIBC_TUNABLES: "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=131072",
  SENTINEL_SECRET: secret.toBase64(),
  SENTINEL_LOG_FORMAT: "json",
  SENTINEL_RATE_LIMIT: "off",
  SENTINEL_TRUSTED_PROXIES: "127.0.0.1",
  SENTINEL_DB_SCHEMA: "load",
};

/**
 * Serves Sentinel on the database of `DATABASE_URL`, with its production settings except `settings`. `program` is the
 * file to run: the sources, another version, or what is shipped.
 */
export async function startSentinel(
  port: number,
  settings: Record<string, string> = {},
  program = "src/main.ts",
): Promise<Server> {
  const publicUrl = `http://127.0.0.1:${port}`;
  const server = start([program, "serve"], port, {
    ...installation,
    PORT: String(port),
    SENTINEL_PUBLIC_URL: publicUrl,
    ...settings,
  });
  await using stack = new AsyncDisposableStack();
  stack.use(server);
  await until(async () => {
    const ready = await fetch(`${server.origin}/readyz`);
    await ready.body?.cancel();
    if (!ready.ok) throw new Error("not ready");
  });
  stack.move();
  return server;
}

/** Runs another command of the binary on the same schema. */
export async function runCommand(words: string[]): Promise<void> {
  const args = ["run", "-A", "src/main.ts", ...words];
  const { success } = await new Deno.Command(Deno.execPath(), { args, env: installation, stdout: "null" }).output();
  if (!success) throw new Error(`sentinel ${words.join(" ")} failed`);
}

/** A user of a load script, with the tokens and the session's id of a login. */
export type Person = Awaited<ReturnType<typeof newPerson>>;

/** A new user who has logged in. */
export async function newPerson(origin: string) {
  const username = `load-${crypto.randomUUID().slice(0, 8)}`;
  const person = { username, email: `${username}@example.com`, password: "measure twice, cut once" };
  const { id } = await post(`${origin}/register`, person);
  return { ...person, id: id as string, ...await logIn(origin, person) };
}

/** A new administrator who has logged in. */
export async function newAdministrator({ name, sql }: Schema, origin: string): Promise<Person> {
  const person = await newPerson(origin);
  await sql(`insert into ${name}.grants (user_id, role) values ($1, 'admin')`, [person.id]);
  return person;
}

/** One more session of the user. */
export async function logIn(origin: string, { username, password }: { username: string; password: string }) {
  const { access_token, refresh_token } = await post(`${origin}/login`, { username, password });
  const { sid } = JSON.parse(atob(access_token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  return { token: access_token as string, refreshToken: refresh_token as string, sessionId: sid as string };
}

async function post(url: string, body: unknown) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return await response.json();
}

/** The sum of the samples whose line begins with the given text, e.g. `sentinel_refreshes_total{outcome="rotated"}`. */
export async function metric(origin: string, sample: string): Promise<number> {
  const lines = (await (await fetch(`${origin}/metrics`)).text()).split("\n");
  return lines.filter((line) => line.startsWith(sample)).reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

/**
 * A result of wrk: requests, requests per second, the median and 99th percentile in milliseconds, and failed answers.
 */
export type Load = { requests: number; rate: number; p50Ms: number; p99Ms: number; failures: number };

/** A request that {@link wrk} sends, a POST by default. "#" in it is another number each time. */
export type Sent = { method?: string; path: string; json?: unknown; form?: Record<string, string> };

/**
 * Loads a URL with wrk, with one thread by default. `script` is a file of this folder; `requests` are sent in turn
 * instead, each from a new address.
 */
export async function wrk({ requests, ...how }: WrkOptions & { requests?: Sent[] }): Promise<Load> {
  if (!requests) return await runWrk(how);
  const file = await Deno.makeTempFile({ prefix: "requests-" });
  try {
    await Deno.writeTextFile(file, requests.map(lineOf).join("\n"));
    return await runWrk({ ...how, script: "requests.lua", env: { ...how.env, LOAD_REQUESTS: file } });
  } finally {
    await Deno.remove(file);
  }
}

/** A line of the file that `requests.lua` reads. */
function lineOf({ method = "POST", path, json, form }: Sent): string {
  const type = json ? "application/json" : form ? "application/x-www-form-urlencoded" : "";
  const body = json ? JSON.stringify(json) : form ? `${new URLSearchParams(form)}` : "";
  return [method, path, type, body].join("\t");
}

type WrkOptions = {
  url: string;
  connections: number;
  threads?: number;
  seconds: number;
  token?: string;
  script?: string;
  env?: Record<string, string>;
};

async function runWrk(
  { url, connections, threads = 1, seconds, token, script, env = {} }: WrkOptions,
): Promise<Load> {
  const options = [`-t${threads}`, `-c${connections}`, `-d${seconds}s`, "--latency", "--timeout", "30s"];
  if (token) options.push("-H", `Authorization: Bearer ${token}`);
  if (script) options.push("-s", new URL(script, import.meta.url).pathname);
  const { stdout } = await new Deno.Command("wrk", { args: [...options, url], env }).output();
  const report = new TextDecoder().decode(stdout);
  return {
    requests: Number(/(\d+) requests in/.exec(report)?.[1]),
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1]),
    p50Ms: percentile(report, 50),
    p99Ms: percentile(report, 99),
    failures: Number(/Non-2xx or 3xx responses: (\d+)/.exec(report)?.[1] ?? 0),
  };
}

function percentile(report: string, percent: number): number {
  const [, value, unit = ""] = new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s)`).exec(report) ?? [];
  return Number(value) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? NaN);
}

/** Tries for up to thirty seconds, which a first start on a busy machine may take. */
export async function until(attempt: () => Promise<unknown>): Promise<void> {
  for (let tries = 0;; tries++) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (tries > 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

export async function residentMegabytes({ pid }: Server): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** The CPU time of the server so far. */
export async function cpuSeconds({ pid }: Pick<Server, "pid">): Promise<number> {
  return (await statOf(pid))!.own;
}

/** The middle value; of an even number of values, the mean of the two in the middle. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [below, above] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
  return (below + above) / 2;
}
