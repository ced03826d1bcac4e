import { attackAlerts } from "./attack_alerts.ts";
import { burnAlerts, burning } from "./burn_alerts.ts";
import { installation, limits, objectiveNames } from "./objectives.ts";

/** Series as promtool's unit tests write them, by selector; `job`, `instance` and, where missing, `environment` are added. */
export type Series = Record<string, string>;

/** One alert, with what must light it, and what comes near and must not. */
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

/** What is measured from the start of a test on, by the minute, and the times at which an alert is looked at. */
export type Case = {
  /** What there is to see, where there are several. */
  when?: string;
  at: string | string[];
  series: Series;
  /** The other alerts that are lit then. */
  with?: string[];
};

/** Where the runbooks are read; change it here if your copy lives elsewhere, and run `deno task generate`. */
export const runbooksUrl = "https://github.com/sentinel/sentinel/blob/main/observability/runbooks";

/** A database that is down has an alert of its own, and what follows from it wakes nobody a second time. */
const databaseDown = `job:sentinel_db_reachable:max1m < ${limits.well}`;
const unlessDatabaseDown = `unless on (${installation}) ${databaseDown}`;

const whileAnotherIsDown = {
  when: "while another environment's database is down",
  with: ["SentinelDatabaseDown"],
};
const anotherIsDown: Series = { 'sentinel_db_reachable{environment="staging"}': "1 0x10" };

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
    summary: '{{ or $labels.instance "Every replica" }} is not being scraped',
    description:
      "Prometheus has had no answer from /metrics for a minute: the process is gone, or cannot be reached, " +
      "or Prometheus knows of none.",
    runbook: "down",
    fires: [
      { at: "3m", series: { up: "1 0x10" } },
      { when: "Prometheus has lost sight of every replica", at: ["9m", "90m"], series: { up: "1x2 stale" } },
      {
        when: "Prometheus has lost sight of every replica of one environment",
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
      "For a minute every statement has failed. Logins and refreshes answer 503; nothing is let in unproven.",
    runbook: "database-down",
    fires: [{ at: "5m", series: { sentinel_db_reachable: "1x2 0x10" } }, {
      when: "and another environment's is not",
      at: "5m",
      series: { sentinel_db_reachable: "1x2 0x10", 'sentinel_db_reachable{environment="staging"}': "1x20" },
    }, {
      when: "and nothing else is, though every request fails or is slow",
      at: ["25m", "30m", "34m"],
      series: quarterOfAnHourDown,
    }],
    silent: [{ at: "5m", series: { sentinel_db_reachable: "1 0 1 0 1 1x10" } }, {
      when: "and so is everything else, for as long as a window remembers the time when it was down",
      at: ["37m", "42m", "60m", "100m", "200m", "300m", "394m", "420m"],
      series: quarterOfAnHourDown,
    }],
  },
  ...burnAlerts("availability"),
  ...burnAlerts("token_latency"),
  ...burnAlerts("login_latency"),
  ...attackAlerts,
  SentinelHashQueueSaturated: {
    severity: "page",
    expr: `sentinel_hash_queue_waiting / (sentinel_hash_queue_limit > 0) > ${limits.hashQueueShare}
or
rate(sentinel_hash_rejected_total[5m]) > ${limits.hashRejectedPerSecond}`,
    for: "1m",
    summary: "More logins than {{ $labels.instance }} can hash",
    description: "The queue of passwords to be hashed is full or nearly so: logins wait, and soon answer 503.",
    runbook: "hash-queue-saturated",
    fires: [{
      at: "4m",
      series: { "sentinel_hash_queue_waiting{}": "0 60x10", "sentinel_hash_queue_limit{}": "64x10" },
    }, {
      when: "passwords refused, whenever one looks at the queue",
      at: "4m",
      series: { "sentinel_hash_rejected_total{}": "0+12x10" },
    }],
    silent: [{
      at: "4m",
      series: { "sentinel_hash_queue_waiting{}": "0 64 20x10", "sentinel_hash_queue_limit{}": "64x10" },
    }, {
      when: "a few passwords refused",
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
    description:
      "The oldest event that no seal protects is {{ $value | humanizeDuration }} old; it should be a second.",
    runbook: "audit-seal-stuck",
    fires: [{ at: "6m", series: { "sentinel_audit_seal_lag_seconds{}": "0 0+60x10" } }, {
      ...whileAnotherIsDown,
      at: "6m",
      series: { "sentinel_audit_seal_lag_seconds{}": "0 0+60x10", ...anotherIsDown },
    }],
    silent: [{ at: "6m", series: { "sentinel_audit_seal_lag_seconds{}": "0 61 2x10" } }, {
      ...whileDatabaseIsDown,
      series: { "sentinel_audit_seal_lag_seconds{}": "0 0+60x10", ...databaseIsDown },
    }],
  },
  SentinelJobFailing: {
    severity: "ticket",
    expr:
      `max by (${installation}, name) (increase(sentinel_job_failures_total[3m])) > ${limits.jobFailures} ${unlessDatabaseDown}`,
    for: "15m",
    summary: "The background job {{ $labels.name }} keeps failing",
    description:
      "It has failed again and again for a quarter of an hour. The audit checkpoint does so, and no more are " +
      "signed, when the audit log is not what the last one vouches for: somebody may have rewritten it.",
    runbook: "job-failing",
    fires: [{
      when: "by the minute, on whichever replica",
      at: "20m",
      series: {
        'sentinel_job_failures_total{name="audit checkpoint"}': "0 0+1x10 stale",
        'sentinel_job_failures_total{name="audit checkpoint",pod="another"}': "_x8 0+1x30",
      },
    }],
    silent: [{
      when: "when it succeeds again",
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
    expr: `max by (${installation}) (sentinel_signing_key_age_seconds) > ${limits.keyAgeSeconds}`,
    for: "1h",
    summary: "The signing key is due to be rotated",
    description: "It has signed for {{ $value | humanizeDuration }}; 90 days is the rule.",
    runbook: "key-ageing",
    fires: [{ at: "90m", series: { "sentinel_signing_key_age_seconds{}": "7776001+60x100" } }],
    silent: [{ at: "90m", series: { "sentinel_signing_key_age_seconds{}": "7700000+60x100" } }],
  },
  SentinelListenerDead: {
    severity: "ticket",
    expr: `sentinel_change_feed_heartbeat_age_seconds > ${limits.heartbeatAgeSeconds} ${unlessDatabaseDown}`,
    for: "1m",
    summary: "{{ $labels.instance }} does not hear of changes",
    description: "No heartbeat for {{ $value | humanizeDuration }}, though the database answers. What is remembered " +
      "lives 2 s, so revocations still count within that; every request costs statements.",
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
    summary: "Every database connection of {{ $labels.instance }} is taken",
    description: "{{ $value }} callers or more have been waiting for a connection all the time.",
    runbook: "pool-exhausted",
    fires: [{ at: "5m", series: { "sentinel_db_pool_waiting{}": "0 3x10", "sentinel_db_reachable{}": "1x10" } }, {
      ...whileAnotherIsDown,
      at: "5m",
      series: { "sentinel_db_pool_waiting{}": "0 3x10", "sentinel_db_reachable{}": "1x10", ...anotherIsDown },
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
    expr: "max_over_time(sentinel_db_disk_full[5m]) == 1",
    summary: "The disk of the database of {{ $labels.instance }} is full",
    description:
      "It refused to write within the last five minutes: logins and changes get 503, what only reads goes on.",
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
    summary: "{{ $labels.instance }} keeps production's accounts in the embedded database",
    description: "It is for one machine, and survives the death of the process but no loss of power.",
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
