/** The cell that updates and deletes the rows of each table, or of a column that has an owner of its own. */
export const tables = {
  sessions: "sessions/sessions",
  "sessions.refresh_counter": "sessions/rotation",
  "sessions.repeated_counter": "sessions/rotation",
  "sessions.unanswered_counter": "sessions/rotation",
  "sessions.auth_time": "sessions/browser",
  "sessions.amr": "sessions/browser",
  "sessions.aal": "sessions/browser",
  "sessions.last_seen_at": "sessions/browser",
  ended_sessions: "sessions/ended",
  throttle_buckets: "sessions/login",
} as const;
