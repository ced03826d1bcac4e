import assert from "node:assert/strict";
import pg from "pg";
import { prepareSchema } from "../../cli/setup.ts";
import { readConfig } from "../../compose/config.ts";
import { migrations } from "../../compose/migrations.ts";
import { permissions } from "../../vocabulary/dictionary.ts";
import { dropSchema, freshSchema, runSql, testConnection, testDatabase } from "../../testing/database.ts";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { nextMigration } from "../../testing/upgrades/next_schema.ts";
import { until } from "../../testing/servers/process.ts";
import { people } from "../../testing/people/people.ts";
import { settingsBeside } from "../../testing/commands.ts";
import { clientConfig, type Connection } from "./db.ts";
import {
  migrate,
  type Migration,
  MigrationError,
  migrationStatus,
  type Migrator,
  verifyMigrations,
} from "./migrate.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const names = migrations.map(({ name }) => name);
const last = names.at(-1)!;

function migrator(schema: string, list: readonly Migration[] = migrations, connection = testConnection()): Migrator {
  return { connection, schema, migrations: list, log };
}

type Schema = AsyncDisposable & { name: string };

/** The name of a schema that is dropped at the end of the test. */
function schemaOfItsOwn(): Schema {
  const name = freshSchema();
  return { name, [Symbol.asyncDispose]: () => dropSchema(name) };
}

/** A schema with all migrations. */
async function migratedSchema(): Promise<Schema> {
  const schema = schemaOfItsOwn();
  await migrate(migrator(schema.name));
  return schema;
}

/** A client without our search path. The embedded database has one connection, so no other may be open. */
async function connect(): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client(clientConfig(testConnection()));
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

async function rowsOf<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
  await using client = await connect();
  return (await client.query(sql, values)).rows;
}

/** Matches the error of a migration by its message. */
function refusal(message: string) {
  return (error: unknown) => error instanceof MigrationError && error.message === message;
}

async function tablesOf(schema: string): Promise<string[]> {
  const rows = await rowsOf<{ tablename: string }>(
    "select tablename from pg_tables where schemaname = $1 order by tablename",
    [schema],
  );
  return rows.map(({ tablename }) => tablename);
}

test("migrate applies all migrations to a new schema in order, once", async () => {
  await using schema = schemaOfItsOwn();
  const pending = names.map((name) => ({ name, state: "pending" }));
  assert.deepEqual(await migrationStatus(migrator(schema.name)), pending);
  await assert.rejects(
    verifyMigrations(migrator(schema.name)),
    refusal(`migrations not applied: ${names.join(", ")}; run "sentinel migrate up"`),
  );
  assert.deepEqual(await tablesOf(schema.name), []);

  assert.deepEqual(await migrate(migrator(schema.name)), names);
  const status = await migrationStatus(migrator(schema.name));
  assert.deepEqual(status.map(({ name, state }) => [name, state]), names.map((name) => [name, "applied"]));
  for (const { applied_at } of status) assert.equal(new Date(applied_at!).toISOString(), applied_at);
  assert.deepEqual(await migrate(migrator(schema.name)), []);
  assert.deepEqual(await migrationStatus(migrator(schema.name)), status);
  await verifyMigrations(migrator(schema.name));
});

test("migrate refuses a file that changed since it was applied, names it, and applies nothing", async () => {
  await using schema = schemaOfItsOwn();
  await migrate(migrator(schema.name, migrations.slice(0, -1)));
  const [first, second, ...rest] = migrations;
  const edited = migrator(schema.name, [first!, { ...second!, sql: `${second!.sql}\n` }, ...rest]);
  const changed = refusal(`changed since it was applied: ${second!.name}`);
  await assert.rejects(migrate(edited), changed);
  await assert.rejects(verifyMigrations(edited), changed);
  const states = (await migrationStatus(edited)).map(({ state }) => state);
  assert.deepEqual(states, ["applied", "changed", ...rest.slice(0, -1).map(() => "applied"), "pending"]);
});

