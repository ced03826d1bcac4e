/**
 * Fills a schema with users and roles, for measurements at scale. Every password is "measure twice, cut once".
 *
 *   DATABASE_URL=postgres://… deno task seed --users 1000000 [--roles 10000] [--sessions 0] [--schema sentinel]
 *
 * Roles form chains of ten: each inherits from the one before it and holds five of 2,000 permissions itself. Every user
 * has the role `user` and one other role, every tenth user three others. The first `sessions` users have a session
 * each, without a valid token. Run `migrate up` first; existing rows stay.
 */
import { parseArgs } from "node:util";
import pg from "pg";

/** Runs one statement and returns its rows. */
export type Sql = <Row>(text: string, params?: unknown[]) => Promise<Row[]>;

/** The number of permissions, and the number of roles in a chain of inheritance. */
export const permissions = 2_000;
export const chainLength = 10;

/** The password of every seeded user. */
export const password = "measure twice, cut once";

/** The Argon2id hash (m=19456, t=2, p=1) of {@link password}. */
const passwordHash =
  "$argon2id$v=19$m=19456,t=2,p=1$wqISMTGEbTwAEQd8nANisw$UvlcW9leohIg3oPCG/1Eae67k6bXAbghu9XRf9iw+II";

const batchSize = 50_000;

/** The id of the n-th seeded user, from 0: a UUIDv7 of the first moments of 1970. */
export const userId = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
/** The n-th seeded role, from 0. */
export const roleName = (n: number) => `role-${n}`;

/** How much to seed. */
export type Seeds = { users: number; roles: number; sessions?: number };

/** Seeds `schema`, and runs vacuum and analyze as autovacuum would. */
export async function seed(sql: Sql, schema: string, { users, roles, sessions = 0 }: Seeds) {
  const s = `"${schema}"`;
  await sql(
    `insert into ${s}.permissions (name, description)
     select format('resource-%s:%s', n / 4, (array['read', 'write', 'share', 'delete'])[n % 4 + 1]), ''
     from generate_series(0, ${permissions - 1}) n on conflict do nothing`,
  );
  await sql(
    `insert into ${s}.roles (name) select 'role-' || n from generate_series(0, $1::int - 1) n on conflict do nothing`,
    [roles],
  );
  await sql(
    `insert into ${s}.role_permissions (role, permission)
     select 'role-' || n, format('resource-%s:%s', p / 4, (array['read', 'write', 'share', 'delete'])[p % 4 + 1])
     from generate_series(0, $1::int - 1) n, generate_series(0, 4) k, lateral (select (n * 5 + k) % ${permissions} as p) i
     on conflict do nothing`,
    [roles],
  );
  await sql(
    `insert into ${s}.role_parents (role, parent)
     select 'role-' || n, 'role-' || n - 1 from generate_series(0, $1::int - 1) n where n % ${chainLength} > 0
     on conflict do nothing`,
    [roles],
  );
  for (let from = 0; from < users; from += batchSize) {
    await sql(
      `with people as (
         insert into ${s}.users (id, username, username_canonical, email, email_canonical, password_hash)
         select format('00000000-0000-7000-8000-%s', lpad(to_hex(n), 12, '0'))::uuid, 'seed-' || n, 'seed-' || n,
                'seed-' || n || '@example.com', 'seed-' || n || '@example.com', $3
         from generate_series($1::int, $2::int) n on conflict do nothing returning id
       )
       select count(*) from people`,
      [from, Math.min(from + batchSize, users) - 1, passwordHash],
    );
    await sql(
      `insert into ${s}.grants (user_id, role)
       select format('00000000-0000-7000-8000-%s', lpad(to_hex(n), 12, '0'))::uuid, role
       from generate_series($1::int, $2::int) n,
         lateral (select unnest(case when n % 10 = 0
           then array['user', 'role-' || n % $3::int, 'role-' || (n + 7) % $3, 'role-' || (n + 13) % $3]
           else array['user', 'role-' || n % $3] end) as role) r
       on conflict do nothing`,
      [from, Math.min(from + batchSize, users) - 1, roles],
    );
  }
  await sql(
    `insert into ${s}.sessions (id, user_id, refresh_seed, secret_id, expires_at)
     select id, id, '', '', now() + interval '30 days' from ${s}.users order by id limit $1 on conflict do nothing`,
    [sessions],
  );
  for (const table of ["users", "grants", "sessions", "roles", "role_permissions", "role_parents"]) {
    await sql(`vacuum (analyze) ${s}.${table}`);
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      users: { type: "string", default: "100000" },
      roles: { type: "string", default: "10000" },
      sessions: { type: "string", default: "0" },
      schema: { type: "string", default: "sentinel" },
    },
  });
  const pool = new pg.Pool({ connectionString: Deno.env.get("DATABASE_URL"), max: 1 });
  const started = performance.now();
  const counts = { users: Number(values.users), roles: Number(values.roles), sessions: Number(values.sessions) };
  await seed(async (text, params) => (await pool.query(text, params)).rows, values.schema, counts);
  console.log(
    `${values.users} users and ${values.roles} roles in ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  await pool.end();
}
