/**
 * What users of a seeded schema have beside a password: an API key each, and every tenth a passkey, an app, a sign-in
 * in a browser, and a consent and a session of an application. There are as many applications as tenth users.
 */
import type { Sql } from "./seed.ts";

const batchSize = 100_000;

/** What {@link seedCredentials} fills, for vacuum. */
const tables = ["clients", "secrets", "api_keys", "passkeys", "totp_factors", "consents", "sessions", "users"];

/** The id of the n-th row of a kind, 1 to 9, as an expression of SQL. */
const id = (kind: number, n: string) => `format('${kind}0000000-0000-7000-8000-%s', lpad(to_hex(${n}), 12, '0'))::uuid`;

/** Fills the schema for its first `users` seeded users. Nobody knows a secret of theirs. */
export async function seedCredentials(sql: Sql, schema: string, users: number): Promise<void> {
  const s = `"${schema}"`;
  for (let from = 0; from < users; from += batchSize) {
    const range = [from, Math.min(from + batchSize, users) - 1];
    for (const statement of statements(s)) await sql(statement, range);
  }
  for (const table of tables) await sql(`vacuum (analyze) ${s}.${table}`);
}

/** Statements for the users from $1 to $2. */
function statements(s: string): string[] {
  const all = "generate_series($1::int, $2::int) n";
  const tenth = `generate_series($1::int / 10, $2::int / 10) n`;
  const user = id(0, "n * 10");
  return [
    `insert into ${s}.api_keys (id, user_id, name, scopes) select ${id(1, "n")}, ${
      id(0, "n")
    }, 'seed', '{users:read}' from ${all}`,
    `insert into ${s}.secrets (id, kind, owner_id, hash, hint)
     select ${id(2, "n")}, 'pat', ${id(1, "n")}, sha256(n::text::bytea), 'seed' from ${all}`,
    `insert into ${s}.clients (id, name, grant_types, scopes, own_api, redirect_uris)
     select ${id(3, "n")}, 'seed ' || n, '{authorization_code,refresh_token}', '{openid}', false,
            array['https://' || n || '.example.com/callback'] from ${tenth}`,
    `insert into ${s}.secrets (id, kind, owner_id, hash, hint)
     select ${id(4, "n")}, 'cs', ${id(3, "n")}, sha256(n::text::bytea), 'seed' from ${tenth}`,
    `insert into ${s}.passkeys
       (id, credential_id, user_id, public_key, counter, transports, device_type, backed_up, aaguid, name, rp_id)
     select ${id(5, "n")}, sha256(n::text::bytea), ${user}, '', 0, '{internal}', 'multi_device', true,
            '00000000-0000-0000-0000-000000000000', 'seed', '127.0.0.1' from ${tenth}`,
    `insert into ${s}.totp_factors (id, user_id, name, secret_sealed, secret_id, confirmed_at)
     select ${id(6, "n")}, ${user}, 'seed', '', '', now() from ${tenth}`,
    `insert into ${s}.sessions (id, kind, user_id, refresh_seed, secret_id, expires_at, auth_time)
     select ${id(7, "n")}, 'browser', ${user}, '', '', now() + interval '30 days', now() from ${tenth}`,
    `insert into ${s}.consents (user_id, client_id, scopes, resources)
     select ${user}, ${id(3, "n")}, '{openid}', '{}' from ${tenth}`,
    `insert into ${s}.sessions
       (id, kind, user_id, refresh_seed, secret_id, expires_at, auth_time, parent_id, client_id, scope, resources)
     select ${id(8, "n")}, 'client', ${user}, '', '', now() + interval '30 days', now(), ${id(7, "n")}, ${id(3, "n")},
            '{openid}', '{}' from ${tenth}`,
  ];
}
