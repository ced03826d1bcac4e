/**
 * The cost of metrics, scrapes and traces.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/observability.ts [rounds] [seconds]
 *
 * Loads `GET /users/me` with the same client (`wrk`, 1 thread, 32 connections): in turn with and without metrics in one
 * process, and with tracing off and on in a process each. Prints the medians and the share of a request's time that
 * each costs. Then it scrapes under that load.
 */
import { readConfig } from "../src/compose/config.ts";
import { createHandler } from "../src/http/server/handler.ts";
import { createTraffic } from "../src/http/server/traffic.ts";
import { openInstallationDatabase } from "../src/compose/installation_database.ts";
import { migrations } from "../src/compose/migrations.ts";
import { createLogger } from "../src/platform/logger.ts";
import { migrate } from "../src/platform/db/migrate.ts";
import { createServices } from "../src/compose/services.ts";
import { startTraceSink } from "../src/testing/traffic/trace_sink.ts";
import { emptySchema, median, newPerson, printConditions, startSentinel, toolVersion, wrk } from "./rig.ts";

const [rounds = 5, seconds = 4] = Deno.args.map(Number);
const publicUrl = "http://127.0.0.1:8110"; // shared, so that each accepts the others' tokens
const uncounted = { with: () => ({ inc() {}, set() {}, observe() {}, raiseTo() {} }) };

await printConditions({ tool: await toolVersion("wrk"), model: "closed, 32 clients", rounds, seconds });
await using schema = await emptySchema();
await metricsCost();
await tracingCost();

/** One Sentinel behind two sockets, one with metrics and one without. */
async function metricsCost() {
  await using stack = new AsyncDisposableStack();
  const secret = new Uint8Array(32).fill(1); // of a temporary installation
  const { settings } = readConfig({
    DATABASE_URL: Deno.env.get("DATABASE_URL")!,
    SENTINEL_DB_SCHEMA: schema.name,
    SENTINEL_SECRET: secret.toBase64(),
    SENTINEL_PUBLIC_URL: publicUrl,
    SENTINEL_RATE_LIMIT: "off",
  });
  const log = stack.use(createLogger({ level: "info", format: "json", write: () => Promise.resolve() }));
  const database = stack.use(await openInstallationDatabase(settings, log));
  await migrate({ connection: database.connection, schema: settings.SENTINEL_DB_SCHEMA, migrations, log });
  const services = stack.use(await createServices({ settings, database, secret, log }));
  services.startJobs();
  const { app, instruments } = services;
  const { SENTINEL_TRUSTED_PROXIES: trustedProxies, SENTINEL_CORS_ORIGINS: corsOrigins } = settings;
  const nowhere = { ...instruments, http_requests_total: uncounted, http_request_duration_seconds: uncounted };
  const traffic = createTraffic({
    instruments: nowhere,
    log,
    sample: settings.SENTINEL_ACCESS_LOG_SAMPLE,
    tracing: undefined,
  });
  const unseen = createHandler({ app, log, trustedProxies, corsOrigins, ...traffic });
  const serve = (port: number, handler: typeof unseen) => {
    const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, handler);
    stack.defer(() => server.shutdown());
    return `http://127.0.0.1:${port}`;
  };
  const [counted, uncountedOrigin] = [serve(8110, services.handle), serve(8111, unseen)];
  const { token } = await newPerson(counted);
  await compare("metrics", { without: uncountedOrigin, with: counted }, token);
  await scrapeUnderLoad(counted, token);
}

async function tracingCost() {
  await using sink = startTraceSink();
  const settings = { SENTINEL_PUBLIC_URL: publicUrl };
  await using off = await startSentinel(8112, settings);
  await using on = await startSentinel(8113, { ...settings, ...sink.env });
  const { token } = await newPerson(off.origin);
  await compare("tracing", { without: off.origin, with: on.origin }, token);
}

async function compare(what: string, origins: { without: string; with: string }, token: string) {
  const rates = { without: [] as number[], with: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    for (const name of ["without", "with"] as const) {
      const { rate, failures } = await wrk({ url: `${origins[name]}/users/me`, connections: 32, seconds, token });
      if (failures > 0) throw new Error(`${what}: ${failures} failures ${name}`);
      if (round > 0) rates[name].push(rate); // the first round warms up
    }
  }
  const [without, withIt] = [median(rates.without), median(rates.with)];
  console.log(`${what.padEnd(8)} without ${Math.round(without)}, with ${Math.round(withIt)} requests/s`);
  console.log(`${what.padEnd(8)} cost ${(1 - withIt / without).toFixed(3)} of a request's time`);
}

/** A scrape every 50 ms, as of fifty Prometheus servers, under a full load of `GET /users/me`. */
async function scrapeUnderLoad(origin: string, token: string) {
  let over = false;
  const load = wrk({ url: `${origin}/users/me`, connections: 32, seconds: seconds * 2, token }).finally(() =>
    over = true
  );
  const times: number[] = [];
  while (!over) {
    const started = performance.now();
    await (await fetch(`${origin}/metrics`)).text();
    times.push(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const p99 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]!;
  const { rate } = await load;
  console.log(`/metrics p99 ${p99.toFixed(1)} ms of ${times.length} scrapes, beside ${Math.round(rate)} requests/s`);
}