test("migrate applies a migration that precedes applied ones", async () => {
  await using schema = schemaOfItsOwn();
  const [one, two] = ["0001_one", "0002_two"].map((name) => ({ name, sql: `create table "${name}" ()` }));
  assert.deepEqual(await migrate(migrator(schema.name, [two!])), ["0002_two"]);
  assert.deepEqual(await migrate(migrator(schema.name, [one!, two!])), ["0001_one"]);
});

test(
  "migrate runs a file that is marked as outside of a transaction accordingly, and again if its record was lost",
  async () => {
    await using schema = await migratedSchema();
    const sql = "-- no transaction\ncreate index concurrently if not exists users_created_at_idx on users (created_at)";
    const list = [...migrations, { name: "9999_index", sql }];
    assert.deepEqual(await migrate(migrator(schema.name, list)), ["9999_index"]);
    await runSql(`delete from "${schema.name}".schema_migrations where name = '9999_index'`);
    assert.deepEqual(await migrate(migrator(schema.name, list)), ["9999_index"]);
    assert.deepEqual(await migrate(migrator(schema.name, list)), []);
  },
);

test("a concurrent index that cannot be built is not left behind, and is built once it can be", async () => {
  await using schema = await migratedSchema();
  const as = (sql: string) => runSql(`set search_path to "${schema.name}"; ${sql}`);
  await as("insert into permissions (name, description) values ('same:one', 'the same'), ('same:two', 'the same')");
  const sql =
    "-- no transaction\ncreate unique index concurrently if not exists same_idx on permissions (description)" +
    " where name like 'same:%'";
  const list = [...migrations, { name: "9999_index", sql }];
  const indexes = () => rowsOf("select from pg_class where oid = to_regclass($1)", [`${schema.name}.same_idx`]);
  await assert.rejects(migrate(migrator(schema.name, list)), /9999_index could not be applied/);
  assert.equal((await indexes()).length, 0);
  await as("delete from permissions where name = 'same:two'");
  assert.deepEqual(await migrate(migrator(schema.name, list)), ["9999_index"]);
  assert.equal((await indexes()).length, 1);
});

test("every file in sql/migrations is in src/compose/migrations.ts, in order", async () => {
  const folder = new URL("../../../sql/migrations/", import.meta.url);
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  assert.deepEqual(files, names.map((name) => `${name}.sql`));
  for (const [index, { name, sql }] of migrations.entries()) {
    assert.match(name, new RegExp(`^${String(index + 1).padStart(4, "0")}_[a-z_]+$`));
    assert.equal(sql, await Deno.readTextFile(new URL(`${name}.sql`, folder)));
    assert.match(sql, /^-- [A-Z].+\.\n/, `${name} begins by saying why`);
  }
});

test("the dictionary of permissions equals what the migrations insert", async () => {
  await using schema = await migratedSchema();
  const rows = await rowsOf<{ name: string; description: string }>(
    `select name, description from "${schema.name}".permissions where built_in`,
  );
  assert.deepEqual(Object.fromEntries(rows.map(({ name, description }) => [name, description])), permissions);
});

test("T309 F29 a binary works on the schema of a newer version, whose migration it reports as unknown", async () => {
  await using schema = schemaOfItsOwn();
  await migrate(migrator(schema.name, [...migrations, nextMigration]));
  assert.deepEqual(await migrate(migrator(schema.name)), []);
  await verifyMigrations(migrator(schema.name));
  assert.deepEqual((await migrationStatus(migrator(schema.name))).at(-1), {
    name: nextMigration.name,
    state: "unknown",
  });

  await using sentinel = await startSentinel({ schema: schema.name });
  const { username, password } = people.grace;
  assert.equal((await sentinel.fetch("/register", { json: people.grace })).status, 201);
  const login = await sentinel.fetch("/login", { form: { username, password } });
  assert.equal(login.status, 200);
  const authorization = `Bearer ${(await login.json()).access_token}`;
  const me = await sentinel.fetch("/users/me", { headers: { authorization } });
  assert.equal(me.status, 200);
  assert.equal((await me.json()).username, username);
  assert.equal((await sentinel.fetch("/readyz")).status, 200);
});

