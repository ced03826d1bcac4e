/**
 * Runs a script of `k6/` with k6 (`go install go.k6.io/k6@v1.8.1`), its live dashboard on http://127.0.0.1:5665:
 *
 *   DATABASE_URL=postgres://… deno task load:seed-mix
 *
 * It serves Sentinel in its production settings, but without limits per address, in the schema `load` of the database
 * that `DATABASE_URL` names, or without one on an embedded database in `data/load`; `SENTINEL_*` sets what is to differ.
 * With `ORIGIN` it loads a server that runs already: `ADMIN_USERNAME` and `ADMIN_PASSWORD` are then an administrator
 * there. With `K6_PROMETHEUS_RW_SERVER_URL` it writes what it sees into that Prometheus too. Prints the conditions and a
 * table, and leaves the table, all data and the dashboard as one HTML file in `loadtest/results/`. Scripts that search
 * for the highest rate run twice: in large steps, then in small ones around the last that held. Exits as k6 does: 99 if
 * a claim of the script does not hold.
 */
import { freePort } from "../src/testing/servers/postgres_cluster.ts";
import type { Step } from "./k6/ceiling.ts";
import { emptySchema, hashParameters, printConditions, type Server, startSentinel, toolVersion } from "./rig.ts";

/** Every script, by how it loads: closed models wait for each answer, open ones do not. */
const models: Record<string, string> = {
  smoke: "1 user, once",
  seed_mix: "closed, 50 users",
  login_open: "open, rising",
  me_open: "open, rising",
  refresh_open: "open, rising",
  decision_open: "open, rising",
  storm: "closed, 64 users, beside open, 100/s",
  spike: "open, 102/s, then 1,100/s, then 102/s",
  soak: "open",
};

/** Into the Prometheus that `K6_PROMETHEUS_RW_SERVER_URL` names. */
const remoteWrite = Deno.env.has("K6_PROMETHEUS_RW_SERVER_URL") ? ["--out", "experimental-prometheus-rw"] : [];
const results = "loadtest/results";
const k6ClaimFailed = 99;

const env = (name: string) => Deno.env.get(name);
const [script = "", ...others] = Deno.args;
const model = models[script];
if (!model || others.length > 0) {
  console.error(`deno run -A loadtest/k6.ts ${Object.keys(models).join("|")}`);
  Deno.exit(2);
}

await Deno.mkdir(results, { recursive: true });
const rateLimit = env("SENTINEL_RATE_LIMIT") ?? "off";
const conditions = {
  tool: await k6Version(),
  model,
  ...env("ORIGIN") ? { server: env("ORIGIN")!, hash: "of that server", "rate limits": "of that server" } : {
    hash: hashParameters(),
    "rate limits": rateLimit,
    database: env("DATABASE_URL") ? "PostgreSQL" : "embedded",
  },
};
const machine = {
  date: new Date().toISOString().slice(0, 10),
  cores: navigator.hardwareConcurrency,
  "load before": Deno.loadavg()[0]!.toFixed(1),
};
await printConditions(conditions);
await using target = env("ORIGIN") ? undefined : await startTarget();
Deno.exitCode = script.endsWith("_open") ? await search() : await run();

/** A server of our own, empty but for an administrator. */
async function startTarget(): Promise<Server & { environment: Record<string, string> }> {
  const password = crypto.randomUUID();
  const settings = {
    SENTINEL_ADMIN_USERNAME: "load-admin",
    SENTINEL_ADMIN_EMAIL: "load-admin@example.com",
    SENTINEL_ADMIN_PASSWORD: password,
    SENTINEL_RATE_LIMIT: rateLimit,
  };
  const server = await startSentinel(freePort(), { ...settings, ...await emptyDatabase() });
  const environment = { ORIGIN: server.origin, ADMIN_USERNAME: "load-admin", ADMIN_PASSWORD: password };
  return { ...server, environment };
}

/** Leaves nothing in the database of our own, and answers the settings that name it. */
async function emptyDatabase(): Promise<Record<string, string>> {
  if (env("DATABASE_URL")) {
    await using _schema = await emptySchema();
    return {};
  }
  await Deno.remove("data/load", { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  return { SENTINEL_DATA_DIR: "./data/load" };
}

/** Runs k6 once, and answers its exit code. */
async function run(settings: Record<string, string> = {}): Promise<number> {
  const child = new Deno.Command("k6", {
    args: ["run", "--quiet", ...remoteWrite, `loadtest/k6/${script}.ts`],
    env: {
      K6_PROMETHEUS_RW_TREND_STATS: "p(50),p(95),p(99)", // what the dashboard Load asks for
      K6_PROMETHEUS_RW_STALE_MARKERS: "true",
      K6_WEB_DASHBOARD: "true",
      K6_WEB_DASHBOARD_HOST: "127.0.0.1",
      K6_WEB_DASHBOARD_PORT: env("K6_WEB_DASHBOARD_PORT") ?? "5665",
      K6_WEB_DASHBOARD_EXPORT: `${results}/${script}.html`,
      K6_NO_USAGE_REPORT: "true",
      RESULTS: results,
      CONDITIONS: Object.entries({ ...machine, ...conditions }).map(([name, value]) => `${name}: ${value}`).join(" · "),
      ...target?.environment,
      ...settings,
    },
  }).spawn();
  return (await child.status).code;
}

/** Runs a search in steps of a half more, then in eight from below the last that held to the one above it. */
async function search(): Promise<number> {
  if (env("RATES")) return await run();
  const coarse = await run({ STEP_SECONDS: "5" });
  if (coarse !== 0 && coarse !== k6ClaimFailed) return coarse;
  const { steps } = JSON.parse(await Deno.readTextFile(`${results}/${script}.json`)) as { steps: Step[] };
  const held = steps.findLastIndex((step) => step.held);
  if (held < 0) return k6ClaimFailed;
  const from = 0.8 * steps[held]!.rate;
  const to = steps[held + 1]?.rate ?? 2 * from;
  const rates = Array.from({ length: 9 }, (_, n) => Math.round(from * (to / from) ** (n / 8)));
  const fine = await run({ RATES: [...new Set(rates)].join() });
  return fine === k6ClaimFailed ? 0 : fine;
}

async function k6Version(): Promise<string> {
  try {
    return await toolVersion("k6");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.error("k6 is not here: go install go.k6.io/k6@v1.8.1");
    return Deno.exit(1);
  }
}
