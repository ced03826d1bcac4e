/**
 * What a request costs: the names of its statements in their order, without `begin` and `commit`, and the passwords it
 * hashes.
 */
type Cost = { statements: string; hashes?: number };

/**
 * The costs of the main requests. `access/costs_test.ts` asserts every row, and `docs/statements.md` is this table.
 */
export const statementCounts = {
  "`GET /users/me`, known token": { statements: "" },
  "`GET /users/me`, new token": { statements: "find_access" },
  "`GET /users/me`, known API key": { statements: "" },
  "`GET /users/me`, new API key": { statements: "find_key_access" },
  "an unknown API key, each use": { statements: "find_key_access" },
  "a malformed API key": { statements: "" },
  "`POST /users/me/api-keys`": {
    statements: "lock_users, find_unknown_permission, find_holds_all, count_live_api_keys, insert_api_key, " +
      "insert_secret, insert_audit_event, insert_outbox_to_user, find_api_key",
  },
  "`POST /oauth/token` by client credentials, known client": { statements: "" },
  "`POST /oauth/token` by client credentials with a DPoP proof, known client": { statements: "insert_used_once" },
  "`POST /oauth/token` with a malformed DPoP proof": { statements: "" },
  "`POST /oauth/token` by client credentials, new client": { statements: "find_client_access, find_live_users" },
  "`POST /oauth/token`, an unknown client": { statements: "find_client_access" },
  "`POST /oauth/token`, a malformed client secret": { statements: "" },
  "`POST /oauth/token` by a code, known client and user": {
    statements: "consume_ticket, insert_client_session, insert_audit_event",
  },
  "`POST /oauth/token`, a code that was used": {
    statements: "consume_ticket, find_past_ticket, revoke_session, insert_audit_event",
  },
  "`POST /oauth/token`, first refresh of a client's session on this replica": {
    statements: "find_for_refresh, update_refresh_counter",
  },
  "`POST /oauth/token`, later refresh of a client's session": { statements: "update_refresh_counter" },
  "`GET /oauth/userinfo`, known token": { statements: "" },
  "`POST /oauth/revoke` of what a user granted to a client": { statements: "revoke_session, insert_audit_event" },
  "`GET /.well-known/openid-configuration`": { statements: "" },
  "`GET /users/me`, known token of a client": { statements: "" },
  "`GET /users/me`, known token of a client's session": { statements: "" },
  "`GET /users/me`, known token that is bound to a key": { statements: "insert_used_once" },
  "`GET /users/me`, a bound token with a proof of another key": { statements: "" },
  "`POST /oauth/introspect` by a client, known token": { statements: "" },
  "`POST /oauth/revoke` by a client": { statements: "update_tokens_not_before, insert_audit_event" },
  "`POST /clients`": {
    statements: "find_holds_all, insert_service_account, lock_role_graph, " +
      "insert_grants, insert_audit_event, insert_client, insert_client_resources, insert_secret, insert_audit_event, " +
      "find_client",
  },
  "`POST /clients/{id}/secrets`": {
    statements: "find_client, lock_users, find_holds_all, lock_client, find_client, find_known_permissions, " +
      "find_holds_all, delete_expired_secrets, limit_secrets, insert_secret, insert_audit_event, list_secrets",
  },
  "`GET /admin-only`, known token": { statements: "" },
  "a forged access token": { statements: "" },
  "an access token of a revoked session, first use": { statements: "find_access" },
  "an access token of a deleted user, each use": { statements: "find_access" },
  "`POST /login`": {
    statements:
      "find_login, take_from_buckets, refund_buckets, lock_user_for_mint, insert_sessions, insert_audit_event",
    hashes: 1,
  },
  "`POST /login`, wrong password": { statements: "find_login, take_from_buckets, insert_audit_event", hashes: 1 },
  "`POST /login/passkey/options`": { statements: "" },
  "`POST /login/passkey`": {
    statements: "take_from_buckets, list_passkey_logins, lock_user_for_mint, insert_spent_tickets, " +
      "insert_sessions, insert_audit_event, update_passkey_used, refund_buckets",
  },
  "`POST /oauth/token`, first refresh of a session on this replica": {
    statements: "find_for_refresh, update_refresh_counter",
  },
  "`POST /oauth/token`, later refresh": { statements: "update_refresh_counter" },
  "`POST /oauth/token`, the same refresh token again within the grace period": {
    statements: "update_refresh_counter, find_for_refresh, find_refreshed",
  },
  "`POST /logout` with an access token": { statements: "revoke_session, insert_audit_event" },
  "`GET /signin`, nobody signed in": { statements: "" },
  "`POST /signin`": {
    statements:
      "find_login, take_from_buckets, refund_buckets, lock_user_for_mint, insert_sessions, insert_audit_event, " +
      "update_ticket_browser",
    hashes: 1,
  },
  "`POST /signin`, wrong password": { statements: "find_login, take_from_buckets, insert_audit_event", hashes: 1 },
  "`GET /oauth/authorize`, signed in, the operator's application": {
    statements: "find_browser_session, insert_ticket",
  },
  "`GET /oauth/authorize`, signed in, allowed before": {
    statements: "find_browser_session, find_consents, insert_ticket",
  },
  "`GET /oauth/authorize`, nobody signed in": { statements: "insert_ticket" },
  "`POST /oauth/device_authorization`, known client": { statements: "insert_ticket" },
  "`POST /oauth/token` by a device, before the user decides": { statements: "poll_ticket" },
  "`POST /oauth/token` by a device, approved": {
    statements: "poll_ticket, consume_ticket, insert_lone_client_session, insert_audit_event",
  },
  "`POST /device`, a code that a device shows": { statements: "find_browser_session, find_ticket_by_lookup" },
  "`POST /oauth/par`, known client": { statements: "insert_ticket" },
  "`GET /oauth/authorize` of a pushed request, signed in, the operator's application": {
    statements: "find_browser_session, find_ticket, consume_begun_ticket, insert_ticket",
  },
  "`GET /oauth/authorize`, refused": { statements: "" },
  "`GET /account`, signed in": {
    statements: "find_browser_session, list_sessions, list_consents, list_api_keys, find_user_kind, list_totp, " +
      "list_passkeys, count_recovery_codes",
  },
  "`GET /console/users`, known administrator": {
    statements: "find_browser_session, list_users, list_held_factors, count_sessions",
  },
  "`GET /console/users/{id}`, known user": {
    statements: "find_browser_session, find_user, find_held_factors, list_grantors, list_sessions, list_api_keys, " +
      "list_consents, list_audit_events",
  },
  "`POST /signout`": {
    statements: "find_browser_session, lock_users, revoke_session, revoke_children, insert_audit_event",
  },
  "`GET /oauth/end_session` with a hint, known client": {
    statements:
      "find_browser_session, has_client_session, lock_users, revoke_session, revoke_children, insert_audit_event",
  },
  "`POST /password-reset`, alike for any address": { statements: "take_from_buckets, insert_outbox" },
  "`POST /email-verification`, alike for any address": { statements: "take_from_buckets, insert_outbox" },
  "`POST /password-reset/complete` with a wrong link": { statements: "find_ticket" },
  "`POST /register`": {
    statements: "take_from_buckets, find_taken, insert_user, lock_role_graph, insert_grants, insert_audit_event",
    hashes: 1,
  },
  "`POST /register`, name or address taken": { statements: "take_from_buckets, find_taken" },
  "`GET /readyz`": { statements: "list_applied_migrations" },
  "`GET /livez`": { statements: "" },
  "`GET /.well-known/jwks.json`": { statements: "" },
  "a decision, known subject": { statements: "" },
  "a decision, new subject": { statements: "find_live_users" },
  "a hundred decisions in one request, known subject": { statements: "" },
  "a subject search": { statements: "list_holders" },
  "`GET /users`": { statements: "list_users" },
  "`GET /users` with a role": { statements: "list_users_of_role" },
  "`GET /users/{id}`": { statements: "find_user" },
  "`GET /users/{id}/permissions`, known user": { statements: "" },
  "`POST /users`": {
    statements:
      "find_taken, find_holds_all, insert_user, lock_role_graph, insert_grants, insert_audit_event, find_user",
    hashes: 1,
  },
  "`PATCH /users/{id}`, new username": {
    statements: "lock_users, find_holds_all, find_user, update_identifiers, insert_audit_event, find_user",
  },
  "`PATCH /users/{id}`, new password": {
    statements:
      "find_user, lock_users, find_holds_all, find_user, overwrite_password_hash, revoke_sessions, insert_audit_event, insert_outbox_to_user, find_user",
    hashes: 1,
  },
  "`PATCH /users/{id}`, disabling": {
    statements:
      "lock_administrators, count_administrators, lock_users, find_holds_all, find_user, update_disabled, revoke_sessions, insert_audit_event, find_user, count_administrators",
  },
  "`DELETE /users/{id}`": {
    statements:
      "lock_administrators, count_administrators, lock_users, find_holds_all, find_user, insert_outbox, delete_user, insert_audit_event, delete_audit_details, count_administrators",
  },
  "`POST /service-accounts`": {
    statements:
      "find_holds_all, insert_service_account, lock_role_graph, insert_grants, insert_audit_event, find_service_account",
  },
  "`PATCH /service-accounts/{id}`, disabling": {
    statements:
      "lock_users, find_holds_all, find_service_account, insert_audit_event, update_disabled, find_service_account",
  },
  "`DELETE /service-accounts/{id}`": {
    statements: "lock_users, find_holds_all, find_service_account, insert_audit_event, delete_user",
  },
  "granting a role": {
    statements:
      "lock_role_graph, lock_users, find_holds_all, find_holds_all, find_unknown_role, upsert_grant, find_user_excluded, insert_audit_event",
  },
  "granting a role that the user has already": {
    statements: "lock_role_graph, lock_users, find_holds_all, find_holds_all, find_unknown_role, upsert_grant",
  },
  "granting `admin`": {
    statements:
      "lock_administrators, count_administrators, lock_role_graph, lock_users, find_holds_all, find_holds_all, find_unknown_role, upsert_grant, find_user_excluded, insert_audit_event, count_administrators",
  },
  "revoking a grant": {
    statements:
      "lock_role_graph, lock_users, find_holds_all, find_holds_all, find_unknown_role, delete_grant, insert_audit_event",
  },
  "`POST /roles` with permissions and parents": {
    statements:
      "lock_role_graph, find_holds_all, insert_role, find_holds_all, find_unknown_permission, insert_role_permissions, find_unknown_role, find_holds_all, find_inherits, insert_role_parents, find_anybody_excluded, insert_audit_event, find_role",
  },
  "adding a permission to a role": {
    statements:
      "lock_role_graph, find_role, find_holds_all, find_holds_all, find_unknown_permission, insert_role_permissions, insert_audit_event",
  },
  "adding a parent to a role": {
    statements:
      "lock_role_graph, find_role, find_holds_all, find_unknown_role, find_holds_all, find_inherits, insert_role_parents, find_anybody_excluded, insert_audit_event",
  },
  "`POST /roles/{role}/preview` of a permission": {
    statements: "find_role, find_unknown_permission, list_holder_groups",
  },
  "`DELETE /roles/{role}`": {
    statements: "lock_role_graph, find_role, find_holds_all, delete_grants_of_role, delete_role, insert_audit_event",
  },
} as const satisfies Record<string, Cost>;