test("T309 F29 a binary that may only check refuses the schema of an older version, and changes nothing", async () => {
  await using schema = schemaOfItsOwn();
  await migrate(migrator(schema.name, migrations.slice(0, -1)));
  const prepare = (mode: string) => {
    const { settings } = readConfig({ SENTINEL_DB_SCHEMA: schema.name, SENTINEL_MIGRATE: mode });
    return prepareSchema(testDatabase(), settings, log);
  };
  await assert.rejects(prepare("check"), refusal(`migrations not applied: ${last}; run "sentinel migrate up"`));
  assert.equal((await migrationStatus(migrator(schema.name))).at(-1)!.state, "pending");
  await prepare("auto");
  await prepare("check");
});

testOnPostgres(
  "T309 serve with SENTINEL_MIGRATE=check on an older schema explains it in one sentence and exits 1",
  async () => {
    await using schema = schemaOfItsOwn();
    await migrate(migrator(schema.name, migrations.slice(0, -1)));
    const main = new URL("../../main.ts", import.meta.url).pathname;
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", main, "serve"],
      env: { ...settingsBeside({ schema: schema.name }), SENTINEL_MIGRATE: "check", PORT: String(freePort()) },
    }).output();
    assert.equal(code, 1);
    const said = new TextDecoder().decode(stderr).trimEnd().split("\n");
    assert.deepEqual(said, [`error: migrations not applied: ${last}; run "sentinel migrate up"`]);
    assert.ok(!new TextDecoder().decode(stdout).includes('"ready"'));
  },
);

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

test("migrate creates nothing outside its schema, and every function sets its search path", async () => {
  await using schema = await migratedSchema();
  const strays = await rowsOf(
    `with ours as (
       select relname as name, relnamespace as schema from pg_class
       union all select proname, pronamespace from pg_proc
     )
     select name from ours where schema = to_regnamespace('public')
       and name in (select name from ours where schema = to_regnamespace($1))
       and to_regclass('public.schema_migrations') is null -- else somebody works in it`,
    [schema.name],
  );
  assert.deepEqual(strays, []);
  const functions = await rowsOf<{ proname: string; proconfig: string[] | null }>(
    "select proname, proconfig from pg_proc where pronamespace = to_regnamespace($1)",
    [schema.name],
  );
  assert.ok(functions.length > 0);
  for (const { proname, proconfig } of functions) {
    assert.ok(proconfig?.includes(`search_path=${schema.name}`), proname);
  }
});

test("two schemas in one database are independent", async () => {
  await using one = await migratedSchema();
  await using other = await migratedSchema();
  await runSql(`set search_path to "${one.name}"; ${peopleSql(1)}`);
  assert.deepEqual(await rowsOf(`select id from "${one.name}".users`), [{ id: uuid(1) }]);
  assert.deepEqual(await rowsOf(`select id from "${other.name}".users`), []);
  {
    await using ear = await listen(other.name);
    assert.deepEqual(await ear.told(`update "${one.name}".users set disabled_at = now()`), []);
  }
  await dropSchema(one.name);
  await verifyMigrations(migrator(other.name));
});

testOnPostgres(
  "migrate needs no right to create if the schema exists, and none if nothing is pending",
  async () => {
    await using schema = schemaOfItsOwn();
    const role = `${schema.name}_owner`;
    const reader = `${schema.name}_reader`;
    await using _roles = {
      async [Symbol.asyncDispose]() {
        for (const each of [role, reader]) await runSql(`drop owned by "${each}" cascade; drop role "${each}"`);
      },
    };
    await runSql(`create role "${role}" login password 'owner'; create role "${reader}" login password 'reader';
    create schema "${schema.name}" authorization "${role}"`);
    assert.deepEqual(await migrate(migrator(schema.name, migrations, as(role, "owner"))), names);
    await runSql(`grant usage on schema "${schema.name}" to "${reader}";
    grant select on "${schema.name}".schema_migrations to "${reader}"`);
    assert.deepEqual(await migrate(migrator(schema.name, migrations, as(reader, "reader"))), []);
    await assert.rejects(
      migrate(migrator(schema.name, [...migrations, nextMigration], as(reader, "reader"))),
      (error: { code?: string }) => error.code === "42501",
    );
  },
);

