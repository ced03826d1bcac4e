import { limits } from "../objectives.ts";
import { type Board, counted, perSecond } from "./panels.ts";
import { increaseBy, percentiles, quantileOf, rateBy, replica } from "./queries.ts";

/** The process, its hash threads and its database. */
export const runtime: Board = {
  uid: "sentinel-runtime",
  title: "Runtime and database",
  description: "Hashing, the database, the change feed and the process itself.",
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
          title: "Passwords in progress and waiting",
          description: "Of the chosen replicas together.",
          unit: "short",
          queries: [
            { expr: `sum(sentinel_hash_queue_running{${replica}})`, legend: "in progress" },
            { expr: `sum(sentinel_hash_queue_waiting{${replica}})`, legend: "waiting" },
          ],
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
        perSecond(
          "Requests failed on the database",
          "Requests and jobs per second that failed because the database could not be reached or did not " +
            "answer in time.",
          rateBy("instance", "sentinel_db_unavailable_total"),
        ),
        {
          title: "Disk of the database full",
          description: "1 for a minute after a write was refused.",
          unit: "short",
          alert: { name: "SentinelDatabaseDiskFull", above: 0 },
          queries: [{ expr: `sentinel_db_disk_full{${replica}}`, legend: "{{instance}}" }],
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
          description: "The ten most frequent ones, per second.",
          unit: "cps",
          queries: [{
            expr: `topk(10, ${rateBy("statement", "sentinel_db_query_duration_seconds_count").expr})`,
            legend: "{{statement}}",
          }],
        },
      ],
    },
    {
      title: "Changes",
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
      ],
    },
    {
      title: "Process",
      panels: [
        counted(
          "Failed background jobs",
          "Failed runs in three minutes, by job. The alert fires when a job fails for 15 minutes.",
          { name: "SentinelJobFailing", above: limits.jobFailures },
          increaseBy("name", "sentinel_job_failures_total{", "3m"),
        ),
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
        perSecond(
          "Log lines dropped",
          "Per second, because standard output was blocked.",
          rateBy("instance", "sentinel_log_lines_dropped_total"),
        ),
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
