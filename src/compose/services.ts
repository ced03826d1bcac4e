import type { Instruments, SettingLine, Settings } from "../vocabulary/dictionary.ts";
import { createApp } from "../http/request/app.ts";
import { createSignInFreshness } from "../http/request/freshness.ts";
import { createGuard } from "../http/request/guard.ts";
import { createHandler } from "../http/server/handler.ts";
import { createPages } from "../http/contract/list_page.ts";
import { createVisits } from "../http/pages/visit.ts";
import { createTraffic } from "../http/server/traffic.ts";
import { type InstallationDatabase, openPool } from "./installation_database.ts";
import { startJobs } from "./jobs.ts";
import { migrations } from "./migrations.ts";
import { createInstruments, expectAnswers } from "./instruments.ts";
import {
  type ChangeFeed,
  type ChangeFeedOptions,
  createChangeFeed,
  noChanges,
  ownChanges,
} from "../platform/change_feed/change_feed.ts";
import { createDatabaseClock, hearDatabaseTime, systemClock } from "../platform/clock.ts";
import { once } from "../platform/once.ts";
import { createJobRuns } from "../platform/timers/job_runs.ts";
import { watchEventLoop } from "../platform/timers/event_loop.ts";
import { createHashing, type Hashing } from "../platform/hashing/hashing.ts";
import type { HashThreads } from "../platform/hashing/hash_threads.ts";
import { useLibcrypto } from "../platform/signatures/web_crypto.ts";
import type { Logger } from "../platform/logger.ts";
import { createOutbound, type Outbound, type Resolve } from "../platform/outbound.ts";
import { noSiblings, type Siblings } from "../platform/workers/siblings.ts";
import type { Tracing } from "../platform/tracing.ts";
import { composeFeatures, describeApi, type FeatureServices, featuresOf, serveFeatures } from "./features.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import { createSecrets, type Secrets } from "../vocabulary/secrets.ts";
import type { Memory } from "../http/contract/feature.ts";
import { maintain } from "../platform/embedded/maintenance.ts";
import { resourceMetadataUrl } from "../oauth/discovery/protected_resource.ts";
import { version } from "../version.ts";

export interface ServicesDeps {
  settings: Settings;
  /** Opened and migrated. */
  database: InstallationDatabase;
  secret: Uint8Array;
  log: Logger;
  /** Undefined while it is off. */
  tracing?: Tracing | undefined;
  /** How host names are resolved, unless by the system. */
  resolve?: Resolve;
  /** Each setting as it is in force, without secrets, for the console. */
  configuration?: readonly SettingLine[];
  siblings?: Siblings;
  /** Shared by several installations of a process; by default each has its own. */
  hashThreads?: HashThreads | undefined;
}

/** All that a running Sentinel consists of; disposing ends it in reverse order. */
export type Services = Awaited<ReturnType<typeof createServices>>;