/** The run's database, as another role. */
function as(role: string, password: string): Connection {
  const connection = testConnection();
  assert.ok(connection.kind === "url");
  const url = new URL(connection.url);
  url.username = role;
  url.password = password;
  return { kind: "url", url: url.href };
}

testOnPostgres("migrate does not wait for another migrator when nothing is pending", async () => {
  await using schema = await migratedSchema();
  await using client = await connect();
  await client.query("select pg_advisory_lock(hashtextextended('sentinel:migrate:' || $1, 0))", [schema.name]);
  assert.deepEqual(await migrate(migrator(schema.name)), []);
  const waiting = migrate(migrator(schema.name, [...migrations, nextMigration]));
  const waits = `select count(*)::int as count from pg_stat_activity
    where query like '%pg_try_advisory_lock%' and state = 'idle' and pid <> pg_backend_pid()`;
  await until("it waits", async () => (await rowsOf<{ count: number }>(waits))[0]!.count > 0);
  assert.equal((await migrationStatus(migrator(schema.name, [...migrations, nextMigration]))).at(-1)!.state, "pending");
  await client.query("select pg_advisory_unlock_all()");
  assert.deepEqual(await waiting, [nextMigration.name]);
});

const uuid = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const uuidOf = (n: string) => `('00000000-0000-7000-8000-' || lpad(${n}::text, 12, '0'))::uuid`;
const numbered = (count: number, from = 1) => Array.from({ length: count }, (_, index) => uuid(from + index));

/** Inserts this many numbered users. */
function peopleSql(count: number, from = 1): string {
  return `insert into users (id, username, username_canonical, email, email_canonical, password_hash)
    select ${uuidOf("n")}, n, n, n, n, '' from generate_series(${from}, ${from + count - 1}) n`;
}

/** Inserts one session for each of these users. */
function sessionsSql(count: number, from = 1, expires = "now() + interval '1 h'"): string {
  return `insert into sessions (id, user_id, refresh_seed, secret_id, expires_at)
    select ${uuidOf("n")}, ${uuidOf("n")}, '', '', ${expires} from generate_series(${from}, ${from + count - 1}) n`;
}

const grantSql = (...ns: number[]) =>
  `insert into grants (user_id, role) values ${ns.map((n) => `('${uuid(n)}', 'user')`).join()}`;

const auditSql = `insert into audit_events (id, action, outcome, subject_type, details_digest)
    values (gen_random_uuid(), 'session.created', 'success', 'session', '');
  insert into audit_details (event_id, salt, details) values (gen_random_uuid(), '', '{}')`;

const keySql = (kid: string, state: string) =>
  `insert into signing_keys (kid, state, public_jwk, private_key, secret_id) values ('${kid}', '${state}', '{}', '', '')`;

/** A connection that receives what replicas of the schema receive. */
async function listen(schema: string, searchPath = schema) {
  const client = await connect();
  let heard: string[] = [];
  let ended = Promise.withResolvers<void>();
  client.on("notification", ({ channel, payload = "" }) => {
    assert.equal(channel, `${schema}_changes`);
    if (payload === "end") ended.resolve();
    else heard.push(payload);
  });
  await client.query(`set search_path to "${searchPath}"; listen "${schema}_changes"`);
  return { told, run: (sql: string) => client.query(sql), [Symbol.asyncDispose]: () => client.end() };

  /** What one transaction of these statements notifies: each payload as its kind and its sorted ids. */
  async function told(sql: string): Promise<string[]> {
    heard = [];
    ended = Promise.withResolvers();
    await client.query(sql);
    await client.query("select pg_notify($1, 'end')", [`${schema}_changes`]); // arrives after all earlier notifications
    await ended.promise;
    return heard.map((payload) => {
      const [kind, ids] = payload.split(" ");
      return ids === undefined ? payload : `${kind} ${ids.split(",").sort().join()}`;
    }).sort();
  }
}

