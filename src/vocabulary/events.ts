import type { Catalogue } from "../platform/metrics.ts";

/** Everything that the audit log records. */
export const auditActions = {
  "user.registered": "An account was created, by its owner or by an administrator.",
  "user.imported": "An account was imported from another system, with its password hash.",
  "user.disabled": "An account was disabled; all its sessions ended.",
  "user.enabled": "A disabled account was enabled.",
  "user.changed": "An account's username or e-mail address was changed.",
  "user.deleted": "An account was deleted, and what identifies its owner was erased from the log.",
  "user.password_refused":
    "The current password was wrong when a user would change their password or address, or delete their account.",
  "user.unlocked": "The count of failed logins of an account was reset.",
  "user.password_changed": "An account's password was set.",
  "user.sessions_revoked":
    "All sessions of an account were revoked, or all but the current one. The details say how many.",
  "role.granted": "A role was granted to a user, or the end of the grant was changed.",
  "role.revoked": "A role was revoked from a user.",
  "role.created": "A role was created.",
  "role.changed": "A role's description was changed.",
  "role.deleted": "A role was deleted, with every grant of it.",
  "role.permission_added": "A permission was added to a role.",
  "role.permission_removed": "A permission was removed from a role.",
  "role.parent_added": "A role now inherits from another role.",
  "role.parent_removed": "A role no longer inherits from another role.",
  "role_exclusion.created": "A role exclusion was created.",
  "role_exclusion.deleted": "A role exclusion was deleted.",
  "permission.created": "An application's permission was registered.",
  "permission.deleted": "An application's permission was deleted.",
  "session.created": "A user logged in.",
  "session.refresh_reused": "An old refresh token was used again, and the session was revoked.",
  "session.revoked": "A session was revoked, by its owner or by an administrator.",
  "key.created": "A signing key was created. It is published now, and signs once it is active.",
  "key.resealed": "A signing key was encrypted under the current secret.",
  "key.rotated": "The next signing key became active.",
  "key.retired": "A signing key was retired: tokens that it signed are no longer accepted.",
  "audit.details_expired":
    "The details of old events were expired: what they say of addresses and names is deleted. The events stay.",
  "data.exported": "Everything but sessions was exported for another installation.",
  "data.imported": "An export of another installation was imported.",
  "data.restored": "The database was restored from a backup. Changes made after the backup are lost.",
  "secret.reset": "SENTINEL_SECRET was lost and replaced, and the signing keys sealed with the old one were retired.",
  "login.failed": "A login failed. Of an unknown name, only an HMAC is recorded.",
} as const;

export type AuditAction = keyof typeof auditActions;

/** Bounds in seconds; they contain the objectives: 25 ms for token traffic, 1 s for logins. */
const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Every countable fact, with its labels. A label with listed values starts at zero; every other label is bounded
 * by the code: route patterns, known methods, statement names.
 */
