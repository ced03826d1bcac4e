/**
 * Whether anything grows or fails under long traffic: three replicas behind the shipped Caddy under `k6/soak.ts`. Every
 * five minutes all replicas except the first restart, one after the other, and the signing key is rotated. The first one
 * runs throughout, so that its resources can be judged over the whole run.
 *
 *   DATABASE_URL=postgres://… [RATE=100] deno task load:soak-replicas [minutes] [minutes between restarts]
 *
 * Samples the resources of the first replica 180 times. Prints k6's table; the slope of the resident memory (Theil–Sen:
 * the median of the slopes between any two samples) over the run and over its last half, which is after the warm-up; for
 * each sixth of the run the median, and the smallest heap, which is what garbage collection leaves; and descriptors and
 * connections in the first and the last third. Exits with 1 if a request failed or was not made, or if descriptors or
 * connections grew.
 */
import { startCaddy } from "../src/testing/servers/caddy.ts";
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
  toolVersion,
} from "./rig.ts";
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

await using _schema = await emptySchema();
const admin = { username: "load-admin", password: crypto.randomUUID() };
const settings = {
  SENTINEL_PUBLIC_URL: "http://localhost:8000",
  SENTINEL_TRUSTED_PROXIES: "127.0.0.1",
  SENTINEL_DRAIN_SECONDS: "3",
  SENTINEL_HASH_CONCURRENCY: "1",
  SENTINEL_DB_POOL_SIZE: "5",
  SENTINEL_ADMIN_USERNAME: admin.username,
  SENTINEL_ADMIN_EMAIL: "load-admin@example.com",
  SENTINEL_ADMIN_PASSWORD: admin.password,
};
const ports = Array.from({ length: 3 }, freePort) as [number, ...number[]];
const lasting = await startSentinel(ports[0], settings);
const restarting: { port: number; server: Server }[] = [];
for (const port of ports.slice(1)) restarting.push({ port, server: await startSentinel(port, settings) });
await using caddy = await startCaddy(ports);
const rate = Number(Deno.env.get("RATE") ?? 100);
await printConditions({ tool: await toolVersion("k6"), model: `open, ${rate}/s`, minutes, replicas: ports.length });

const samples: Sample[] = [];
const beganAt = performance.now();
let over = false;
const sampling = sampleUntilOver();
const k6 = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", "loadtest/k6.ts", "soak"],
  env: {
    ORIGIN: `http://127.0.0.1:${caddy.port}`,
    ADMIN_USERNAME: admin.username,
    ADMIN_PASSWORD: admin.password,
    DURATION: `${Math.round(minutes * 60)}s`,
  },
}).spawn();
const traffic = k6.status;
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
const { code } = await traffic;
over = true;
await sampling;
for (const { server } of [{ server: lasting }, ...restarting]) await server[Symbol.asyncDispose]();

console.log(`${turns} times all replicas except one restarted, and the key was rotated`);
if (code !== 0) fail(`k6 exited with ${code}: a request failed or was not made`);
judge(samples.filter(({ atMs }) => atMs >= warmUpMs));

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
