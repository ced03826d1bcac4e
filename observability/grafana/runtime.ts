import { limits } from "../objectives.ts";
import { type Board, percentiles, quantileOf, rateBy, replica } from "./panels.ts";

/** The process, its hash threads and its database. */
export const runtime: Board = {
  uid: "sentinel-runtime",
  title: "Runtime and database",
  description: "Hashing, the database, the change feed, keys and the process itself.",
  rows: [
    {
      title: "Password hashing",
      panels: [
        {
          title: "Hash queue",
          description: "Share of the queue that is in use. At 1 logins are answered 503.",
          unit: "percentunit",
          alert: { name: "SentinelHashQueueSaturated", above: limits.hashQueueShare },
          queries: [{
            expr: `sentinel_hash_queue_waiting{${replica}} / (sentinel_hash_queue_limit{${replica}} > 0)`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "Passwords refused",
          description: "Per second, because the queue was full.",
          unit: "cps",
          alert: { name: "SentinelHashQueueSaturated", above: limits.hashRejectedPerSecond },
          queries: [rateBy("instance", "sentinel_hash_rejected_total")],
        },
        {
          title: "Wait for a hash slot",
          description: "Time in the queue before a password is hashed.",
          unit: "s",
          queries: percentiles("sentinel_hash_queue_wait_seconds"),
        },
        {
          title: "Hash duration",
          description: "Of one password hash, without the wait.",
          unit: "s",
          queries: percentiles("sentinel_hash_duration_seconds"),
        },
      ],
    },
    {
      title: "Database",
      panels: [
        {
          title: "Database reachable",
          description: "1 after a statement that was answered, 0 after a connection or a statement that failed.",
          unit: "short",
          alert: { name: "SentinelDatabaseDown", below: limits.well },
          queries: [{ expr: `sentinel_db_reachable{${replica}}`, legend: "{{instance}}" }],
        },
        {
          title: "Requests failed on the database",
          description:
            "Requests and jobs per second that failed because the database could not be reached or did not " +
            "answer in time.",
          unit: "cps",
          queries: [rateBy("instance", "sentinel_db_unavailable_total")],
        },
        {
          title: "Connections",
          description: "Of the pools of the chosen replicas, and their limit.",
          unit: "short",
          queries: [
            {
              expr: `sum by (state) (sentinel_db_pool_connections{${replica}})`,
              legend: "{{state}}",
            },
            { expr: `sum(sentinel_db_pool_limit{${replica}})`, legend: "limit" },
          ],
        },
        {
          title: "Callers waiting for a connection",
          description: "The alert fires when callers wait at every scrape, not only for a moment.",
          unit: "short",
          alert: { name: "SentinelPoolExhausted", above: limits.poolWaiting },
          queries: [{ expr: `sentinel_db_pool_waiting{${replica}}`, legend: "{{instance}}" }],
        },
        {
          title: "Slowest statements, P95",
          description: "Duration of the ten slowest statements, by name.",
          unit: "s",
          queries: [{
            expr: `topk(10, ${quantileOf(0.95, "sentinel_db_query_duration_seconds", "", "statement")} >= 0)`,
            legend: "{{statement}}",
          }],
        },
        {
          title: "Statements",
          description: "Per second, by name.",
          unit: "cps",
          queries: [rateBy("statement", "sentinel_db_query_duration_seconds_count")],
        },
      ],
    },
    {
      title: "Changes and keys",
      panels: [
        {
          title: "Heartbeat of the change feed",
          description: "Time since the last heartbeat. 0 where there is no feed: on the embedded database, and with " +
            "SENTINEL_CHANGE_FEED=ttl.",
          unit: "s",
          alert: { name: "SentinelListenerDead", above: limits.heartbeatAgeSeconds },
          queries: [{ expr: `sentinel_change_feed_heartbeat_age_seconds{${replica}}`, legend: "{{instance}}" }],
        },
        {
          title: "Revocation latency",
          description: "From the announcement of a change until a replica receives it. Empty on the embedded database.",
          unit: "s",
          queries: percentiles("sentinel_revocation_latency_seconds"),
        },
        {
          title: "Access cache valid",
          description: "1 while changes arrive at once; 0 while entries of the cache live for 2 s.",
          unit: "short",
          queries: [{ expr: `sentinel_change_feed_trusted{${replica}}`, legend: "{{instance}}" }],
        },
        {
          title: "Age of the signing key",
          description: "Time since the active key became active.",
          unit: "s",
          alert: { name: "SentinelKeyAgeing", above: limits.keyAgeSeconds },
          queries: [{ expr: `max by (alg) (sentinel_signing_key_age_seconds{${replica}}) > 0`, legend: "{{alg}}" }],
        },
      ],
    },
    {
      title: "Mail",
      panels: [
        {
          title: "Age of the oldest mail",
          description: "The oldest mail in the outbox; 0 if none waits.",
          unit: "s",
          alert: { name: "SentinelMailDelayed", above: limits.oldestMailSeconds },
          queries: [{ expr: `max(sentinel_outbox_oldest_seconds{kind="mail",${replica}})`, legend: "oldest" }],
        },
        {
          title: "Mails and logout tokens by outcome",
          description: "Attempts per second. Dropped means no longer worth sending; dead ones were given up.",
          unit: "cps",
          queries: [rateBy("outcome", "sentinel_outbox_messages_total")],
        },
        {
          title: "Mail failures",
          description: "What the mail server did not take, per second, by reason.",
          unit: "cps",
          queries: [rateBy("error", "sentinel_mail_failures_total")],
        },
        {
          title: "Mails waiting and given up",
          description: "Those given up are listed for a week; `sentinel mail retry` sends them again.",
          unit: "short",
          queries: [{ expr: `max by (state) (sentinel_outbox_rows{kind="mail",${replica}})`, legend: "{{state}}" }],
        },
        {
          title: "Mails given up",
          description: "In an hour.",
          unit: "short",
          alert: { name: "SentinelMailDead", above: limits.deadMails },
          queries: [{
            expr: `sum(increase(sentinel_outbox_messages_total{kind="mail",outcome="dead",${replica}}[1h]))`,
            legend: "mails",
          }],
        },
      ],
    },
    {
      title: "Logout tokens",
      panels: [
        {
          title: "Logout token failures",
          description: "What applications did not take, per second, by reason.",
          unit: "cps",
          queries: [rateBy("error", "sentinel_logout_token_failures_total")],
        },
        {
          title: "Logout tokens waiting and given up",
          description: "Those given up are listed for a week; `sentinel logout-token retry` sends them again.",
          unit: "short",
          queries: [{ expr: `max by (state) (sentinel_outbox_rows{kind="http",${replica}})`, legend: "{{state}}" }],
        },
        {
          title: "Logout tokens given up",
          description: "In an hour.",
          unit: "short",
          alert: { name: "SentinelLogoutTokensDead", above: limits.deadLogoutTokens },
          queries: [{
            expr: `sum(increase(sentinel_outbox_messages_total{kind="http",outcome="dead",${replica}}[1h]))`,
            legend: "logout tokens",
          }],
        },
      ],
    },
    {
      title: "Process",
      panels: [
        {
          title: "Failed background jobs",
          description: "Failed runs in three minutes, by job. The alert fires when a job fails for 15 minutes.",
          unit: "short",
          alert: { name: "SentinelJobFailing", above: limits.jobFailures },
          queries: [{
            expr: `sum by (name) (increase(sentinel_job_failures_total{${replica}}[3m]))`,
            legend: "{{name}}",
          }],
        },
        {
          title: "Event-loop delay",
          description: "Delay of a timer.",
          unit: "s",
          queries: percentiles("sentinel_event_loop_delay_seconds"),
        },
        {
          title: "CPU",
          description: "Cores in use.",
          unit: "short",
          queries: [rateBy("instance", "process_cpu_seconds_total")],
        },
        {
          title: "Memory",
          description: "Resident memory, and the JavaScript heap in use.",
          unit: "bytes",
          queries: [
            { expr: `process_resident_memory_bytes{${replica}}`, legend: "{{instance}} resident" },
            { expr: `process_heap_used_bytes{${replica}}`, legend: "{{instance}} heap" },
          ],
        },
        {
          title: "Requests in flight",
          description: "Requests in progress.",
          unit: "short",
          queries: [{ expr: `http_requests_in_flight{${replica}}`, legend: "{{instance}}" }],
        },
        {
          title: "Log lines dropped",
          description: "Per second, because standard output was blocked.",
          unit: "cps",
          queries: [rateBy("instance", "sentinel_log_lines_dropped_total")],
        },
        {
          title: "Uptime",
          description: "Time since the start of the process, by replica, version and database.",
          unit: "s",
          queries: [{
            expr: `(time() - process_start_time_seconds{${replica}})` +
              ` * on (instance) group_left (version) sentinel_build_info{${replica}}` +
              ` * on (instance) group_left (engine) sentinel_store_info{${replica}}`,
            legend: "{{instance}} {{version}} {{engine}}",
          }],
        },
      ],
    },
  ],
};
