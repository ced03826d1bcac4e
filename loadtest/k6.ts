/**
 * Runs a script of `k6/` with k6 (`go install go.k6.io/k6@v1.8.1`), its live dashboard on http://127.0.0.1:5665:
 *
 *   DATABASE_URL=postgres://… deno task load:seed-mix
 *
 * It serves Sentinel with its production settings, but without limits per address, in the schema `load` of
 * `DATABASE_URL`, or on an embedded database in `data/load`; other settings come from `SENTINEL_*`. With `ORIGIN` it
 * loads a server that is already running, with the administrator of `ADMIN_USERNAME` and `ADMIN_PASSWORD`. With
 * `K6_PROMETHEUS_RW_SERVER_URL` it also writes its metrics into that Prometheus. Prints the conditions and a table, and
 * stores the table, all data and the dashboard as one HTML file in `loadtest/results/`. Scripts that search for the
 * highest rate run twice: in large steps, then in small ones around the last rate that held. The exit code is that of
 * k6: 99 if a threshold of the script is missed.
 */
import { freePort } from "../src/testing/servers/postgres_cluster.ts";
import type { Step } from "./k6/ceiling.ts";
import { emptySchema, hashParameters, printConditions, type Server, startSentinel, toolVersion } from "./rig.ts";

/** Every script with its load model: a closed model waits for each answer, an open one does not. */
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

/** The output into the Prometheus of `K6_PROMETHEUS_RW_SERVER_URL`. */
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

/** Starts a server on an empty database with one administrator. */
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

/** Empties the database of these runs, and returns the settings for it. */
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

/** Runs k6 once and returns its exit code. */
async function run(settings: Record<string, string> = {}): Promise<number> {
  const child = new Deno.Command("k6", {
    args: ["run", "--quiet", ...remoteWrite, `loadtest/k6/${script}.ts`],
    env: {
      K6_PROMETHEUS_RW_TREND_STATS: "p(50),p(95),p(99)", // the statistics of the dashboard Load
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

/** Searches in steps of 50 %, then in eight steps between the rates below and above the last one that held. */
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
    console.error("k6 is not installed; run: go install go.k6.io/k6@v1.8.1");
    return Deno.exit(1);
  }
}
