/**
 * Whether anything grows or fails under long traffic of every kind (`soak_traffic.ts`): three replicas behind the
 * shipped Caddy, with a mail server that refuses every third mail and hangs up now and then. Every five minutes all
 * replicas except the first restart, one after the other, and the signing keys are rotated. The first one runs
 * throughout, so that its resources can be judged over the whole run.
 *
 *   DATABASE_URL=postgres://… [RATE=100] deno task load:soak-replicas [minutes] [minutes between restarts]
 *
 * Samples the resources of the first replica 180 times. Prints for each kind of arrival how many came, and their median
 * and 99th percentile; the slope of the resident memory (Theil–Sen: the median of the slopes between any two samples)
 * over the run and over its last half, which is after the warm-up; for each sixth of the run the median, and the
 * smallest heap, which is what garbage collection leaves; and descriptors and connections in the first and the last
 * third. Exits with 1 if an answer was wrong, if mails or logout tokens were lost, or if descriptors or connections
 * grew.
 */
import { startCaddy } from "../src/testing/servers/caddy.ts";
import { startSmtpServer } from "../src/testing/mail/smtp_server.ts";
import { freePort } from "../src/testing/servers/postgres_cluster.ts";
import {
  emptySchema,
  fail,
  median,
  metric,
  printConditions,
  residentMegabytes,
  runCommand,
  type Server,
  startSentinel,
} from "./rig.ts";
import { arrive, type OpenLoad } from "./open_load.ts";
import { createTraffic } from "./soak_traffic.ts";
import { socketsOf } from "./sockets.ts";

const [minutes = 30, minutesBetween = 5] = Deno.args.map(Number);
const runMs = minutes * 60_000;
const sampleMs = runMs / 180;
const warmUpMs = Math.min(2 * 60_000, runMs / 5);
/** The allowed difference between the medians of two thirds: the pool opens and closes connections all the time. */
const driftMax = 2;

type Sample = {
  atMs: number;
  megabytes: number;
  heapMegabytes: number;
  /** Without the connections of clients, whose number the clients choose. */
  descriptors: number;
  databaseConnections: number;
};

await using schema = await emptySchema();
let [mailsTried, mailsTaken, logoutTokens] = [0, 0, 0];
await using mail = startSmtpServer({
  RCPT: () => ++mailsTried % 10 === 0 ? "close" : mailsTried % 3 === 0 ? "451 try again later" : "250 ok",
  body: () => (mailsTaken++, mail.mails.length = 0, "250 taken"),
});
await using receiver = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
  if ((await request.text()).startsWith("logout_token=")) logoutTokens++;
  return new Response();
});
const settings = {
  SENTINEL_PUBLIC_URL: "http://localhost:8000",
  SENTINEL_DRAIN_SECONDS: "3",
  SENTINEL_HASH_CONCURRENCY: "1",
  SENTINEL_DB_POOL_SIZE: "5",
  SENTINEL_SMTP_URL: mail.url,
  SENTINEL_MAIL_FROM: "load@example.com",
  SENTINEL_CLIENT_REGISTRATION: "open",
  SENTINEL_CLIENT_REGISTRATION_MAX: "1000000",
  SENTINEL_OUTBOUND_ALLOW: "127.0.0.1",
};
const ports = Array.from({ length: 3 }, freePort) as [number, ...number[]];
const lasting = await startSentinel(ports[0], settings);
const restarting: { port: number; server: Server }[] = [];
for (const port of ports.slice(1)) restarting.push({ port, server: await startSentinel(port, settings) });
await using caddy = await startCaddy(ports);
const rate = Number(Deno.env.get("RATE") ?? 100);
await printConditions({ model: `open, ${rate}/s`, minutes, replicas: ports.length });
const logoutUri = `http://127.0.0.1:${(receiver.addr as Deno.NetAddr).port}/logout`;
const arrivals = await createTraffic(`http://127.0.0.1:${caddy.port}`, schema, logoutUri);

const samples: Sample[] = [];
const beganAt = performance.now();
let over = false;
const sampling = sampleUntilOver();
const traffic = arrive(arrivals, { rate, ms: runMs });
const turns = Math.ceil(minutes / minutesBetween) - 1;
for (let turn = 1; turn <= turns; turn++) {
  const dueAt = beganAt + turn * minutesBetween * 60_000;
  await pause(dueAt - performance.now());
  for (const replica of restarting) {
    await replica.server[Symbol.asyncDispose]();
    replica.server = await startSentinel(replica.port, settings);
  }
  await runCommand(["keys", "rotate", "--force"]);
}
const load = await traffic;
over = true;
await sampling;
await deliverTheRest();
for (const { server } of [{ server: lasting }, ...restarting]) await server[Symbol.asyncDispose]();

