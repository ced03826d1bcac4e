import { apiKeyAlerts } from "./alerts/api_keys.ts";
import { applicationAlerts } from "./alerts/applications.ts";
import { attackAlerts } from "./alerts/attacks.ts";
import { burnAlerts, burning } from "./alerts/burn.ts";
import { logoutAlerts } from "./alerts/logout.ts";
import { mailAlerts } from "./alerts/mail.ts";
import { clientAlerts } from "./alerts/clients.ts";
import { installation, limits, objectiveNames } from "./objectives.ts";

/**
 * Series as promtool's unit tests write them, by selector; `job`, `instance` and, where missing, `environment` are
 * added.
 */
export type Series = Record<string, string>;

/** One alert, with the cases that must trigger it, and similar cases that must not. */
export type Alert = {
  severity: "page" | "ticket";
  expr: string;
  for?: string;
  summary: string;
  description: string;
  /** A file of `runbooks/`, without its ending. */
  runbook: string;
  fires: [Case, ...Case[]];
  silent: [Case, ...Case[]];
};

/** The samples of a rule test, one a minute from its start, and the times at which it checks the firing alerts. */
export type Case = {
  /** Distinguishes several cases of one alert, in the name of the test. */
  when?: string;
  at: string | string[];
  series: Series;
  /** The other alerts that fire then. */
  with?: string[];
};

/** Where the runbooks are read; change it here if your copy lives elsewhere, and run `deno task generate`. */
export const runbooksUrl = "https://github.com/sentinel/sentinel/blob/main/observability/runbooks";

/** A database that is down has its own alert, so its consequences trigger no second one. */
const databaseDown = `job:sentinel_db_reachable:max1m < ${limits.well}`;
const unlessDatabaseDown = `unless on (${installation}) ${databaseDown}`;

const whileAnotherDatabaseIsDown = {
  when: "while another environment's database is down",
  with: ["SentinelDatabaseDown"],
};
const anotherDatabaseIsDown: Series = { 'sentinel_db_reachable{environment="staging"}': "1 0x10" };

const whileDatabaseIsDown = { when: "while the database is down", at: "8m", with: ["SentinelDatabaseDown"] };
const databaseIsDown: Series = { "sentinel_db_reachable{}": "1 0x10" };

const quarterOfAnHourDown: Series = {
  "sentinel_db_reachable{}": "1x19 0x14 1x400",
  ...Object.assign(
    {},
    ...objectiveNames.map((each) =>
      burning(each, [{ minutes: 19, burn: 0 }, { minutes: 15, burn: 1000 }, { minutes: 400, burn: 0 }])
    ),
  ),
};