export const metrics = {
  http_requests_total: {
    kind: "counter",
    help: "Requests answered. Each operation's success, 500 and 503 start at zero.",
    labels: { method: [], route: [], status: [] },
  },
  http_request_duration_seconds: {
    kind: "histogram",
    help: "From a request's arrival to its answer.",
    labels: { method: [], route: [], status: [] },
    buckets: durations,
  },
  http_requests_in_flight: { kind: "gauge", help: "Requests in progress.", labels: {} },
  sentinel_logins_total: {
    kind: "counter",
    help: "Login attempts by outcome; a disabled account and an unknown name look alike to the client.",
    labels: {
      outcome: ["succeeded", "wrong_password", "unknown_name", "disabled", "superseded", "overloaded", "rate_limited"],
    },
  },
  sentinel_guessed_accounts_total: {
    kind: "counter",
    help: "Accounts and unknown names with a first failed login in a while: " +
      "many at once are one password tried on many. Counted while the rate limit is on.",
    labels: {},
  },
  sentinel_registrations_total: {
    kind: "counter",
    help: "Registrations by outcome.",
    labels: { outcome: ["succeeded", "taken", "rate_limited"] },
  },
  sentinel_refreshes_total: {
    kind: "counter",
    help: "Refreshes by outcome; replayed is a lost answer repaired, within the grace or minutes later.",
    labels: { outcome: ["rotated", "replayed", "reused", "expired", "invalid"] },
  },
  sentinel_refresh_reuse_total: {
    kind: "counter",
    help: "Sessions ended because an old refresh token came back.",
    labels: {},
  },
  sentinel_password_changes_total: {
    kind: "counter",
    help: "Changes of one's own password, by outcome; rejected means refused by the password policy.",
    labels: { outcome: ["succeeded", "wrong_password", "rejected", "rate_limited"] },
  },
  sentinel_throttled_total: {
    kind: "counter",
    help: "Attempts refused by a rate limit, before a password was hashed, by limit.",
    labels: { limit: ["login_address", "login_account", "register_address", "account_change"] },
  },
  sentinel_token_verifications_total: {
    kind: "counter",
    help: "Access tokens presented, by result.",
    labels: { result: ["valid", "cached", "invalid", "revoked"] },
  },
  sentinel_decisions_total: {
    kind: "counter",
    help: "Access decisions, by result.",
    labels: { decision: ["allow", "deny"] },
  },
  sentinel_hash_queue_running: { kind: "gauge", help: "Password hashes in progress.", labels: {} },
  sentinel_hash_queue_waiting: { kind: "gauge", help: "Passwords waiting for a hash slot.", labels: {} },
  sentinel_hash_queue_limit: {
    kind: "gauge",
    help: "Most passwords that may wait for a hash slot; further ones are refused.",
    labels: {},
  },
  sentinel_hash_queue_wait_seconds: {
    kind: "histogram",
    help: "Time spent waiting for a hash slot.",
    labels: {},
    buckets: durations,
  },
  sentinel_hash_rejected_total: { kind: "counter", help: "Passwords refused because the queue was full.", labels: {} },
  sentinel_hash_duration_seconds: {
    kind: "histogram",
    help: "Duration of one password hash, without the wait.",
    labels: {},
    buckets: durations,
  },
  sentinel_db_pool_connections: {
    kind: "gauge",
    help: "Connections of the pool.",
    labels: { state: ["in_use", "idle"] },
  },
  sentinel_db_pool_waiting: { kind: "gauge", help: "Callers waiting for a connection.", labels: {} },
  sentinel_db_pool_limit: { kind: "gauge", help: "Maximum size of the pool.", labels: {} },
  sentinel_db_reachable: {
    kind: "gauge",
    help: "1 while the database answers; 0 after a failed connection or statement, until one succeeds.",
    labels: {},
  },
  sentinel_db_unavailable_total: {
    kind: "counter",
    help: "Requests and jobs that failed because the database could not be reached or did not answer in time.",
    labels: {},
  },
  sentinel_db_disk_full: {
    kind: "gauge",
    help: "1 for a minute after the database refused to write because its disk is full.",
    labels: {},
  },
  sentinel_db_query_duration_seconds: {
    kind: "histogram",
    help: "Duration of one statement, by its name.",
    labels: { statement: [] },
    buckets: durations,
  },
  sentinel_audit_events_total: {
    kind: "counter",
    help: "Audit events that this process sealed.",
    labels: { action: Object.keys(auditActions) as AuditAction[], outcome: ["success", "failure"] },
  },
  sentinel_audit_seal_lag_seconds: {
    kind: "gauge",
    help: "Age of the oldest audit event that is not yet sealed.",
    labels: {},
  },
  sentinel_change_feed_trusted: {
    kind: "gauge",
    help: "1 while the access cache is valid; 0 while its entries live 2 s at most.",
    labels: {},
  },
  sentinel_change_feed_heartbeat_age_seconds: {
    kind: "gauge",
    help:
      "Since the change feed was last heard; 0 where there is none (embedded database, or SENTINEL_CHANGE_FEED=ttl).",
    labels: {},
  },
  sentinel_revocation_latency_seconds: {
    kind: "histogram",
    help:
      "Time from the announcement of a change until this replica receives it, measured by the heartbeat each second.",
    labels: {},
    buckets: durations,
  },
  sentinel_signing_key_age_seconds: {
    kind: "gauge",
    help: "Time since the active signing key became active.",
    labels: {},
  },
  sentinel_job_failures_total: {
    kind: "counter",
    help: "Failed runs of a background job; each is tried again a second to a minute later.",
    labels: {
      name: [
        "audit checkpoint",
        "audit seal",
        "clock",
        "erasure",
        "maintenance",
        "password schemes",
        "purge",
        "refunds",
        "unanswered rotations",
      ],
    },
  },
  sentinel_event_loop_delay_seconds: {
    kind: "histogram",
    help: "Delay of a timer, sampled ten times a second.",
    labels: {},
    buckets: durations,
  },
  sentinel_log_lines_dropped_total: {
    kind: "counter",
    help: "Log lines dropped because standard output was blocked.",
    labels: {},
  },
  sentinel_build_info: {
    kind: "gauge",
    help: "Always 1; the labels name the version of Sentinel and of Deno.",
    labels: { version: [], deno: [] },
  },
  sentinel_store_info: {
    kind: "gauge",
    help: "Always 1; the labels name the database engine and the kind of change feed.",
    labels: { engine: [], change_feed: [] },
  },
  process_cpu_seconds_total: { kind: "counter", help: "CPU time, user and system.", labels: {} },
  process_resident_memory_bytes: { kind: "gauge", help: "Resident memory.", labels: {} },
  process_heap_used_bytes: { kind: "gauge", help: "JavaScript heap in use.", labels: {} },
  process_start_time_seconds: { kind: "gauge", help: "Start of the process since the Unix epoch.", labels: {} },
} as const satisfies Catalogue;
