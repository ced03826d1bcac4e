import { createLiveState, type LiveState } from "../access/principals/principal_cache.ts";
import { createRoles, type Roles } from "../access/roles/permission_evaluator.ts";
import type { Config } from "./config.ts";
import { createApp } from "../http/request/app.ts";
import { createGuard } from "../http/request/guard.ts";
import { createHandler } from "../http/server/handler.ts";
import { createPages } from "../http/contract/list_page.ts";
import { createTraffic } from "../http/server/traffic.ts";
import { type InstallationDatabase, openPool } from "./installation_database.ts";
import { startJobs } from "./jobs.ts";
import { migrations } from "./migrations.ts";
import { createInstruments, type Instruments } from "../operations/metrics/instruments.ts";
import { createReadiness, type Readiness } from "../operations/health/readiness.ts";
import { type ChangeFeed, createChangeFeed, noChanges, ownChanges } from "../platform/change_feed/change_feed.ts";
import {
  type Clock,
  createDatabaseClock,
  type DatabaseClock,
  hearDatabaseTime,
  systemClock,
} from "../platform/clock.ts";
import type { Database } from "../platform/db/db.ts";
import { watchEventLoop } from "../platform/event_loop.ts";
import { createHashing, type Hashing } from "../platform/hashing/hashing.ts";
import type { Logger } from "../platform/logger.ts";
import type { Tracing } from "../platform/tracing.ts";
import { describeApi, serveFeatures } from "./features.ts";
import { createRules, type Foundation, type Rules } from "./rules.ts";
import { createSecrets } from "../vocabulary/secrets.ts";
import { createKeys, type Keys } from "../tokens/keys/keys.ts";
import { passwordGuesses } from "../credentials/passwords/password_guesses.ts";
import { version } from "../version.ts";

/** What the composition is made of. */
export interface ServicesDeps {
  config: Config;
  /** Opened and migrated. */
  database: InstallationDatabase;
  secret: Uint8Array;
  log: Logger;
  /** Whether it goes on for long enough to look after itself, which a command does not. */
  lasting?: boolean;
  /** Undefined while it is off. */
  tracing?: Tracing | undefined;
}

/** All that a running Sentinel consists of; disposing ends it in reverse order. */
export type Services = Awaited<ReturnType<typeof createServices>>;

/**
 * Composes everything from the settings.
 *
 * @throws {UnknownSecret} when the signing keys were encrypted under another secret.
 */
export async function createServices({ config, database, secret, log, lasting = true, tracing }: ServicesDeps) {
  await using opening = new AsyncDisposableStack();
  const instruments = createInstruments(version, log);
  const db = opening.use(openPool(database, config, {
    log,
    inSpan: tracing?.inSpan,
    observe: (statement, seconds) =>
      instruments.sentinel_db_query_duration_seconds.with({ statement }).observe(seconds),
  }));
  const hashing = opening.use(openHashing(config, instruments, tracing));
  const databaseClock = createDatabaseClock();
  const clock = database.embedded ? systemClock : databaseClock;
  const hearTime = () => hearDatabaseTime(db, databaseClock);
  if (!database.embedded) await hearTime(); // before the feed connects: one connection at least is the pool's
  const heard = (seconds: number) => instruments.sentinel_revocation_latency_seconds.with({}).observe(seconds);
  const feed: ChangeFeed = opening.use(
    openFeed({ config, database, log, clock: databaseClock, changed, reset, heard }),
  );
  const live: LiveState = createLiveState({ db, trust: feed });
  const roles: Roles = createRoles({ db, clock, trust: feed });
  const secrets = createSecrets(secret, config.previousSecret);
  const keys: Keys = createKeys({
    db,
    secrets,
    trust: feed,
    sealed: (kid, cause) => log.error("the active signing key cannot be opened here", { kid, cause: String(cause) }),
  });
  await keys.ensure();

  const foundation: Foundation = { config, db, instruments, hashing, live, roles, secrets, keys, clock };
  const rules = createRules(foundation);
  const told = { log, hearTime: feed === noChanges ? hearTime : undefined, embedded: database.embedded !== undefined };
  if (lasting) opening.use(startJobs(foundation, rules, told));
  if (lasting && config.passwordBlocklist) passwordGuesses().catch(() => {}); // who needs it is told
  opening.use(watchEventLoop((seconds) => instruments.sentinel_event_loop_delay_seconds.with({}).observe(seconds)));
  const { hashQueueMax } = config;
  watch(instruments, { db, hashing, hashQueueMax, feed, keys, clock });
  const changeFeed = database.embedded ? "own" : config.changeFeed;
  const engine = database.embedded ? "embedded" : "postgresql";
  instruments.sentinel_store_info.with({ engine, change_feed: changeFeed }).set(1);

  const readiness = createReadiness({ db, keys, migrations });
  const wire = createWire(foundation, rules, { log, readiness, tracing });
  const resources = opening.move();
  return {
    ...foundation,
    ...rules,
    ...wire,
    feed,
    readiness,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };

  /** Forgets what a change, here or elsewhere, has made untrue. */
  function changed(kind: string, ids: string[]): void {
    if (kind === "user") ids.forEach(live.forgetUser);
    else if (kind === "session") ids.forEach(live.forgetSession);
    else if (kind === "graph") roles.forget();
    else if (kind === "keys") keys.forget();
    else reset();
  }

  function reset(): void {
    live.forgetAll();
    roles.forget();
    keys.forget();
  }
}

