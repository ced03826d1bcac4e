/**
 * Whether anything grows or fails in long traffic: three replicas behind the shipped Caddy under `k6/soak.ts`; six times
 * in the run one of them, in turn, is told to stop and started again, and the signing key is rotated.
 *
 *   DATABASE_URL=postgres://… [RATE=100] deno run -A loadtest/soak.ts [minutes]
 *
 * Every ten seconds it reads each replica's memory and descriptors and the database's connections. Prints k6's table, and
 * of each replica's life that lasted, from its third minute on, the slope of its memory (Theil–Sen: the median of the
 * slopes between any two samples), in MB an hour, beside descriptors and connections at the beginning and at the end.
 */
import { startCaddy } from "../src/testing/caddy.ts";
import { freePort } from "../src/testing/postgres_cluster.ts";
import { emptySchema, median, printConditions, residentMegabytes, runVerb, type Server, startSentinel } from "./rig.ts";

const [minutes = 30] = Deno.args.map(Number);
const turns = 6;
const sampleMs = 10_000;
const warmUpMs = 2 * 60_000;

type Sample = { ageMs: number; megabytes: number; descriptors: number };
type Life = { replica: number; server: Server; bornAt: number; samples: Sample[] };

await using schema = await emptySchema();
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
const ports = Array.from({ length: 3 }, freePort);
const lives: Life[] = [];
const living: Life[] = [];
for (const replica of ports.keys()) living[replica] = await begin(replica);
await using caddy = await startCaddy(ports);
await printConditions({ minutes, replicas: ports.length, "arrivals a second": Deno.env.get("RATE") ?? 100 });

const connections: number[] = [];
const sampling = setInterval(() => void sample(), sampleMs);
const k6 = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", "loadtest/k6.ts", "soak"],
  env: {
    ORIGIN: `http://127.0.0.1:${caddy.port}`,
    ADMIN_USERNAME: admin.username,
    ADMIN_PASSWORD: admin.password,
    DURATION: `${minutes}m`,
  },
}).spawn();
const traffic = k6.status;
for (let turn = 0; turn < turns; turn++) {
  await new Promise((resolve) => setTimeout(resolve, minutes * 60_000 / (turns + 1)));
  await restart(turn % ports.length);
  await runVerb(["keys", "rotate", "--force"]);
}
const { code } = await traffic;
clearInterval(sampling);

console.log(`k6 ended with ${code}; ${turns} restarts and as many rotations of the key`);
for (const { replica, samples } of lives) {
  const lasting = samples.filter(({ ageMs }) => ageMs >= warmUpMs);
  if (lasting.length < 12) continue; // two minutes
  const [first, last] = [lasting[0]!, lasting.at(-1)!];
  console.log(
    `replica ${replica}, ${Math.round(last.ageMs / 60_000)} minutes: ${slope(lasting).toFixed(1)} MB/h, ` +
      `${Math.round(first.megabytes)} to ${Math.round(last.megabytes)} MB, ` +
      `${first.descriptors} to ${last.descriptors} descriptors`,
  );
}
console.log(`connections to the database: ${median(connections)} at the median, ${Math.max(...connections)} at most`);
for (const { server } of living) await server[Symbol.asyncDispose]();
Deno.exitCode = code;

async function begin(replica: number): Promise<Life> {
  const server = await startSentinel(ports[replica]!, settings);
  const life = { replica, server, bornAt: performance.now(), samples: [] };
  lives.push(life);
  return life;
}

async function restart(replica: number): Promise<void> {
  await living[replica]!.server[Symbol.asyncDispose]();
  living[replica] = await begin(replica);
}

async function sample(): Promise<void> {
  const [row] = await schema.sql<{ count: number }>(
    "select count(*)::int as count from pg_stat_activity where application_name = 'sentinel'",
  );
  connections.push(row!.count);
  for (const { server, bornAt, samples } of living) {
    const megabytes = await residentMegabytes(server).catch(() => undefined); // it is restarting
    if (megabytes === undefined || Number.isNaN(megabytes)) continue;
    const descriptors = [...Deno.readDirSync(`/proc/${server.pid}/fd`)].length;
    samples.push({ ageMs: performance.now() - bornAt, megabytes, descriptors });
  }
}

/** In MB an hour. */
function slope(samples: Sample[]): number {
  const slopes = samples.flatMap((a, n) =>
    samples.slice(n + 1).map((b) => (b.megabytes - a.megabytes) / (b.ageMs - a.ageMs) * 3_600_000)
  );
  return median(slopes);
}