/** Every alert, by name. */
export const alerts: Record<string, Alert> = {
  SentinelDown: {
    severity: "page",
    expr: `up{job="sentinel"} < ${limits.well}
or
group by (${installation}) (present_over_time(up{job="sentinel"}[1h])) unless on (${installation}) up{job="sentinel"}
or
absent_over_time(up{job="sentinel"}[1h])`,
    for: "1m",
    summary: '{{ or $labels.instance "Every replica" }} does not answer Prometheus',
    description:
      "Prometheus has had no answer from /metrics for a minute: the process has ended or cannot be reached, " +
      "or Prometheus finds no target.",
    runbook: "down",
    fires: [
      { at: "3m", series: { up: "1 0x10" } },
      { when: "Prometheus finds no target", at: ["9m", "90m"], series: { up: "1x2 stale" } },
      {
        when: "Prometheus finds no target of one environment",
        at: "9m",
        series: { up: "1x2 stale", 'up{environment="staging"}': "1x10" },
      },
    ],
    silent: [{ at: "3m", series: { up: "1x10" } }],
  },
  SentinelDatabaseDown: {
    severity: "page",
    expr: databaseDown,
    summary: "No replica reaches the database",
    description:
      "Every statement has failed for a minute. Logins and refreshes are answered 503; no request is let in unverified.",
    runbook: "database-down",
    fires: [{ at: "5m", series: { sentinel_db_reachable: "1x2 0x10" } }, {
      when: "while another environment's database answers",
      at: "5m",
      series: { sentinel_db_reachable: "1x2 0x10", 'sentinel_db_reachable{environment="staging"}': "1x20" },
    }, {
      when: "and no other alert fires, though every request fails or is slow",
      at: ["25m", "30m", "34m"],
      series: quarterOfAnHourDown,
    }],
    silent: [{ at: "5m", series: { sentinel_db_reachable: "1 0 1 0 1 1x10" } }, {
      when: "after the outage, and so is every other alert while a window contains part of it",
      at: ["37m", "42m", "60m", "100m", "200m", "300m", "394m", "420m"],
      series: quarterOfAnHourDown,
    }],
  },
  ...Object.assign({}, ...objectiveNames.map(burnAlerts)),
  ...attackAlerts,
  ...apiKeyAlerts,
  ...mailAlerts,
  ...logoutAlerts,
  ...clientAlerts,
  ...applicationAlerts,
  SentinelHashQueueSaturated: {
    severity: "page",
    expr: `sentinel_hash_queue_waiting / (sentinel_hash_queue_limit > 0) > ${limits.hashQueueShare}
or
rate(sentinel_hash_rejected_total[5m]) > ${limits.hashRejectedPerSecond}`,
    for: "1m",
    summary: "{{ $labels.instance }} receives more logins than it can hash",
    description: "The hash queue is full or nearly full. Logins wait, and are answered 503 when it is full.",
    runbook: "hash-queue-saturated",
    fires: [{
      at: "4m",
      series: { "sentinel_hash_queue_waiting{}": "0 60x10", "sentinel_hash_queue_limit{}": "64x10" },
    }, {
      when: "passwords are refused, though the queue has places at each scrape",
      at: "4m",
      series: { "sentinel_hash_rejected_total{}": "0+12x10" },
    }],
    silent: [{
      at: "4m",
      series: { "sentinel_hash_queue_waiting{}": "0 64 20x10", "sentinel_hash_queue_limit{}": "64x10" },
    }, {
      when: "a few passwords are refused",
      at: "4m",
      series: { "sentinel_hash_rejected_total{}": "0+3x10" },
    }],
  },
  SentinelAuditSealStuck: {
    severity: "ticket",
    expr:
      `max by (${installation}) (sentinel_audit_seal_lag_seconds) > ${limits.auditSealLagSeconds} ${unlessDatabaseDown}`,
    for: "2m",
    summary: "The audit log is not being sealed",
    description: "The oldest event without a seal is {{ $value | humanizeDuration }} old; a second is normal.",
    runbook: "audit-seal-stuck",
    fires: [{ at: "6m", series: { "sentinel_audit_seal_lag_seconds{}": "0 0+60x10" } }, {
      ...whileAnotherDatabaseIsDown,
      at: "6m",
      series: { "sentinel_audit_seal_lag_seconds{}": "0 0+60x10", ...anotherDatabaseIsDown },
    }],
    silent: [{ at: "6m", series: { "sentinel_audit_seal_lag_seconds{}": "0 61 2x10" } }, {
      ...whileDatabaseIsDown,
      series: { "sentinel_audit_seal_lag_seconds{}": "0 0+60x10", ...databaseIsDown },
    }],
  },
  SentinelAuditLogChanged: {
    severity: "page",
    expr: `max by (${installation}) (sentinel_audit_chain_broken) > 0`,
    summary: "The audit log was changed",
    description: "A server found that events of the audit log are missing or are not those that were sealed.",
    runbook: "audit-log-changed",
    fires: [{ at: "3m", series: { "sentinel_audit_chain_broken{}": "0 0 1x10" } }],
    silent: [{ at: "3m", series: { "sentinel_audit_chain_broken{}": "0x10" } }],
  },
  SentinelJobFailing: {
    severity: "ticket",
    expr:
      `max by (${installation}, name) (increase(sentinel_job_failures_total[3m])) > ${limits.jobFailures} ${unlessDatabaseDown}`,
    for: "15m",
    summary: "The background job {{ $labels.name }} keeps failing",
    description:
      "It has failed repeatedly for 15 minutes. If it is the audit checkpoint, the audit log may have been " +
      "rewritten: no checkpoint is signed while the log differs from the last one.",
    runbook: "job-failing",
    fires: [{
      when: "each minute, first on one replica, then on another",
      at: "20m",
      series: {
        'sentinel_job_failures_total{name="audit checkpoint"}': "0 0+1x10 stale",
        'sentinel_job_failures_total{name="audit checkpoint",pod="another"}': "_x8 0+1x30",
      },
    }],
    silent: [{
      when: "after the job succeeds again",
      at: ["12m", "20m", "30m"],
      series: { 'sentinel_job_failures_total{name="audit seal"}': "0 0+60x9 600x20" },
    }, {
      ...whileDatabaseIsDown,
      at: "25m",
      series: { 'sentinel_job_failures_total{name="audit seal"}': "0+60x30", "sentinel_db_reachable{}": "1 0x30" },
    }],
  },
  SentinelKeyAgeing: {
    severity: "ticket",
    expr: `max by (${installation}, alg) (sentinel_signing_key_age_seconds) > ${limits.keyAgeSeconds}`,
    for: "1h",
    summary: "The {{ $labels.alg }} signing key should be rotated",
    description: "It has been the active key for {{ $value | humanizeDuration }}; the limit is 90 days.",
    runbook: "key-ageing",
    fires: [{ at: "90m", series: { 'sentinel_signing_key_age_seconds{alg="EdDSA"}': "7776001+60x100" } }],
    silent: [{ at: "90m", series: { 'sentinel_signing_key_age_seconds{alg="EdDSA"}': "7700000+60x100" } }],
  },
  SentinelListenerDead: {
    severity: "ticket",
    expr: `sentinel_change_feed_heartbeat_age_seconds > ${limits.heartbeatAgeSeconds} ${unlessDatabaseDown}`,
    for: "1m",
    summary: "{{ $labels.instance }} receives no changes from the database",
    description: "The change feed has had no heartbeat for {{ $value | humanizeDuration }}, though the database " +
      "answers. Cached access state lives 2 s, so a revocation still takes effect within 2 s; requests run more " +
      "statements.",
    runbook: "listener-dead",
    fires: [{
      at: "4m",
      series: { "sentinel_change_feed_heartbeat_age_seconds{}": "0 0+60x10", "sentinel_db_reachable{}": "1x10" },
    }],
    silent: [{
      at: "4m",
      series: { "sentinel_change_feed_heartbeat_age_seconds{}": "0 11 1x10", "sentinel_db_reachable{}": "1x10" },
    }, {
      ...whileDatabaseIsDown,
      series: { "sentinel_change_feed_heartbeat_age_seconds{}": "0 0+60x10", ...databaseIsDown },
    }],
  },
  SentinelPoolExhausted: {
    severity: "page",
    expr: `min_over_time(sentinel_db_pool_waiting[1m]) >= ${limits.poolWaiting} ${unlessDatabaseDown}`,
    for: "1m",
    summary: "Every database connection of {{ $labels.instance }} is in use",
    description: "At least {{ $value }} callers have been waiting for a connection at every scrape of a minute.",
    runbook: "pool-exhausted",
    fires: [{ at: "5m", series: { "sentinel_db_pool_waiting{}": "0 3x10", "sentinel_db_reachable{}": "1x10" } }, {
      ...whileAnotherDatabaseIsDown,
      at: "5m",
      series: { "sentinel_db_pool_waiting{}": "0 3x10", "sentinel_db_reachable{}": "1x10", ...anotherDatabaseIsDown },
    }],
    silent: [
      { at: "5m", series: { "sentinel_db_pool_waiting{}": "0 3 3 0 3 0 3", "sentinel_db_reachable{}": "1x10" } },
      {
        ...whileDatabaseIsDown,
        series: { "sentinel_db_pool_waiting{}": "0 3x10", ...databaseIsDown },
      },
    ],
  },
  SentinelDatabaseDiskFull: {
    severity: "page",
    expr: "max_over_time(sentinel_db_disk_full[5m]) > 0",
    summary: "The disk of the database of {{ $labels.instance }} is full",
    description:
      "The database refused to write within the last five minutes. Logins and changes are answered 503; reads succeed.",
    runbook: "disk-full",
    fires: [{
      when: "a write was refused once",
      at: ["3m", "6m"],
      series: { "sentinel_db_disk_full{}": "0 0 1 0x20" },
    }],
    silent: [{
      when: "every write succeeded for five minutes",
      at: "9m",
      series: { "sentinel_db_disk_full{}": "0 0 1 0x20" },
    }],
  },
  SentinelEmbeddedInProduction: {
    severity: "ticket",
    expr: `sentinel_store_info{engine="embedded",environment="production"} == 1`,
    for: "5m",
    summary: "{{ $labels.instance }} runs in production on the embedded database",
    description: "The embedded database is for one machine. It survives the death of the process, not a loss of power.",
    runbook: "embedded-in-production",
    fires: [{ at: "10m", series: { 'sentinel_store_info{engine="embedded",environment="production"}': "1x20" } }],
    silent: [{
      at: "10m",
      series: {
        'sentinel_store_info{engine="postgresql",environment="production"}': "1x20",
        'sentinel_store_info{engine="embedded",environment="development"}': "1x20",
      },
    }],
  },
};
