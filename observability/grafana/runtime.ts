import { limits } from "../objectives.ts";
import { type Board, percentiles, quantileOf, rateBy, replica } from "./panels.ts";

/** What Sentinel runs on. */
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
          description: "Share of the queue's places that are taken. At 1 logins are answered 503.",
          unit: "percentunit",
          alert: { name: "SentinelHashQueueSaturated", above: limits.hashQueueShare },
          queries: [{
            expr: `sentinel_hash_queue_waiting{${replica}} / (sentinel_hash_queue_limit{${replica}} > 0)`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "Passwords refused",
          description: "A second, because the queue was full.",
          unit: "cps",
          alert: { name: "SentinelHashQueueSaturated", above: limits.hashRejectedPerSecond },
          queries: [rateBy("instance", "sentinel_hash_rejected_total")],
        },
        {
          title: "Wait for a hash slot",
          description: "Before a password is hashed.",
          unit: "s",
          queries: percentiles("sentinel_hash_queue_wait_seconds"),
        },
        {
          title: "Hash duration",
          description: "One password hash, without the wait.",
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
          description: "1 while the last thing asked of it was answered.",
          unit: "short",
          alert: { name: "SentinelDatabaseDown", below: limits.well },
          queries: [{ expr: `sentinel_db_reachable{${replica}}`, legend: "{{instance}}" }],
        },
        {
          title: "Given up",
          description: "Pieces of work a second, because the database could not be reached or was too slow.",
          unit: "cps",
          queries: [rateBy("instance", "sentinel_db_unavailable_total")],
        },
        {
          title: "Connections",
          description: "Of the pools, and the most that they may have.",
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
          description: "All the time, and not just for a moment, when an alert begins.",
          unit: "short",
          alert: { name: "SentinelPoolExhausted", above: limits.poolWaiting },
          queries: [{ expr: `sentinel_db_pool_waiting{${replica}}`, legend: "{{instance}}" }],
        },
        {
          title: "Slowest statements, P95",
          description: "By name; the ten slowest.",
          unit: "s",
          queries: [{
            expr: `topk(10, ${quantileOf(0.95, "sentinel_db_query_duration_seconds", "", "statement")} >= 0)`,
            legend: "{{statement}}",
          }],
        },
        {
          title: "Statements",
          description: "A second, by name.",
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
          description: "Since a change of another replica would last have been heard of. 0 on the embedded database.",
          unit: "s",
          alert: { name: "SentinelListenerDead", above: limits.heartbeatAgeSeconds },
          queries: [{ expr: `sentinel_change_feed_heartbeat_age_seconds{${replica}}`, legend: "{{instance}}" }],
        },
        {
          title: "Revocation latency",
          description: "From a change's announcement to a replica's hearing of it. Nothing on the embedded database.",
          unit: "s",
          queries: percentiles("sentinel_revocation_latency_seconds"),
        },
        {
          title: "Memory trusted",
          description: "1 while a change is heard of at once; 0 while what is remembered lives 2 s.",
          unit: "short",
          queries: [{ expr: `sentinel_change_feed_trusted{${replica}}`, legend: "{{instance}}" }],
        },
        {
          title: "Age of the signing key",
          description: "Since the active key became the active one.",
          unit: "s",
          alert: { name: "SentinelKeyAgeing", above: limits.keyAgeSeconds },
          queries: [{ expr: `max(sentinel_signing_key_age_seconds{${replica}})`, legend: "age" }],
        },
      ],
    },
    {
      title: "Process",
      panels: [
        {
          title: "Background jobs that failed",
          description: "Turns in three minutes, by job. An alert begins where some fail for a quarter of an hour.",
          unit: "short",
          alert: { name: "SentinelJobFailing", above: limits.jobFailures },
          queries: [{
            expr: `sum by (name) (increase(sentinel_job_failures_total{${replica}}[3m]))`,
            legend: "{{name}}",
          }],
        },
        {
          title: "Event-loop delay",
          description: "How much later than due a timer ran.",
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
          description: "Resident, and what of it is JavaScript's heap in use.",
          unit: "bytes",
          queries: [
            { expr: `process_resident_memory_bytes{${replica}}`, legend: "{{instance}} resident" },
            { expr: `process_heap_used_bytes{${replica}}`, legend: "{{instance}} heap" },
          ],
        },
        {
          title: "Requests in flight",
          description: "Being answered now.",
          unit: "short",
          queries: [{ expr: `http_requests_in_flight{${replica}}`, legend: "{{instance}}" }],
        },
        {
          title: "Log lines dropped",
          description: "A second, because standard output did not take them.",
          unit: "cps",
          queries: [rateBy("instance", "sentinel_log_lines_dropped_total")],
        },
        {
          title: "Running since",
          description: "Time since the start, by version and database.",
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
