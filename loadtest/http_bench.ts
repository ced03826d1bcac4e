/**
 * Sentinel's main operations beside the runtime alone and the router alone, in one run.
 *
 *   DATABASE_URL=postgres://… deno task bench:http [rounds] [seconds]
 *
 * Loads each in turn with the same client (`wrk`): a raw `Deno.serve` and a bare Hono that return the headers and bytes
 * of `GET /users/me`, a raw `Deno.serve` that returns "hi", and Sentinel with its production settings. For each it
 * prints the median of the rounds: requests per second, their ratio to the raw server in the same round, latencies, and
 * the server's CPU time per request. Each is warmed up before it is measured, and each round begins with another one.
 */
import {
  cpuSeconds,
  emptySchema,
  type Load,
  logIn,
  median,
  newAdministrator,
  type Person,
  printConditions,
  sameBytes,
  type Server,
  start,
  startSentinel,
  toolVersion,
  until,
  wrk,
} from "./rig.ts";
import { insertKeys } from "./credentials.ts";
import { seed } from "./seed.ts";

/** One row of the comparison; the others are compared to the first. */
export type HttpRow = {
  name: string;
  connections: number;
  requestsPerSecond: number;
  toRaw: number;
  p50Ms: number;
  p99Ms: number;
  cpuMicros: number;
};

type Target =
  & { name: string; server: Server; path: string }
  & Pick<Parameters<typeof wrk>[0], "connections" | "threads" | "script">
  & { token?: string; env?: () => Promise<Record<string, string>> };

const people = { users: 1_000, roles: 1_000 };
const refreshers = 16;

const warmUpSeconds = 1;

/** Runs the comparison. */
export async function httpBench({ rounds, seconds }: { rounds: number; seconds: number }): Promise<HttpRow[]> {
  await using stack = new AsyncDisposableStack();
  const schema = stack.use(await emptySchema());
  const sentinel = stack.use(await startSentinel(8100));
  await seed(schema.sql, schema.name, people);
  const admin = await newAdministrator(schema, sentinel.origin);
  const baselines = await startBaselines(stack, sentinel, admin);
  const [key = ""] = await insertKeys(schema, admin.id, 1);
  const targets: Target[] = [...baselines, ...operations(sentinel, admin, key)];
  const seen: HttpRow[][] = targets.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const n of rotated([...targets.keys()], round)) {
      const target = targets[n]!;
      await load(target, admin.token, warmUpSeconds);
      const { name, connections } = target;
      const { rate, cpuMicros, p50Ms, p99Ms } = requireAnswers(name, await load(target, admin.token, seconds));
      seen[n]!.push({ name, connections, requestsPerSecond: rate, toRaw: NaN, p50Ms, p99Ms, cpuMicros });
    }
    const raw = seen[0]![round]!.requestsPerSecond;
    for (const rows of seen) rows[round]!.toRaw = rows[round]!.requestsPerSecond / raw;
  }
  return seen.map(medianRow);
}

/** The items in their order, beginning with the `by`-th. */
function rotated<T>(items: T[], by: number): T[] {
  const from = by % items.length;
  return [...items.slice(from), ...items.slice(0, from)];
}

/** Servers that only answer; the first one returns the same bytes as Sentinel. */
async function startBaselines(stack: AsyncDisposableStack, sentinel: Server, { token }: Person): Promise<Target[]> {
  const authorized = { headers: { authorization: `Bearer ${token}` } };
  const same = await sameBytes(sentinel.origin, token);
  const baselines = [
    {
      name: "raw `Deno.serve`, the same bytes",
      server: start(["loadtest/baselines/same_bytes.ts", "8101", ...same], 8101),
    },
    { name: "bare Hono, the same bytes", server: start(["loadtest/baselines/hono.ts", "8102", ...same], 8102) },
    { name: 'raw `Deno.serve`, "hi"', server: start(["loadtest/baselines/hi.ts", "8103"], 8103) },
  ];
  for (const { server } of baselines) {
    stack.use(server);
    await until(async () => await (await fetch(`${server.origin}/users/me`, authorized)).body?.cancel());
  }
  return baselines.map((baseline) => ({ ...baseline, path: "/users/me", connections: 32 }));
}

