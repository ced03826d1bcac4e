import type { Catalogue } from "../platform/metrics.ts";

/** Everything that the audit log records. */
export const auditActions = {
  "user.registered": "An account was made, by its owner or by somebody who may.",
  "user.imported": "An account was taken over from another system, with the hash of its password.",
  "user.disabled": "An account was disabled; all its sessions ended.",
  "user.enabled": "A disabled account was enabled again.",
  "user.changed": "An account's username or e-mail address was changed.",
  "user.deleted": "An account was deleted, and the details of its person's events with it.",
  "user.password_refused":
    "The current password was wrong when a user would change their password or address, or delete their account.",
  "user.unlocked": "The failed logins counted against the account are forgotten.",
  "user.password_changed": "An account's password was set.",
  "user.sessions_revoked":
    "All sessions of an account ended at once, or all but the one that asked; details say how many.",
  "role.granted": "A user was granted a role, or its grant another end.",
  "role.revoked": "A role was taken from a user.",
  "role.created": "A role was made.",
  "role.changed": "A role's description was changed.",
  "role.deleted": "A role was deleted, and with it every grant of it.",
  "role.permission_added": "A role was given a permission.",
  "role.permission_removed": "A permission was taken from a role.",
  "role.parent_added": "A role began to inherit from another.",
  "role.parent_removed": "A role ceased to inherit from another.",
  "role_exclusion.created": "Roles that exclude each other were named.",
  "role_exclusion.deleted": "Roles ceased to exclude each other.",
  "permission.created": "An application's permission was registered.",
  "permission.deleted": "An application's permission was deleted.",
  "session.created": "Somebody logged in.",
  "session.refresh_reused": "A refresh token was used again after its time; the session ended.",
  "session.revoked": "A session was ended, by its owner or by somebody who may.",
  "key.created": "A signing key was made; it is published, and signs once it is the active one.",
  "key.resealed": "A signing key was encrypted under the current secret.",
  "key.rotated": "The next signing key became the active one.",
  "key.retired": "A signing key verifies nothing any more.",
  "data.exported": "Everything but sessions was written down for another installation.",
  "data.imported": "This installation was made what an exported one was.",
  "data.restored": "The database was restored from a backup: what happened after the backup was taken is undone.",
  "secret.reset": "SENTINEL_SECRET was lost and replaced: keys sealed with the one before are retired.",
  "login.failed": "A login was refused. For an unknown name only an HMAC of it is kept.",
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
  http_requests_in_flight: { kind: "gauge", help: "Requests being answered now.", labels: {} },
  sentinel_logins_total: {
    kind: "counter",
    help: "Login attempts by outcome; a disabled account and an unknown name look alike to the client.",
    labels: {
      outcome: ["succeeded", "wrong_password", "unknown_name", "disabled", "superseded", "overloaded", "rate_limited"],
    },
  },
  sentinel_guessed_accounts_total: {
    kind: "counter",
    help: "Accounts, and names that nobody has, at which a login failed when none had in a while: " +
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
    help: "People who asked to change their own password, by outcome; rejected is by the rules for passwords.",
    labels: { outcome: ["succeeded", "wrong_password", "rejected", "rate_limited"] },
  },
  sentinel_throttled_total: {
    kind: "counter",
    help: "Attempts turned away before a password was hashed, by the limit that ran out.",
    labels: { limit: ["login_address", "login_account", "register_address", "account_change"] },
  },
  sentinel_token_verifications_total: {
    kind: "counter",
    help: "Access tokens presented, by result.",
    labels: { result: ["valid", "cached", "invalid", "revoked"] },
  },
  sentinel_decisions_total: {
    kind: "counter",
    help: "Access decisions, by what they were.",
    labels: { decision: ["allow", "deny"] },
  },
  sentinel_hash_queue_running: { kind: "gauge", help: "Passwords being hashed now.", labels: {} },
  sentinel_hash_queue_waiting: { kind: "gauge", help: "Passwords waiting for a hash slot.", labels: {} },
  sentinel_hash_queue_limit: {
    kind: "gauge",
    help: "Most passwords that may wait; one more is refused.",
    labels: {},
  },
  sentinel_hash_queue_wait_seconds: {
    kind: "histogram",
    help: "Wait for a hash slot.",
    labels: {},
    buckets: durations,
  },
  sentinel_hash_rejected_total: { kind: "counter", help: "Passwords refused because the queue was full.", labels: {} },
  sentinel_hash_duration_seconds: {
    kind: "histogram",
    help: "One password hash, without the wait.",
    labels: {},
    buckets: durations,
  },
  sentinel_db_pool_connections: {
    kind: "gauge",
    help: "Connections of the pool.",
    labels: { state: ["in_use", "idle"] },
  },
  sentinel_db_pool_waiting: { kind: "gauge", help: "Callers waiting for a connection.", labels: {} },
  sentinel_db_pool_limit: { kind: "gauge", help: "Most connections that the pool may have.", labels: {} },
  sentinel_db_reachable: {
    kind: "gauge",
    help: "1 while the database answers; 0 from a connection or a statement that failed to the next that succeeds.",
    labels: {},
  },
  sentinel_db_unavailable_total: {
    kind: "counter",
    help: "Pieces of work given up because the database could not be reached or did not answer in time.",
    labels: {},
  },
  sentinel_db_disk_full: {
    kind: "gauge",
    help: "1 for a minute after the database refused to write because its disk is full.",
    labels: {},
  },
  sentinel_db_query_duration_seconds: {
    kind: "histogram",
    help: "One statement, by name.",
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
    help: "Age of the oldest audit event that is not sealed, as last seen.",
    labels: {},
  },
  sentinel_change_feed_trusted: {
    kind: "gauge",
    help: "1 while memory may be trusted; 0 while it lives 2 s at most.",
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
    help: "From a change's announcement to this replica's hearing of it, measured each second by the heartbeat.",
    labels: {},
    buckets: durations,
  },
  sentinel_signing_key_age_seconds: {
    kind: "gauge",
    help: "Since the active signing key became the active one.",
    labels: {},
  },
  sentinel_job_failures_total: {
    kind: "counter",
    help: "Turns of a background job that failed; each is tried again a second or a minute later.",
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
    help: "How much later than due a timer ran, sampled ten times a second.",
    labels: {},
    buckets: durations,
  },
  sentinel_log_lines_dropped_total: {
    kind: "counter",
    help: "Log lines dropped because standard output did not take them.",
    labels: {},
  },
  sentinel_build_info: {
    kind: "gauge",
    help: "Always 1; the labels say what is running.",
    labels: { version: [], deno: [] },
  },
  sentinel_store_info: {
    kind: "gauge",
    help: "Always 1; the labels say which database is used and how changes are heard of.",
    labels: { engine: [], change_feed: [] },
  },
  process_cpu_seconds_total: { kind: "counter", help: "CPU time, user and system.", labels: {} },
  process_resident_memory_bytes: { kind: "gauge", help: "Resident memory.", labels: {} },
  process_heap_used_bytes: { kind: "gauge", help: "JavaScript heap in use.", labels: {} },
  process_start_time_seconds: { kind: "gauge", help: "Start of the process since the Unix epoch.", labels: {} },
} as const satisfies Catalogue;
