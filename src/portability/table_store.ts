import type { Db } from "../platform/db/db.ts";
import { rfc3339 } from "../platform/db/rfc3339.ts";

/** A table that is exported: its columns, which rows, and their order. */
type Table = { table: string; columns: string; rows?: string; order: string };

/** The kinds of exported rows, in the order of insertion: no sessions, tickets, outbox or rate limit buckets. */
export const tables = {
  permission: {
    table: "permissions",
    columns: "name, description, built_in, created_at",
    rows: "not built_in",
    order: "name",
  },
  role: {
    table: "roles",
    columns: "name, description, built_in, mfa_required, created_at",
    rows: "not built_in",
    order: "name",
  },
  role_permission: { table: "role_permissions", columns: "role, permission", order: "role, permission" },
  role_parent: { table: "role_parents", columns: "role, parent", order: "role, parent" },
  role_exclusion: { table: "role_exclusions", columns: "id, description, at_most, created_at", order: "id" },
  role_exclusion_member: {
    table: "role_exclusion_members",
    columns: "exclusion_id, role",
    order: "exclusion_id, role",
  },
  user: {
    table: "users",
    columns: `id, username, username_canonical, email, email_canonical, password_hash, created_at, updated_at,
              disabled_at, kind, email_verified_at, external_id, service_name, service_description,
              credential_epoch`,
    order: "id",
  },
  totp_factor: {
    table: "totp_factors",
    columns: `id, user_id, name, secret_sealed, secret_id, created_at, confirmed_at, last_step, last_used_at, failures`,
    rows: "confirmed_at is not null",
    order: "id",
  },
  passkey: {
    table: "passkeys",
    columns: `id, credential_id, user_id, public_key, counter, transports, device_type, backed_up, aaguid, name, rp_id,
              created_at, last_used_at, counter_regressed_at`,
    order: "id",
  },
  recovery_code: { table: "recovery_codes", columns: "user_id, code_hash, used_at", order: "user_id, code_hash" },
  grant: { table: "grants", columns: "user_id, role, granted_at, expires_at", order: "user_id, role" },
  api_key: {
    table: "api_keys",
    columns: "id, user_id, name, scopes, created_by, created_at, expires_at, revoked_at, last_used_at",
    order: "id",
  },
  api_resource: {
    table: "api_resources",
    columns: "id, uri, name, scopes, alg, ttl_seconds, earlier_ttl_seconds, open_to_dynamic, created_at",
    order: "id",
  },
  client: {
    table: "clients",
    columns: `id, name, grant_types, scopes, own_api, service_user_id, created_by, created_at, disabled_at,
              tokens_not_before, token_endpoint_auth_method, jwks, jwks_uri, token_endpoint_auth_signing_alg,
              token_endpoint_audience, application_type, redirect_uris,
              post_logout_redirect_uris, id_token_signed_response_alg, first_party, require_pkce,
              native_localhost, refresh_id_token, source, url, client_uri, open_scopes, consents_not_before,
              last_used_at, backchannel_logout_uri, backchannel_logout_session_required, require_pushed_authorization_requests, dpop_bound_access_tokens`,
    order: "id",
  },
  client_resource: { table: "client_resources", columns: "client_id, resource_id", order: "client_id, resource_id" },
  consent: {
    table: "consents",
    columns: "user_id, client_id, scopes, resources, granted_at",
    order: "user_id, client_id",
  },
  secret: {
    table: "secrets",
    columns: "id, kind, owner_id, hash, hint, created_at, expires_at, last_used_at",
    order: "id",
  },
  signing_key: {
    table: "signing_keys",
    columns: `kid, alg, state, public_jwk, private_key, secret_id, created_at, activated_at, retiring_at, retired_at`,
    order: "created_at, kid",
  },
  audit_event: {
    table: "audit_events",
    columns:
      `id, seq, occurred_at, action, outcome, actor_id, subject_type, subject_id, request_id, details_digest, hash,
       facts, subject_digest`,
    order: "id",
  },
  audit_detail: { table: "audit_details", columns: "event_id, part, salt, details", order: "event_id, part" },
  audit_erasure: { table: "audit_erasures", columns: "user_id, created_at", order: "user_id" },
  audit_checkpoint: {
    table: "audit_checkpoints",
    columns: "number, seq, hash, created_at, previous, public_key, signature",
    order: "number",
  },
} as const satisfies Record<string, Table>;

