/**
 * Sentinel's main operations beside the runtime alone and the router alone, in one run.
 *
 *   DATABASE_URL=postgres://… deno task bench:http [rounds] [seconds]
 *
 * Loads each in turn with the same client (`wrk`): a raw `Deno.serve` and a bare Hono that return the headers and bytes
 * of `GET /users/me`, a raw `Deno.serve` that returns "hi", and Sentinel with its production settings. For each it
 * prints the medians of the rounds: requests per second, their ratio to those of the raw server with the least and the
 * most of one round, latencies, and the server's CPU time per request. Each is warmed up before it is measured, and
 * every other round goes through them backwards, so that what is compared is measured at nearly the same time.
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
import { ratioOf, ratioText, roundsMin } from "./spread.ts";

/** One row of the comparison; the others are compared to the first. */
export type HttpRow = {
  name: string;
  connections: number;
  /** The median of the rounds, and each of them. */
  requestsPerSecond: number;
  rates: number[];
  p50Ms: number;
  p99Ms: number;
  cpuMicros: number;
};

type Target =
  & { name: string; server: Server; path: string }
  & Pick<Parameters<typeof wrk>[0], "connections" | "threads" | "script" | "requests">
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
  const seen = new Map(targets.map((target) => [target, [] as Measured[]]));
  for (let round = 0; round < rounds; round++) {
    for (const target of round % 2 === 0 ? targets : targets.toReversed()) {
      await load(target, admin.token, warmUpSeconds);
      seen.get(target)!.push(requireAnswers(target.name, await load(target, admin.token, seconds)));
    }
  }
  return [...seen].map(([target, measured]) => rowOf(target, measured));
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
      ...get("/login"),
      name: "`POST /login`",
      connections: 4,
      requests: [{ path: "/login", form: { username: admin.username, password: admin.password } }],
    },
    { ...get("/users?page_size=50"), connections: 8 },
    get("/.well-known/jwks.json"),
    get("/livez"),
  ];
}

type Measured = Load & { cpuMicros: number };

async function load({ name, server, path, env, ...how }: Target, token: string, seconds: number): Promise<Measured> {
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

function rowOf({ name, connections }: Target, measured: Measured[]): HttpRow {
  const of = (field: "rate" | "p50Ms" | "p99Ms" | "cpuMicros") => measured.map((each) => each[field]);
  return {
    name,
    connections,
    requestsPerSecond: median(of("rate")),
    rates: of("rate"),
    p50Ms: median(of("p50Ms")),
    p99Ms: median(of("p99Ms")),
    cpuMicros: median(of("cpuMicros")),
  };
}

if (import.meta.main) {
  const [rounds = roundsMin, seconds = 3] = Deno.args.map(Number);
  await printConditions({ tool: await toolVersion("wrk"), rounds, seconds });
  const rows = await httpBench({ rounds, seconds });
  for (const row of rows) {
    const toRaw = ratioText(ratioOf(row.rates, rows[0]!.rates));
    console.log(
      `${row.name.padEnd(46)} ${row.requestsPerSecond.toFixed(0).padStart(6)}/s  ${toRaw} of raw  ` +
        `p50 ${row.p50Ms.toFixed(2)} ms  p99 ${row.p99Ms.toFixed(2)} ms  ${row.cpuMicros.toFixed(0)} µs of CPU`,
    );
  }
}