console.log(`${turns} times all replicas except one restarted, and the keys were rotated`);
printTraffic(load);
judge(samples.filter(({ atMs }) => atMs >= warmUpMs));

/** Mails and logout tokens that were refused are tried again, the later the more often. */
async function deliverTheRest(): Promise<void> {
  const { name, sql } = schema;
  const [lost] = await sql<{ dead: number; waiting: number }>(
    `select count(*) filter (where dead_at is not null)::int as dead,
            count(*) filter (where done_at is null and dead_at is null and attempts = 0
                             and created_at < now() - interval '1 minute')::int as waiting from ${name}.outbox`,
  );
  console.log(
    `mail: ${mailsTried} tried, ${mailsTaken} taken; ${logoutTokens} logout tokens; ${lost!.dead} given up, ` +
      `${lost!.waiting} never tried within a minute`,
  );
  if (lost!.dead + lost!.waiting > 0) fail("mails or logout tokens were lost");
}

function printTraffic({ kinds, failures, tookSeconds }: OpenLoad): void {
  const count = kinds.reduce((sum, kind) => sum + kind.count, 0);
  console.log(`${count} arrivals, ${(count / tookSeconds).toFixed(1)}/s`);
  for (const { name, count, times } of kinds) {
    const sorted = times.toSorted((a, b) => a - b);
    const at = (part: number) => `${(sorted[Math.floor(sorted.length * part)] ?? NaN).toFixed(1)} ms`;
    console.log(`  ${name.padEnd(40)} ${String(count).padStart(7)}  median ${at(0.5)}, p99 ${at(0.99)}`);
  }
  for (const [reason, times] of failures) fail(`${times} × ${reason}`);
}

async function sampleUntilOver(): Promise<void> {
  while (!over) {
    samples.push(await sample());
    await pause(sampleMs);
  }
}

async function sample(): Promise<Sample> {
  const atMs = performance.now() - beganAt;
  const { descriptors, clients, database } = await socketsOf(lasting);
  return {
    atMs,
    megabytes: await residentMegabytes(lasting),
    heapMegabytes: await metric(lasting.origin, "process_heap_used_bytes ") / 2 ** 20,
    descriptors: descriptors - clients,
    databaseConnections: database,
  };
}

function judge(seen: Sample[]): void {
  const [first, last] = [seen[0]!, seen.at(-1)!];
  const half = seen.slice(seen.length >> 1);
  console.log(
    `the replica that did not restart: ${Math.round(first.megabytes)} to ${Math.round(last.megabytes)} MB resident, ` +
      `${slope(seen).toFixed(1)} MB/h, in the last half of the run ${slope(half).toFixed(1)} MB/h`,
  );
  const sixths = parts(seen, 6);
  const resident = sixths.map((part) => Math.round(median(part.map(({ megabytes }) => megabytes))));
  const heap = sixths.map((part) => Math.round(Math.min(...part.map(({ heapMegabytes }) => heapMegabytes))));
  console.log(
    `by sixths of the run: ${resident.join(", ")} MB resident at the median, ${heap.join(", ")} MB of heap at least`,
  );
  for (
    const [name, of] of [
      ["descriptors but for clients' connections", (sample: Sample) => sample.descriptors],
      ["connections to the database", (sample: Sample) => sample.databaseConnections],
    ] as const
  ) {
    const [before, , after] = parts(seen, 3).map((part) => median(part.map(of))) as [number, number, number];
    console.log(
      `${name}: ${before} in the first third of the run, ${after} in the last, ${Math.max(...seen.map(of))} at most`,
    );
    if (after - before > driftMax) fail(`${name} grew`);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The slope in MB per hour. */
function slope(samples: Sample[]): number {
  const slopes = samples.flatMap((a, n) =>
    samples.slice(n + 1).map((b) => (b.megabytes - a.megabytes) / (b.atMs - a.atMs) * 3_600_000)
  );
  return median(slopes);
}

/** A list in `count` consecutive parts. */
function parts<T>(list: T[], count: number): T[][] {
  return Array.from(
    { length: count },
    (_, n) => list.slice(Math.floor(n * list.length / count), Math.floor((n + 1) * list.length / count)),
  );
}
