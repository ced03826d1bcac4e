import { defineDictionary } from "../vocabulary/dictionary.ts";
import * as s from "../vocabulary/settings/setting_schemas.ts";

const composeDictionary = defineDictionary({
  metrics: {
    sentinel_hash_queue_running: { kind: "gauge", merge: "sum", help: "Password hashes in progress." },
    sentinel_hash_queue_waiting: { kind: "gauge", merge: "sum", help: "Passwords waiting for a hash slot." },
    sentinel_hash_queue_limit: {
      kind: "gauge",
      merge: "sum",
      help: "Maximum number of passwords that may wait for a hash slot; further ones are refused.",
    },
    sentinel_hash_queue_wait_seconds: { kind: "histogram", help: "Time spent waiting for a hash slot." },
    sentinel_hash_rejected_total: { kind: "counter", help: "Passwords refused because the queue was full." },
    sentinel_hash_duration_seconds: { kind: "histogram", help: "Duration of one password hash, without the wait." },
    sentinel_db_pool_connections: {
      kind: "gauge",
      merge: "sum",
      help: "Connections of the pool.",
      labels: { state: ["in_use", "idle"] },
    },
    sentinel_db_pool_waiting: { kind: "gauge", merge: "sum", help: "Callers waiting for a connection." },
    sentinel_db_pool_limit: { kind: "gauge", merge: "sum", help: "Maximum size of the pool." },
    sentinel_db_reachable: {
      kind: "gauge",
      merge: "min",
      help: "1 while the database answers; 0 after a failed connection or statement, until one succeeds.",
    },
    sentinel_db_unavailable_total: {
      kind: "counter",
      help: "Requests and jobs that failed because the database could not be reached or did not answer in time.",
    },
    sentinel_db_disk_full: {
      kind: "gauge",
      merge: "max",
      help: "1 for a minute after the database refused to write because its disk is full.",
    },
    sentinel_db_query_duration_seconds: {
      kind: "histogram",
      help: "Duration of one statement, by its name.",
      labels: { statement: [] },
    },
    sentinel_change_feed_trusted: {
      kind: "gauge",
      merge: "min",
      help: "1 while the access cache is valid; 0 while its entries live 2 s at most.",
    },
    sentinel_change_feed_heartbeat_age_seconds: {
      kind: "gauge",
      merge: "max",
      help:
        "Time since the last message of the change feed; 0 where there is none (embedded database, or SENTINEL_CHANGE_FEED=ttl).",
    },
    sentinel_revocation_latency_seconds: {
      kind: "histogram",
      help:
        "Time from the announcement of a change until this replica receives it, measured by the heartbeat each second.",
    },
    sentinel_job_failures_total: {
      kind: "counter",
      help: "Failed runs of a background job; each is tried again a second to a minute later.",
      labels: { name: [] },
    },
    sentinel_event_loop_delay_seconds: { kind: "histogram", help: "Delay of a timer, sampled ten times a second." },
    sentinel_log_lines_dropped_total: {
      kind: "counter",
      help: "Log lines dropped because standard output was blocked.",
    },
    sentinel_build_info: {
      kind: "gauge",
      merge: "max",
      help: "Always 1; the labels name the version of Sentinel and of Deno.",
      labels: { version: [], deno: [] },
    },
    sentinel_store_info: {
      kind: "gauge",
      merge: "max",
      help: "Always 1; the labels name the database engine and the kind of change feed.",
      labels: { engine: [], change_feed: [] },
    },
    process_cpu_seconds_total: { kind: "counter", merge: "max", help: "CPU time, user and system." },
    process_resident_memory_bytes: { kind: "gauge", merge: "max", help: "Resident memory." },
    process_heap_used_bytes: { kind: "gauge", merge: "sum", help: "JavaScript heap in use." },
    process_start_time_seconds: { kind: "gauge", merge: "min", help: "Start of the process since the Unix epoch." },
  },
  settings: {
    PORT: { about: "TCP port to listen on", schema: s.integer(1, 65535), default: "8000" },
    HOST: {
      about: "Address to listen on; 0.0.0.0 or :: for every interface",
      schema: s.matching(/^\S+$/, "must be an address or a host name"),
      default: "127.0.0.1",
    },
    DATABASE_URL: {
      about: "PostgreSQL 15 to 18, as postgres://user:password@host:5432/database",
      schema: s.postgresUrl,
      otherwise: "embedded database",
      secret: s.withoutPassword,
    },
    SENTINEL_DATA_DIR: {
      about: "Folder of the embedded database and its secret: ./data, /data or /var/lib/sentinel, or one inside these",
      schema: s.anything,
      default: "./data",
    },
    SENTINEL_PUBLIC_URL: {
      about: "URL that clients call, without a path; issuer and audience of tokens (RFC 8414 §2, RFC 9068 §2.2)",
      schema: s.issuerUrl,
      default: (text) => `http://localhost:${text("PORT")}`,
      otherwise: "http://localhost:PORT",
    },
    SENTINEL_DB_SCHEMA: {
      about: "PostgreSQL schema of all tables and functions of Sentinel",
      schema: s.matching(
        /^(?!pg_)[a-z_][a-z0-9_]{0,40}$/,
        "must match [a-z_][a-z0-9_]{0,40}, and not begin with pg_, which PostgreSQL keeps for itself",
      ),
      default: "sentinel",
    },
    SENTINEL_WORKERS: {
      about:
        "Number of threads that serve on one port, each a replica of its own, or `auto` for one per core; more than 1 " +
        "needs PostgreSQL and Linux",
      schema: s.integerOr("auto", 1, 256),
      default: "1",
    },
    SENTINEL_DB_POOL_SIZE: {
      about:
        "Maximum number of connections to PostgreSQL for each worker of each replica; the embedded database has one",
      schema: s.integer(1, 1000),
      default: "10",
    },
    SENTINEL_DB_WAIT_SECONDS: {
      about: "How long `serve` waits for the database when it starts, in seconds",
      schema: s.integer(0, 3600),
      default: "60",
    },
    SENTINEL_OUTBOUND_ALLOW: {
      about:
        "Addresses and CIDRs, separated by commas, that requests to servers which others name may reach beside the " +
        "internet, over http and on any port too",
      schema: s.list(s.cidr),
      default: "",
      otherwise: "none",
    },
    SENTINEL_OUTBOUND_CA: {
      about: "PEM file with the certificate authorities of servers in SENTINEL_OUTBOUND_ALLOW",
      schema: s.anything,
      otherwise: "the public ones",
    },
    SENTINEL_CHANGE_FEED: {
      about: "How replicas learn of changes: `listen`, or `ttl` where LISTEN does not work (transaction-mode poolers)",
      schema: s.oneOf("listen", "ttl"),
      default: "listen",
    },
    SENTINEL_SECRET: {
      about: "32 random bytes in base64, the root of every derived key (RFC 5869); required with DATABASE_URL",
      schema: s.secret32,
      otherwise: "generated at the first start, stored in the data folder",
      secret: true,
    },
    SENTINEL_SECRET_PREVIOUS: {
      about: "Second accepted secret during a change of SENTINEL_SECRET: first the next one, then the old one",
      schema: s.secret32,
      secret: true,
    },
    SENTINEL_RECIPIENT_SECRET: {
      about: "The SENTINEL_SECRET of the installation that `db export` writes for",
      schema: s.secret32,
      otherwise: "this installation's own secret",
      secret: true,
    },
    SENTINEL_IMPORT_DATABASE_URL: {
      about: "Database of the old system, which `user import --from seed` reads if no file is named",
      schema: s.postgresUrl,
      secret: s.withoutPassword,
    },
    SENTINEL_ADMIN_USERNAME: {
      about: "Username of the first admin; used only while there is no admin, with the password below",
      schema: s.anything,
    },
    SENTINEL_ADMIN_EMAIL: {
      about: "E-mail address of the first admin, with a username or in place of it",
      schema: s.anything,
    },
    SENTINEL_ADMIN_PASSWORD: { about: "Password of the first admin", schema: s.anything, secret: true },
    SENTINEL_HASH_CONCURRENCY: {
      about: "Maximum number of passwords hashed at once by all workers together, which is at least one each",
      schema: s.integer(1, 1024),
      default: () => String(navigator.hardwareConcurrency),
      otherwise: "cores",
    },
    SENTINEL_HASH_QUEUE_MAX: {
      about:
        "Maximum number of passwords waiting to be hashed in all workers together; further requests are answered with " +
        "503",
      schema: s.integer(0, 1_000_000),
      default: (text) => String(64 * Number(text("SENTINEL_HASH_CONCURRENCY"))),
      otherwise: "64 × SENTINEL_HASH_CONCURRENCY",
    },
    SENTINEL_LOG_LEVEL: {
      about: "Lowest level that is logged: `debug` (the same as `info` so far), `info`, `warn` or `error`",
      schema: s.oneOf("debug", "info", "warn", "error"),
      default: "info",
    },
    SENTINEL_LOG_FORMAT: {
      about: "Format of the log: `json` or `pretty`",
      schema: s.oneOf("json", "pretty"),
      otherwise: "pretty on a terminal, json elsewhere",
    },
    SENTINEL_DRAIN_SECONDS: {
      about: "How long a stopping replica keeps serving while `/readyz` answers 503 to load balancers, in seconds",
      schema: s.integer(0, 300),
      default: "0",
    },
    SENTINEL_MIGRATE: {
      about: "At the start of `serve`: `auto` applies migrations, `check` refuses to start without them",
      schema: s.oneOf("auto", "check"),
      default: "auto",
    },
  },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    compose: typeof composeDictionary;
  }
}