test("the change feed reports nothing of what no replica caches", async () => {
  await using schema = await migratedSchema();
  await using feed = await listen(schema.name);
  await feed.run(`${peopleSql(9)}; ${sessionsSql(8)}; ${sessionsSql(1, 9, "now()")}; ${keySql("first", "active")}`);
  const deeds: Record<string, string> = {
    "a registration": `begin; ${peopleSql(1, 20)}; ${grantSql(20)}; ${auditSql}; commit`,
    "a login": `begin; ${sessionsSql(1, 20)}; ${auditSql}; commit`,
    "a failed login": auditSql,
    "a rotation": `update sessions set refresh_counter = refresh_counter + 1, last_seen_at = now()
      where id = '${uuid(1)}'`,
    "a rehash": `update users set password_hash = 'x', updated_at = now() where id = '${uuid(1)}'`,
    "a seal": "update audit_events set seq = 1, hash = '' where id = (select id from audit_events limit 1)",
    "the erasure of details": `
      insert into audit_events (id, action, outcome, subject_type, subject_id, details_digest)
        values ('${uuid(1)}', 'user.deleted', 'success', 'user', '${uuid(99)}', '');
      insert into audit_details (event_id, salt, details) values ('${uuid(1)}', '', '{}');
      delete from audit_details where event_id = '${uuid(1)}'`,
    "a user set to what it was": "update users set disabled_at = disabled_at, email = email",
    "a session set to what it was": "update sessions set revoked_at = revoked_at, expires_at = expires_at",
    "what is rolled back": `begin; update users set disabled_at = now(); ${grantSql(1)}; rollback`,
    "statements that find nothing": `update users set disabled_at = now() where false; delete from users where false;
      update sessions set revoked_at = now() where false; delete from sessions where false;
      update grants set expires_at = now() where false; delete from grants where false;
      update roles set description = '' where false; delete from signing_keys where false;
      update role_parents set parent = '' where false; delete from role_permissions where false;
      insert into permissions select * from permissions on conflict do nothing;
      insert into grants select * from grants on conflict do nothing`,
    "expired sessions that are deleted": `delete from sessions where expires_at <= now()`,
  };
  for (const [deed, sql] of Object.entries(deeds)) assert.deepEqual(await feed.told(sql), [], deed);
});

test("the change feed reports exactly what changed", async () => {
  await using schema = await migratedSchema();
  await using feed = await listen(schema.name);
  await feed.run(`${peopleSql(9)}; ${sessionsSql(9)}; ${grantSql(8, 9)}; ${keySql("first", "active")}`);
  const [one, two, three] = numbered(3);
  const deeds: [deed: string, sql: string, told: string[]][] = [
    ["disabling", `update users set disabled_at = now() where id = '${one}'`, [`user ${one}`]],
    ["enabling", `update users set disabled_at = null where id = '${one}'`, [`user ${one}`]],
    ["renaming", `update users set username = 'ada' where id = '${two}'`, [`user ${two}`]],
    ["a new address", `update users set email = 'a@b' where id = '${two}'`, [`user ${two}`]],
    [
      "disabling several, of whom one was",
      `update users set disabled_at = now() where id = '${three}';
       update users set disabled_at = coalesce(disabled_at, now()) where id in ('${one}', '${two}', '${three}')`,
      [`user ${one},${two}`, `user ${three}`],
    ],
    ["a grant", grantSql(1), [`user ${one}`]],
    ["grants", grantSql(2, 3), [`user ${two},${three}`]],
    ["a grant's end", `update grants set expires_at = now() where user_id = '${one}'`, [`user ${one}`]],
    [
      "a grant made anew",
      `${grantSql(1)} on conflict (user_id, role) do update set expires_at = null`,
      [`user ${one}`],
    ],
    ["a grant taken", `delete from grants where user_id = '${one}'`, [`user ${one}`]],
    [
      "a grant to a user whom a clock that went back makes younger than now",
      `update users set created_at = now() + interval '1 h' where id = '${one}'; ${grantSql(1)}`,
      [`user ${one}`],
    ],
    ["a revocation", `update sessions set revoked_at = now() where id = '${one}'`, [`session ${one}`]],
    ["a session's end", `update sessions set expires_at = now() where id = '${two}'`, [`session ${two}`]],
    [
      "a new password",
      `begin; update users set password_hash = 'y' where id = '${three}';
       update sessions set revoked_at = now() where user_id = '${three}'; commit`,
      [`session ${three}`],
    ],
    ["a session deleted", `delete from sessions where id = '${uuid(4)}'`, [`session ${uuid(4)}`]],
    ["a revoked one deleted", `delete from sessions where id = '${one}'`, []],
    ["a user deleted, with session and grant", `delete from users where id = '${uuid(8)}'`, [`user ${uuid(8)}`]],
    ["a role", "insert into roles (name) values ('editor'), ('author')", ["graph all"]],
    ["a role's text", "update roles set description = 'x' where name = 'editor'", ["graph all"]],
    ["a permission", "insert into permissions (name, description) values ('texts:write', '')", ["graph all"]],
    ["what a role gives", "insert into role_permissions values ('editor', 'texts:write')", ["graph all"]],
    ["a role's parent", "insert into role_parents values ('editor', 'author')", ["graph all"]],
    ["a role deleted, with all of it", "delete from roles where name = 'editor'", ["graph all"]],
    [
      "much of the graph at once",
      "begin; delete from roles where name = 'author'; delete from permissions where name = 'texts:write'; commit",
      ["graph all"],
    ],
    [
      "a rotation of keys",
      `begin; update signing_keys set state = 'retiring'; ${keySql("second", "active")}; commit`,
      ["keys all"],
    ],
  ];
  for (const [deed, sql, told] of deeds) assert.deepEqual(await feed.told(sql), told, deed);
});