export type Kind = keyof typeof tables;

/** Takes a snapshot of the database for this transaction, and lifts its time limits. */
export async function beginSnapshot(db: Db): Promise<void> {
  await db.query(
    "begin_snapshot",
    `set transaction isolation level repeatable read, read only; set local bytea_output to 'hex';
     set local statement_timeout to 0; set local idle_in_transaction_session_timeout to 0`,
  );
}

export async function takeTime(db: Db): Promise<void> {
  await db.query("take_time", "set local statement_timeout to 0; set local idle_in_transaction_session_timeout to 0");
}

/** Opens a cursor on the rows of this kind. Only one can be open. */
export async function openRows(db: Db, kind: Kind): Promise<void> {
  const { table, columns, order, rows = "true" }: Table = tables[kind];
  await db.query(
    "open_rows",
    `declare moving_rows no scroll cursor for
     select row_to_json(r)::text as row from (select ${columns} from ${table} where ${rows} order by ${order}) r`,
  );
}

/** The next rows as JSON text, because the driver would convert times and numbers inexactly. */
export async function fetchRows(db: Db, limit: number): Promise<string[]> {
  const rows = await db.query<{ row: string }>("fetch_rows", `fetch ${limit} from moving_rows`);
  return rows.map(({ row }) => row);
}

export async function closeRows(db: Db): Promise<void> {
  await db.query("close_rows", "close moving_rows");
}

/** Inserts rows of {@link fetchRows}, at least one. A column that an older export lacks gets its default. */
export async function insertRows(db: Db, kind: Kind, rows: string[]): Promise<void> {
  const { table, columns }: Table = tables[kind];
  const given = Object.keys(JSON.parse(rows[0]!));
  const names = columns.split(/,\s*/).filter((name) => given.includes(name)).join(", ");
  await db.query(
    "insert_rows",
    `insert into ${table} (${names}) select ${names} from json_populate_recordset(null::${table}, $1)`,
    [`[${rows.join(",")}]`],
  );
}

/** Whether the database holds anything with which an import would conflict. */
export async function findOccupied(db: Db): Promise<boolean> {
  const [row] = await db.query<{ occupied: boolean }>(
    "find_occupied",
    `select exists (select from users) or exists (select from audit_events) or exists (select from signing_keys) or
            exists (select from roles where not built_in) or exists (select from permissions where not built_in)
            as occupied`,
  );
  return row!.occupied;
}

/** Whether this export was imported into this database. */
export async function findImported(db: Db, exportId: string): Promise<boolean> {
  const [row] = await db.query<{ imported: boolean }>(
    "find_imported",
    `select exists (select from audit_events where action = 'data.imported' and subject_type = 'export' and subject_id = $1)
            as imported`,
    [exportId],
  );
  return row!.imported;
}

/** The time of the last event in RFC 3339; undefined if there is none. */
export async function findLastEventTime(db: Db): Promise<string | undefined> {
  const [row] = await db.query<{ last: string | null }>(
    "find_last_event_time",
    `select ${rfc3339("max(occurred_at)")} as last from audit_events`,
  );
  return row!.last ?? undefined;
}

/** Prevents other imports until this transaction ends. */
export async function lockImport(db: Db): Promise<void> {
  await db.query(
    "lock_import",
    "select pg_advisory_xact_lock(hashtextextended('sentinel:import:' || current_schema(), 0))",
  );
}