function operations(server: Server, admin: Person, key: string): Target[] {
  const get = (path: string) => ({ name: `\`GET ${path}\``, server, path, connections: 32 });
  const post = (path: string, script: string) => ({ name: `\`POST ${path}\``, server, path, script, connections: 32 });
  const decisions = (batch: number) => () =>
    Promise.resolve({ LOAD_USERS: `${people.users}`, LOAD_ROLES: `${people.roles}`, LOAD_BATCH: `${batch}` });
  const sessions = () => Promise.all(Array.from({ length: refreshers }, () => logIn(server.origin, admin)));
  return [
    get("/users/me"),
    { ...get("/users/me"), name: "`GET /users/me`, an API key", token: key },
    get("/admin-only"),
    { ...post("/access/v1/evaluation", "decisions.lua"), env: decisions(1) },
    {
      ...post("/access/v1/evaluations", "decisions.lua"),
      name: "`POST /access/v1/evaluations`, 100 decisions",
      connections: 8,
      env: decisions(100),
    },
    { ...post("/oauth/introspect", "introspect.lua"), env: () => Promise.resolve({ LOAD_TOKEN: admin.token }) },
    {
      ...post("/oauth/token", "refresh.lua"),
      name: "`POST /oauth/token`, a refresh",
      connections: refreshers,
      threads: refreshers,
      env: async () => ({ LOAD_REFRESH_TOKENS: (await sessions()).map((session) => session.refreshToken).join(" ") }),
    },
    {
      ...post("/login", "login.lua"),
      connections: 4,
      env: () => Promise.resolve({ LOGIN_USERNAME: admin.username, LOGIN_PASSWORD: admin.password }),
    },
    { ...get("/users?page_size=50"), connections: 8 },
    get("/.well-known/jwks.json"),
    get("/livez"),
  ];
}

async function load({ name, server, path, env, ...how }: Target, token: string, seconds: number) {
  const given = { ...how, ...(env && { env: await env() }) };
  const before = await cpuSeconds(server);
  const seen = await wrk({ url: `${server.origin}${path}`, seconds, token, ...given });
  if (seen.failures > 0) throw new Error(`${name} failed ${seen.failures} times`);
  return { ...seen, cpuMicros: (await cpuSeconds(server) - before) / seen.requests * 1e6 };
}

/** Returns the measurement. @throws when no request was answered. */
export function requireAnswers<T extends Load>(name: string, seen: T): T {
  if (!(seen.requests > 0)) throw new Error(`${name} answered no request`);
  return seen;
}

function medianRow(rows: HttpRow[]): HttpRow {
  const { name, connections } = rows[0]!;
  const of = (field: "requestsPerSecond" | "toRaw" | "p50Ms" | "p99Ms" | "cpuMicros") =>
    median(rows.map((row) => row[field]));
  return {
    name,
    connections,
    requestsPerSecond: of("requestsPerSecond"),
    toRaw: of("toRaw"),
    p50Ms: of("p50Ms"),
    p99Ms: of("p99Ms"),
    cpuMicros: of("cpuMicros"),
  };
}

if (import.meta.main) {
  const [rounds = 5, seconds = 3] = Deno.args.map(Number);
  await printConditions({ tool: await toolVersion("wrk"), rounds, seconds });
  for (const row of await httpBench({ rounds, seconds })) {
    console.log(
      `${row.name.padEnd(46)} ${row.requestsPerSecond.toFixed(0).padStart(6)}/s  ${row.toRaw.toFixed(2)} of raw  ` +
        `p50 ${row.p50Ms.toFixed(2)} ms  p99 ${row.p99Ms.toFixed(2)} ms  ${row.cpuMicros.toFixed(0)} µs of CPU`,
    );
  }
}
