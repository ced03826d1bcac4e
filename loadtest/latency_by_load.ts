/**
 * Latency by load: `GET /users/me` and a decision, with a growing number of clients.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/latency_by_load.ts [seconds] [rounds]
 *
 * Closed model: each client (a connection of `wrk`) sends the next request as soon as it is answered, so the server
 * sets the rate. Prints requests per second, median and 99th percentile for 1 to 128 clients.
 */
import { emptySchema, median, newAdministrator, printConditions, startSentinel, toolVersion, wrk } from "./rig.ts";
import { seed } from "./seed.ts";

/** The result with one number of clients. */
export type LatencyRow = {
  operation: string;
  connections: number;
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
};

const seeds = { users: 1_000, roles: 1_000 };
const clients = [1, 2, 4, 8, 16, 32, 64, 128];

/** Measures each load; returns the medians of the rounds. */
export async function latencyByLoad({ seconds, rounds }: { seconds: number; rounds: number }): Promise<LatencyRow[]> {
  await using schema = await emptySchema();
  await using sentinel = await startSentinel(8100);
  await seed(schema.sql, schema.name, seeds);
  const { token } = await newAdministrator(schema, sentinel.origin);
  const env = { LOAD_USERS: `${seeds.users}`, LOAD_ROLES: `${seeds.roles}`, LOAD_BATCH: "1" };
  const operations = [
    { operation: "GET /users/me", load: { url: `${sentinel.origin}/users/me` } },
    { operation: "decision", load: { url: `${sentinel.origin}/access/v1/evaluation`, script: "decisions.lua", env } },
  ];
  const rows: LatencyRow[] = [];
  for (const { operation, load } of operations) {
    await wrk({ ...load, connections: 32, seconds, token }); // warms up
    for (const connections of clients) {
      const loads = [];
      for (let round = 0; round < rounds; round++) loads.push(await wrk({ ...load, connections, seconds, token }));
      if (loads.some(({ failures }) => failures > 0)) throw new Error(`${operation} failed`);
      rows.push({
        operation,
        connections,
        requestsPerSecond: median(loads.map(({ rate }) => rate)),
        p50Ms: median(loads.map(({ p50Ms }) => p50Ms)),
        p99Ms: median(loads.map(({ p99Ms }) => p99Ms)),
      });
    }
  }
  return rows;
}

if (import.meta.main) {
  const [seconds = 3, rounds = 1] = Deno.args.map(Number);
  await printConditions({ tool: await toolVersion("wrk"), seconds, rounds });
  for (const { operation, connections, requestsPerSecond, p50Ms, p99Ms } of await latencyByLoad({ seconds, rounds })) {
    console.log(
      `${operation.padEnd(14)} ${String(connections).padStart(4)} clients ${
        requestsPerSecond.toFixed(0).padStart(6)
      }/s  ` +
        `p50 ${p50Ms.toFixed(2)} ms  p99 ${p99Ms.toFixed(2)} ms`,
    );
  }
}
