/**
 * Whether a failover of Patroni loses anything that was acknowledged, and how long until requests succeed again.
 *
 *   deno task load:patroni [rounds] [ttl] [loop_wait] [retry_timeout]
 *
 * Needs root, because PostgreSQL runs as `postgres`, its programs, and Debian's `patroni`, `etcd-server` and `haproxy`.
 * It starts three nodes, one of the two standbys synchronous, and two replicas of Sentinel, whose `DATABASE_URL` is
 * HAProxy's address of the leader. Clients register, log in, refresh, change a role and read without pause. In each
 * round the lead is handed over, then PostgreSQL of the leader is killed, and then its whole node. Afterwards every
 * acknowledged change must be there with its one event, no refresh token may be refused, and the audit log must verify.
 * Prints the longest time between two successes of each kind. Exits with 1 if anything acknowledged is missing.
 */
import pg from "pg";
import { startPatroni } from "./patroni_cluster.ts";
import { fail, median, printConditions } from "./rig.ts";
import { startServe, until } from "../src/testing/servers/process.ts";
import { createLedger } from "../src/testing/traffic/ledger.ts";
import { createRefresher, createRoleChanger, settle } from "../src/testing/traffic/serve_traffic.ts";

const [rounds = 1, ttl = 20, loopWait = 5, retryTimeout = 5] = Deno.args.map(Number);
const refreshers = 6;
/** Each client's pause between an answer and its next request: the machine also runs the three nodes. */
const pauseMs = 50;

await using cluster = await startPatroni(3, { ttl, loopWait, retryTimeout });
await printConditions({
  model: `closed, ${refreshers + 4} clients, ${pauseMs} ms between an answer and the next request`,
  Patroni: `3 nodes, synchronous_mode, ttl ${ttl}, loop_wait ${loopWait}, retry_timeout ${retryTimeout}`,
  rounds,
});
const env = {
  DATABASE_URL: cluster.url,
  SENTINEL_SECRET: new Uint8Array(32).fill(7).toBase64(),
  SENTINEL_PUBLIC_URL: "http://localhost:8000",
  SENTINEL_HASH_CONCURRENCY: "1",
};
await using first = await startServe({ env, livesMsMax: 3_600_000 });
await using second = await startServe({ env, livesMsMax: 3_600_000 });
const replicas = [first, second];
const ledger = createLedger();
const [warden, person] = [await settle(first, ledger), await settle(second, ledger)];
await sql(`insert into grants (user_id, role) values ('${warden.user_id}', 'admin')`);
const roles = await createRoleChanger(first, warden, person.user_id);

/** When each kind of request succeeded. */
const successes: Record<string, number[]> = { register: [], "log in": [], refresh: [], "change a role": [], read: [] };
let over = false;
const clients = await startClients();

const outages = new Map<string, Record<string, number>[]>();
for (let round = 0; round < rounds; round++) {
  await measure("the lead is handed over", cluster.switchOver);
  await measure("PostgreSQL of the leader is killed", async () => cluster.killPostgres(await cluster.leader()));
  await measure("the leader's node is killed", async () => {
    const node = await cluster.leader();
    await cluster.kill(node);
    return () => cluster.revive(node);
  });
}
over = true;
for (const result of await Promise.allSettled(clients)) {
  if (result.status === "rejected") fail(`a client: ${result.reason}`);
}
for (const [fault, seen] of outages) {
  const times = Object.keys(successes).map((kind) => `${kind} ${seconds(median(seen.map((each) => each[kind]!)))}`);
  console.log(`${fault}, without a success for: ${times.join(", ")}`);
}
await check("acknowledged changes", () => ledger.check({ ask: first.fetch, sql }));
await check("acknowledged changes of roles", () => roles.check(sql));
await check("the audit log", verifyAudit);
const counts = Object.entries(successes).map(([kind, times]) => `${kind} ${times.length}`).join(", ");
console.log(`acknowledged: ${counts}; answers to registrations and logins: ${JSON.stringify(ledger.statuses())}`);

/** Clients that never stop, each with the replicas in turn. They fail when an answer is neither a success nor a 503. */
async function startClients(): Promise<Promise<void>[]> {
  const kinds: [string, (n: number) => Promise<number | undefined>][] = [
    ["register", (n) => ledger.register(replicas[n % 2]!.fetch)],
    ["log in", (n) => ledger.login(replicas[n % 2]!.fetch, warden)],
    ["change a role", async () => {
      const before = roles.acknowledged();
      await roles.change(first);
      return roles.acknowledged() > before ? 204 : 503;
    }],
    ["read", () => person.me()],
  ];
  for (let n = 0; n < refreshers; n++) {
    const refresh = await createRefresher(first, person);
    kinds.push(["refresh", (n) => refresh(replicas[n % 2]!)]);
  }
  return kinds.map(async ([kind, request]) => {
    for (let n = 0; !over; n++) {
      const status = await request(n);
      if (status !== undefined && status < 300) successes[kind]!.push(performance.now());
      await pause(pauseMs);
    }
  });
}

/** Runs the fault in the whole cluster, and waits until that is whole again and everything succeeds. */
async function measure(fault: string, cause: () => Promise<(() => void) | void>): Promise<void> {
  await until("the cluster is whole", cluster.isWhole);
  const began = performance.now();
  const repair = await cause();
  await pause((ttl + loopWait) * 1000); // Patroni notices the loss of a node within this time
  const noticed = performance.now();
  const recovered = (times: number[]) => times.filter((at) => at > noticed).length > 5;
  await until("everything succeeds", () => Object.values(successes).every(recovered));
  const longest = Object.entries(successes).map(([kind, times]) => [kind, longestPause(times, began)]);
  outages.set(fault, [...outages.get(fault) ?? [], Object.fromEntries(longest)]);
  repair?.();
}

/** The longest time between two successes, the second of them after `since`. */
function longestPause(times: number[], since: number): number {
  return Math.max(...times.map((at, n) => at > since && n > 0 ? at - times[n - 1]! : 0));
}

async function check(what: string, holds: () => Promise<void>): Promise<void> {
  try {
    await holds();
    console.log(`${what}: complete`);
  } catch (error) {
    fail(`${what}: ${error}`);
  }
}

async function verifyAudit(): Promise<void> {
  const args = ["run", "-A", "src/main.ts", "audit", "verify"];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env }).output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  if (!success) throw new Error(`${out} ${error}`);
  console.log(out);
}

/** Runs a statement on the leader. */
async function sql<Row>(text: string): Promise<Row[]> {
  const client = new pg.Client(cluster.url);
  await client.connect();
  try {
    await client.query("set search_path to sentinel");
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
