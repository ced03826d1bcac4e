/**
 * Whether logins slow down as dead rows accumulate, and how long it takes to delete many expired sessions.
 *
 *   deno run -A loadtest/bloat.ts [logins] [clients]
 *
 * It starts a PostgreSQL of its own, first without autovacuum, then with the most frequent autovacuum. The rules run in
 * this process, and the hash function takes no time: the times are those of the throttle, the session, its audit events
 * and the token, while events are sealed. Prints the 99th percentile of the second tenth of the logins (the first tenth
 * warms up) and of the last; the dead rows of the largest tables; and the batches in which all sessions are purged once
 * they have expired.
 */
import { readConfig } from "../src/compose/config.ts";
import { type InstallationDatabase, openInstallationDatabase } from "../src/compose/installation_database.ts";
import { migrations } from "../src/compose/migrations.ts";
import { createDatabase } from "../src/platform/db/db.ts";
import { dummyHash, type Hashing, schemeOfPolicy } from "../src/platform/hashing/hashing.ts";
import { createLogger, type Logger, writeStdout } from "../src/platform/logger.ts";
import { migrate } from "../src/platform/db/migrate.ts";
import { composeFeatures, type FeatureServices } from "../src/compose/features.ts";
import { createServices } from "../src/compose/services.ts";
import { purge } from "../src/sessions/sessions/purge.ts";
import { type PostgresCluster, startPostgres } from "../src/testing/servers/postgres_cluster.ts";
import { printConditions } from "./rig.ts";

const [logins = 100_000, clients = 8] = Deno.args.map(Number);
const users = 1_000;
const networks = 5_000;

/** Accepts every password. */
const hashing = {
  admit() {},
  observe() {},
  depth: () => ({ running: 0, waiting: 0 }),
  hash: () => Promise.reject(new Error("nothing is hashed here")),
  verify: () => Promise.resolve(true),
  [Symbol.asyncDispose]: () => Promise.resolve(),
} satisfies Hashing;

const autovacuums: Record<string, Record<string, string>> = {
  off: { autovacuum: "off" },
  on: { autovacuum: "on", autovacuum_naptime: "1s" },
};

async function measure(postgres: PostgresCluster): Promise<void> {
  const { settings } = readConfig({
    DATABASE_URL: postgres.url(),
    SENTINEL_SECRET: new Uint8Array(32).fill(1).toBase64(),
    SENTINEL_PUBLIC_URL: "http://localhost:8000",
  });
  await using log = createLogger({ level: "warn", format: "json", write: writeStdout });
  await using database = await openInstallationDatabase(settings, log);
  await migrate({ connection: database.connection, schema: settings.SENTINEL_DB_SCHEMA, migrations, log });
  await postgres.sql(
    `insert into sentinel.users (id, username, username_canonical, email, email_canonical, password_hash)
     select gen_random_uuid(), name, name, name || '@example.com', name || '@example.com', $1
     from generate_series(0, $2::int - 1) n, lateral (select 'person' || n as name) p`,
    [dummyHash(schemeOfPolicy({ kind: "argon2id" })), users],
  );
  await using services = await createServices({ settings, database, secret: settings.SENTINEL_SECRET!, log });
  services.startJobs();
  await logIn(composeFeatures({ ...services, hashing }));
  for (const { relname, live, dead, size } of await postgres.sql<Record<string, string>>(largest)) {
    console.log(`  ${relname}: ${live} rows, ${dead} dead, ${size}`);
  }
  await postgres.sql("update sentinel.sessions set expires_at = now() - interval '60 days'");
  await purgeAll({
    database,
    schema: settings.SENTINEL_DB_SCHEMA,
    log,
    sessionMaxSeconds: settings.SENTINEL_SESSION_MAX_SECONDS,
  });
}

async function logIn(services: FeatureServices): Promise<void> {
  const timesMs: number[] = [];
  const startedAt = performance.now();
  let next = 0;
  await Promise.all(Array.from({ length: clients }, async () => {
    for (let n = next++; n < logins; n = next++) {
      const network = n % networks;
      const client = { ip: `198.18.${network >> 8}.${network & 255}`, user_agent: "load", request_id: null };
      const begunAt = performance.now();
      await services.logins.login({ username: `person${n % users}`, password: "any" }, client);
      timesMs[n] = performance.now() - begunAt;
    }
  }));
  const rate = logins / (performance.now() - startedAt) * 1000;
  const tenth = logins / 10;
  const [first, last] = [p99(timesMs.slice(tenth, 2 * tenth)), p99(timesMs.slice(-tenth))];
  console.log(
    `  ${logins} logins, ${Math.round(rate)}/s; p99 ${first.toFixed(1)} ms in the second tenth, ` +
      `${last.toFixed(1)} ms in the last: × ${(last / first).toFixed(2)}`,
  );
}

async function purgeAll({ database: { connection }, schema, log, sessionMaxSeconds }: {
  database: InstallationDatabase;
  schema: string;
  log: Logger;
  sessionMaxSeconds: number;
}): Promise<void> {
  const batchesMs: number[] = [];
  const observe = (name: string, seconds: number) => {
    if (name === "delete_expired_sessions") batchesMs.push(seconds * 1000);
  };
  await using db = createDatabase({ connection, schema, poolSize: 1, log, observe });
  await purge(db, sessionMaxSeconds);
  const slowest = Math.max(...batchesMs);
  console.log(
    `  purged in ${batchesMs.length} batches, the slowest of ${slowest.toFixed(0)} ms, p99 ${
      p99(batchesMs).toFixed(0)
    }`,
  );
}

const largest = `
  select relname, n_live_tup as live, n_dead_tup as dead, pg_size_pretty(pg_total_relation_size(relid)) as size
  from pg_stat_user_tables order by pg_total_relation_size(relid) desc limit 4`;

function p99(timesMs: number[]): number {
  return timesMs.toSorted((a, b) => a - b)[Math.floor(timesMs.length * 0.99)]!;
}

await printConditions({
  model: `closed, ${clients} clients`,
  hash: "none: it takes no time here",
  "rate limits": "on",
  logins,
  users,
  networks,
});
for (const [autovacuum, settings] of Object.entries(autovacuums)) {
  await using postgres = await startPostgres({ settings });
  console.log(`autovacuum ${autovacuum}:`);
  await measure(postgres);
}