test("the change feed names up to 2,000 ids in groups of a hundred, and sends `all` for more", async () => {
  await using schema = await migratedSchema();
  await using feed = await listen(schema.name);
  await feed.run(`${peopleSql(2_001)}; ${sessionsSql(2_001)}`);
  const upTo = (count: number, column = "id") => `${column} <= '${uuid(count)}'`;
  const disable = (count: number) => `update users set disabled_at = clock_timestamp() where ${upTo(count)}`;
  const revoke = (count: number) => `update sessions set revoked_at = clock_timestamp() where ${upTo(count)}`;
  const grants = grantSql(...numbered(2_001).map((_, index) => index + 1));
  const deeds: [kind: string, count: number, sql: string][] = [
    ["user", 100, disable(100)],
    ["user", 101, disable(101)],
    ["user", 2_000, disable(2_000)],
    ["session", 100, revoke(100)],
    ["session", 101, revoke(101)],
    ["session", 2_000, revoke(2_000)],
    ["user", 101, `${grants}; delete from grants where ${upTo(101, "user_id")}`],
  ];
  for (const [kind, count, sql] of deeds) {
    const parts = (await feed.told(sql)).filter((told) => told !== "all").map((told) => told.split(" "));
    assert.deepEqual(new Set(parts.map(([kind]) => kind)), new Set([kind]), sql.slice(0, 80));
    const ids = parts.map(([, ids]) => ids!.split(","));
    assert.deepEqual(ids.flat().sort(), numbered(count), sql.slice(0, 80));
    assert.equal(ids.length, Math.ceil(count / 100), sql.slice(0, 80));
  }
  for (const sql of [disable(2_001), revoke(2_001), "delete from users"]) {
    assert.deepEqual(await feed.told(sql), ["all"]);
  }
});

test("the change feed finds its schema from a session with another search path", async () => {
  await using schema = await migratedSchema();
  await using feed = await listen(schema.name, "pg_catalog");
  const there = (sql: string) => sql.replace(/^(insert into|update|delete from) /, `$1 "${schema.name}".`);
  await feed.run(there(peopleSql(2)));
  assert.deepEqual(await feed.told(there("update users set disabled_at = now()")), [`user ${numbered(2).join()}`]);
  assert.deepEqual(await feed.told(there(grantSql(1))), [`user ${uuid(1)}`]);
  assert.deepEqual(await feed.told(there(keySql("first", "active"))), ["keys all"]);
  await feed.run(there(auditSql.split(";")[0]!));
  await assert.rejects(feed.run(there("delete from audit_events")), /append-only/);
});