/** Composes everything. @throws {UnknownSecret} when the signing keys were encrypted under another secret. */
export async function createServices(
  { settings, database, secret, log, tracing, resolve, configuration = [], siblings = noSiblings, hashThreads }:
    ServicesDeps,
) {
  useLibcrypto();
  await using opening = new AsyncDisposableStack();
  const instruments = createInstruments(version, log);
  const db = opening.use(openPool(database, settings, {
    log,
    inSpan: tracing?.inSpan,
    observe: (statement, seconds) =>
      instruments.sentinel_db_query_duration_seconds.with({ statement }).observe(seconds),
  }));
  const hashing = opening.use(openHashing(settings, { instruments, tracing, hashThreads }));
  const databaseClock = createDatabaseClock();
  const hearTime = () => hearDatabaseTime(db, databaseClock);
  if (!database.embedded) await hearTime(); // before the feed connects: one connection at least is the pool's
  const heard = (seconds: number) => instruments.sentinel_revocation_latency_seconds.with({}).observe(seconds);
  const memories: Memory[] = [];
  const feed = opening.use(openFeed({ settings, database, log, clock: databaseClock, ...forgetting(memories), heard }));
  const clock = database.embedded ? systemClock : databaseClock;
  const jobRuns = createJobRuns({ clock });
  const foundation = createFoundation(settings, createSecrets(secret, settings.SENTINEL_SECRET_PREVIOUS), {
    db,
    hashing,
    outbound: openOutbound(settings, resolve),
    instruments,
    log,
    clock,
    cacheValidity: feed,
    feed,
    jobRuns,
    siblings,
    configuration,
  });
  const services = composeFeatures(foundation);
  const features = featuresOf(settings);
  for (const { memory } of features) if (memory) memories.push(memory(services));
  for (const { start } of features) await start?.(services);

  const jobs = features.flatMap((feature) => feature.jobs ?? []);
  if (feed === noChanges) jobs.push({ name: "clock", everyMs: 1_000, everyWorker: true, run: hearTime });
  if (database.embedded) jobs.push({ name: "maintenance", everyMs: 5_000, run: () => maintain(db) });
  const background = opening.use(new AsyncDisposableStack());
  for (const { stop } of features) if (stop) opening.defer(() => stop(services));
  opening.use(watchEventLoop((seconds) => instruments.sentinel_event_loop_delay_seconds.with({}).observe(seconds)));
  watch(services, database, feed);

  const wire = once(() => createWire(services, tracing));
  const resources = opening.move();
  return {
    ...services,
    /** What answers requests, created at its first use: commands answer none. */
    get app() {
      return wire().app;
    },
    get handle() {
      return wire().handle;
    },
    /** For a server, once it is ready: before, they would delay its start. A command ends too soon to need them. */
    startJobs: (apartMs = 25) => void background.use(startJobs(jobs, services, apartMs)),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function createFoundation(
  settings: Settings,
  secrets: Secrets,
  opened: Pick<
    Foundation,
    | "db"
    | "hashing"
    | "outbound"
    | "instruments"
    | "log"
    | "clock"
    | "cacheValidity"
    | "feed"
    | "jobRuns"
    | "siblings"
    | "configuration"
  >,
): Foundation {
  return {
    ...opened,
    version,
    settings,
    secrets,
    monotonic: () => performance.now(),
    pages: createPages(secrets.subkey("cursors")),
    visits: createVisits({
      secrets,
      publicUrl: settings.SENTINEL_PUBLIC_URL,
      brand: settings.SENTINEL_BRAND_NAME,
      language: settings.SENTINEL_LANGUAGE,
      sessionMaxSeconds: settings.SENTINEL_SESSION_MAX_SECONDS,
    }),
    migrations,
    describe: () => describeApi(settings),
  };
}

/** Forgets what a change, here or elsewhere, has made untrue. A kind of change that nobody knows is a change of all. */
function forgetting(memories: readonly Memory[]) {
  const reset = () => memories.forEach(({ forgetAll }) => forgetAll());
  return {
    reset,
    changed(kind: string, ids: string[]): void {
      const concerned = memories.filter(({ changed }) => Object.hasOwn(changed, kind));
      if (concerned.length === 0) return reset();
      for (const { changed } of concerned) changed[kind]!(ids);
    },
  };
}

function createWire(services: FeatureServices, tracing: Tracing | undefined) {
  const { settings, instruments, log, readiness, authentication, evaluator, visits, clock, browserSessions } = services;
  const {
    SENTINEL_TRUSTED_PROXIES: trustedProxies,
    SENTINEL_FORWARDED_HEADER: forwardedHeader,
    SENTINEL_CORS_ORIGINS: corsOrigins,
  } = settings;
  const freshness = createSignInFreshness({ clock, aal2MaxSeconds: settings.SENTINEL_AAL2_MAX_SECONDS });
  const app = createApp({
    guard: createGuard({ authentication, proofs: services.dpopProofs, authorization: evaluator, freshness }),
    log,
    isStopping: readiness.isStopping,
    pages: { visits, freshness, browsers: browserSessions, rights: evaluator },
    metadataUrl: resourceMetadataUrl(settings.SENTINEL_PUBLIC_URL),
  });
  serveFeatures(app, services);
  expectAnswers(instruments, app.operations);
  const traffic = createTraffic({ instruments, log, sample: settings.SENTINEL_ACCESS_LOG_SAMPLE, tracing });
  return { app, handle: createHandler({ app, log, trustedProxies, forwardedHeader, corsOrigins, ...traffic }) };
}

type FeedDeps = Pick<ServicesDeps, "settings" | "database"> & Omit<ChangeFeedOptions, "connection" | "schema">;

function openFeed({ settings, database, ...told }: FeedDeps): ChangeFeed {
  if (database.embedded) return ownChanges;
  if (settings.SENTINEL_CHANGE_FEED === "ttl") return noChanges;
  return createChangeFeed({ connection: database.connection, schema: settings.SENTINEL_DB_SCHEMA, ...told });
}

function openOutbound(
  { SENTINEL_OUTBOUND_ALLOW: allowed, SENTINEL_OUTBOUND_CA: caFile }: Settings,
  resolve: Resolve | undefined,
): Outbound {
  const ca = caFile === undefined ? undefined : Deno.readTextFileSync(caFile);
  return createOutbound({ allowed, ca, ...(resolve && { resolve }) });
}

function openHashing(
  settings: Settings,
  { instruments, tracing, hashThreads }: Pick<ServicesDeps, "tracing" | "hashThreads"> & { instruments: Instruments },
): Hashing {
  return createHashing({
    sharedThreads: hashThreads,
    inSpan: tracing?.inSpan,
    concurrency: settings.SENTINEL_HASH_CONCURRENCY,
    queueMax: settings.SENTINEL_HASH_QUEUE_MAX,
    metrics: {
      waited: (seconds) => instruments.sentinel_hash_queue_wait_seconds.with({}).observe(seconds),
      rejected: () => instruments.sentinel_hash_rejected_total.with({}).inc(),
      computed: (_, seconds) => instruments.sentinel_hash_duration_seconds.with({}).observe(seconds),
    },
  });
}

/** What is not counted as it happens but read at each scrape. */
function watch(
  { settings, instruments, db, hashing, keys, clock }: FeatureServices,
  { embedded }: InstallationDatabase,
  feed: ChangeFeed,
) {
  const changeFeed = embedded ? "own" : settings.SENTINEL_CHANGE_FEED;
  instruments.sentinel_store_info.with({ engine: embedded ? "embedded" : "postgresql", change_feed: changeFeed }).set(
    1,
  );
  instruments.sentinel_hash_queue_limit.with({}).set(settings.SENTINEL_HASH_QUEUE_MAX);
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
    const signing = keys.known()?.signing ?? new Map(); // unknown for a moment after a change: the last answer stands
    for (const [alg, { since }] of signing) {
      instruments.sentinel_signing_key_age_seconds.with({ alg }).set((clock.now() - since) / 1000);
    }
  });
}