/** Everything that answers requests. */
function createWire(foundation: Foundation, rules: Rules, { log, readiness, tracing }: {
  log: Logger;
  readiness: Readiness;
  tracing: Tracing | undefined;
}) {
  const { config, instruments, roles, secrets } = foundation;
  const app = createApp({
    guard: createGuard({ authentication: rules.authentication, roles }),
    log,
    isStopping: readiness.isStopping,
  });
  const { publicUrl, metricsToken, docs, trustedProxies, forwardedHeader, corsOrigins } = config;
  const pages = createPages(secrets.subkey("cursors"));
  const facts = { metricsToken, publicUrl, docs, describe: () => describeApi({ publicUrl, docs }) };
  serveFeatures(app, { ...foundation, ...rules, ...facts, pages, readiness });
  instruments.expectAnswers(app.operations);
  const traffic = createTraffic({ instruments, log, sample: config.accessLogSample, tracing });
  return { app, handle: createHandler({ app, log, trustedProxies, forwardedHeader, corsOrigins, ...traffic }) };
}

function openFeed({ config, database, ...told }: {
  config: Config;
  database: InstallationDatabase;
  log: Logger;
  clock: DatabaseClock;
  changed: (kind: string, ids: string[]) => void;
  reset: () => void;
  heard: (seconds: number) => void;
}): ChangeFeed {
  if (database.embedded) return ownChanges;
  if (config.changeFeed === "ttl") return noChanges;
  return createChangeFeed({ connection: database.connection, schema: config.dbSchema, ...told });
}

function openHashing(config: Config, instruments: Instruments, tracing: Tracing | undefined): Hashing {
  return createHashing({
    inSpan: tracing?.inSpan,
    concurrency: config.hashConcurrency,
    queueMax: config.hashQueueMax,
    metrics: {
      waited: (seconds) => instruments.sentinel_hash_queue_wait_seconds.with({}).observe(seconds),
      rejected: () => instruments.sentinel_hash_rejected_total.with({}).inc(),
      computed: (_, seconds) => instruments.sentinel_hash_duration_seconds.with({}).observe(seconds),
    },
  });
}

/** What is not counted as it happens but read at each scrape. */
function watch(instruments: Instruments, { db, hashing, hashQueueMax, feed, keys, clock }: {
  db: Database;
  hashing: Hashing;
  hashQueueMax: number;
  feed: ChangeFeed;
  keys: Keys;
  clock: Clock;
}) {
  instruments.sentinel_hash_queue_limit.with({}).set(hashQueueMax);
  instruments.onScrape(() => {
    const { total, idle, waiting, limit, reachable, unavailable, diskFull } = db.stats();
    instruments.sentinel_db_pool_connections.with({ state: "in_use" }).set(total - idle);
    instruments.sentinel_db_pool_connections.with({ state: "idle" }).set(idle);
    instruments.sentinel_db_pool_waiting.with({}).set(waiting);
    instruments.sentinel_db_pool_limit.with({}).set(limit);
    instruments.sentinel_db_reachable.with({}).set(reachable ? 1 : 0);
    instruments.sentinel_db_disk_full.with({}).set(diskFull ? 1 : 0);
    instruments.sentinel_db_unavailable_total.with({}).raiseTo(unavailable);
    const queue = hashing.depth();
    instruments.sentinel_hash_queue_running.with({}).set(queue.running);
    instruments.sentinel_hash_queue_waiting.with({}).set(queue.waiting);
    instruments.sentinel_change_feed_trusted.with({}).set(feed.trusted ? 1 : 0);
    instruments.sentinel_change_feed_heartbeat_age_seconds.with({}).set(feed.silenceSeconds());
    const key = keys.known()?.active; // unknown for a moment after a change: the last answer stands
    if (key) instruments.sentinel_signing_key_age_seconds.with({}).set((clock.now() - key.since) / 1000);
  });
}
