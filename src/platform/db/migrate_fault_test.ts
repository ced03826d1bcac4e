import assert from "node:assert/strict";
import pg from "pg";
import { whenDatabaseAnswers } from "../../cli/serve/database_wait.ts";
import { prepareSchema } from "../../cli/setup.ts";
import { readConfig } from "../../compose/config.ts";
import { migrations } from "../../compose/migrations.ts";
import { testDatabase } from "../../testing/database.ts";
import { testSecret } from "../../testing/harness.ts";
import { hasPostgres, startPostgres } from "../../testing/servers/postgres_cluster.ts";
import { until } from "../../testing/servers/process.ts";
import { asDatabaseError, Unavailable } from "./db_errors.ts";
import { clientConfig, type Connection } from "./db.ts";
import { migrate, type Migration, MigrationError, type Migrator, verifyMigrations } from "./migrate.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const names = migrations.map(({ name }) => name);
const main = new URL("../../main.ts", import.meta.url).pathname;

/**
 * `faults.step()` marks a place where a fault may occur; the plan says which fault, and at which step. Steps are
 * counted by a sequence, because a rollback does not reset it.
 */
const strikes = `create schema faults;
  create sequence faults.steps;
  create table faults.plan (at bigint, strike text);
  create function faults.step() returns void language plpgsql as $$
  declare step bigint := nextval('faults.steps');
  declare planned text := (select strike from faults.plan where at = step);
  begin
    case planned
      when 'fail' then raise exception 'struck' using errcode = 'P0001';
      when 'kill' then perform pg_terminate_backend(pg_backend_pid());
      when 'hold' then perform set_config('lock_timeout', '0', true), pg_advisory_xact_lock(4711);
      else null;
    end case;
  end $$;
  create function faults.on_ddl() returns event_trigger language plpgsql as $$ begin perform faults.step(); end $$;
  create function faults.on_row() returns trigger language plpgsql as $$ begin perform faults.step(); return new; end $$`;

const stack = new AsyncDisposableStack();
Deno.test.afterAll(() => stack.disposeAsync());
const postgres = hasPostgres ? stack.use(await startPostgres()) : undefined!;
const connection: Connection = { kind: "url", url: hasPostgres ? postgres.url() : "" };
const session = hasPostgres ? stack.use(await postgres.session()) : undefined!;
if (hasPostgres) await session.query(`alter role sentinel superuser; ${strikes}`);

async function query<Row = unknown>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return (await session.query(sql, values)).rows;
}

type Strike = "fail" | "kill" | "hold";

/** Causes a fault at that step from now; without an argument, none. */
async function strikeAt(step?: number, strike?: Strike): Promise<void> {
  await query("delete from faults.plan");
  await query("select setval('faults.steps', 1, false)");
  if (step) await query("insert into faults.plan values ($1, $2)", [step, strike]);
}

const schema = "sentinel";
const dropSchema = () => query(`drop schema if exists ${schema} cascade`);

/** A test on a database without any of Sentinel's objects, whatever the previous test left. */
function testOnEmpty(name: string, fn: () => Promise<void>): void {
  const onEmpty = async () => {
    await query("select pg_advisory_unlock_all()");
    await query("drop event trigger if exists strike");
    await strikeAt();
    await dropSchema();
    await fn();
  };
  Deno.test({ name, fn: onEmpty, ignore: !hasPostgres, sanitizeOps: false, sanitizeResources: false });
}

function migrator(list: readonly Migration[] = migrations): Migrator {
  return { connection, schema, migrations: list, log };
}

/**
 * The content of a schema: relations, columns, constraints, functions, triggers, row counts, and the record of
 * migrations.
 */
async function catalogue(): Promise<string[]> {
  const rows = await query<{ thing: string }>(
    `with ours as (select to_regnamespace($1) as oid)
     select format('%s %s valid=%s', relkind, relname, coalesce(indisvalid, true)) as thing
       from pg_class left join pg_index on indexrelid = pg_class.oid, ours where relnamespace = ours.oid
     union all select format('%s.%s %s', relname, attname, format_type(atttypid, atttypmod))
       from pg_attribute join pg_class on pg_class.oid = attrelid, ours where relnamespace = ours.oid and attnum > 0
     union all select format('%s %s', conname, pg_get_constraintdef(pg_constraint.oid))
       from pg_constraint, ours where connamespace = ours.oid
     union all select pg_get_functiondef(pg_proc.oid) from pg_proc, ours where pronamespace = ours.oid
     union all select pg_get_triggerdef(pg_trigger.oid)
       from pg_trigger join pg_class on pg_class.oid = tgrelid, ours where relnamespace = ours.oid and not tgisinternal
     union all select query_to_xml(format('select count(*), %L as of from %s', relname, pg_class.oid::regclass), false, true, '')::text
       from pg_class, ours where relnamespace = ours.oid and relkind = 'r'
     order by 1`,
    [schema],
  );
  const [records] = await query<{ found: boolean }>(
    "select to_regclass($1) is not null as found",
    [`${schema}.schema_migrations`],
  );
  const applied = records!.found
    ? await query<{ name: string }>(`select name from ${schema}.schema_migrations order by name`)
    : [];
  return [...applied.map(({ name }) => `applied ${name}`), ...rows.map(({ thing }) => thing)];
}

/** The content of the schema after each number of migrations, from none. */
async function cataloguesOf(list: readonly Migration[]): Promise<string[][]> {
  await strikeAt();
  await dropSchema();
  const all: string[][] = [await catalogue()];
  for (const count of list.keys()) {
    await migrate(migrator(list.slice(0, count + 1)));
    all.push(await catalogue());
  }
  await dropSchema();
  return all;
}

const empty = (things: string[]) => things.every((thing) => /schema_migrations/.test(thing));

/** Asserts that recorded files are applied completely, and others not at all. */
async function assertWhole(catalogues: string[][]): Promise<void> {
  const things = await catalogue();
  const applied = things.filter((thing) => thing.startsWith("applied ")).length;
  if (applied === 0) assert.ok(empty(things), things.join("\n"));
  else assert.deepEqual(things, catalogues[applied]);
}

/** The statements of the file, split as PostgreSQL does: not inside comments, strings or function bodies. */
function statementsOf(sql: string): string[] {
  const statements = [""];
  for (const [token] of sql.matchAll(/--.*|'(?:[^']|'')*'|\$\$[\s\S]*?\$\$|;|[^;'$-]+|./g)) {
    if (token === ";") statements.push("");
    else statements[statements.length - 1] += token;
  }
  return statements.filter((statement) => statement.replace(/--.*/g, "").trim() !== "");
}

/** The migrations with a step before each statement and at the end of each file. */
const stepped: Migration[] = migrations.map(({ name, sql }) => ({
  name,
  sql: [...statementsOf(sql), ""].map((statement) => `select faults.step();${statement}`).join(";"),
}));

const stepCount = stepped.reduce((count, { sql }) => count + sql.split("faults.step()").length - 1, 0);

const isUnavailable = (error: unknown) =>
  !(error instanceof MigrationError) && asDatabaseError(error, "test") instanceof Unavailable;

/** The binary's `migrate up` in a process of its own. */
function migrateUp(): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", main, "migrate", "up", "--json"],
    env: {
      DATABASE_URL: postgres.url(),
      SENTINEL_DB_SCHEMA: schema,
      SENTINEL_SECRET: testSecret.toBase64(),
      SENTINEL_PUBLIC_URL: "http://localhost:8000",
    },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

type Holder = AsyncDisposable & { query: (sql: string) => Promise<unknown> };

/** A connection of another client. */
async function connect(): Promise<Holder> {
  const client = new pg.Client(clientConfig(connection));
  await client.connect();
  return { query: (sql) => client.query(sql), [Symbol.asyncDispose]: () => client.end() };
}

/** The backend that waits for a lock in such a statement, as soon as there is one; undefined once `over()`. */
async function findWaiting(statement: string, over: () => boolean): Promise<number | undefined> {
  while (!over()) {
    const [row] = await query<{ pid: number }>(
      "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like $1",
      [statement],
    );
    if (row) return row.pid;
  }
  return undefined;
}

async function waitingBackend(statement: string): Promise<number> {
  const givenUpAt = performance.now() + 30_000;
  const pid = await findWaiting(statement, () => performance.now() > givenUpAt);
  assert.ok(pid, `nothing waits in ${statement}`);
  return pid;
}

testOnEmpty(
  "F26 eight processes migrate one empty database at once, 20 times: one applies, the others find nothing to do",
  async () => {
    const [, ...after] = await cataloguesOf(migrations);
    for (let round = 1; round <= 20; round++) {
      const answers = await eightProcesses();
      const [applied, ...others] = answers.sort((a, b) => b.length - a.length);
      assert.deepEqual(applied, names);
      assert.deepEqual(others, Array(7).fill([]));
      assert.deepEqual(await catalogue(), after.at(-1));
      await dropSchema();
    }
  },
);

async function eightProcesses(): Promise<string[][]> {
  const outputs = await Promise.all(Array.from({ length: 8 }, () => migrateUp().output()));
  return outputs.map(({ code, stdout, stderr }) => {
    assert.equal(code, 0);
    assert.match(new TextDecoder().decode(stderr), /^database: [^\n]+\n$/);
    return JSON.parse(new TextDecoder().decode(stdout)).applied;
  });
}

const eightMigrators = (list: readonly Migration[]) =>
  Promise.all(Array.from({ length: 8 }, () => migrate(migrator(list))));

for (const strike of ["fail", "kill"] as const) {
  const what = strike === "fail" ? "an error" : "the connection's end";
  testOnEmpty(
    `F27 ${what} at each statement leaves each file applied completely or not at all, and the next run finishes`,
    async () => {
      const catalogues = await cataloguesOf(stepped);
      for (let step = 1; step <= stepCount; step++) {
        await strikeAt(step, strike);
        await assert.rejects(migrate(migrator(stepped)), (error: Error) => {
          if (strike === "kill") return isUnavailable(error);
          return error instanceof MigrationError &&
            /^\d{4}_\w+ could not be applied and was rolled back$/.test(error.message);
        });
        await assertWhole(catalogues);
        await migrate(migrator(stepped));
        assert.deepEqual(await catalogue(), catalogues.at(-1), `after step ${step}`);
        await dropSchema();
      }
      await strikeAt(stepCount + 1, strike);
      assert.deepEqual(await migrate(migrator(stepped)), names);
    },
  );
}

testOnEmpty(
  "F27 a failure at the record or the commit of a file leaves it unapplied, and the next run finishes",
  async () => {
    const catalogues = await cataloguesOf(migrations);
    const triggers = [
      "create trigger strike before insert on",
      "create constraint trigger strike after insert on",
    ];
    for (const trigger of triggers) {
      const timing = trigger.includes("constraint") ? "deferrable initially deferred" : "";
      for (const strike of ["fail", "kill"] as const) {
        await migrate(migrator(migrations.slice(0, 2)));
        await query(
          `${trigger} ${schema}.schema_migrations ${timing} for each row execute function faults.on_row()`,
        );
        await strikeAt(2, strike); // of the fourth file
        await assert.rejects(migrate(migrator()), strike === "fail" ? MigrationError : isUnavailable);
        await query(`drop trigger strike on ${schema}.schema_migrations`);
        assert.deepEqual(await catalogue(), catalogues[3]);
        assert.deepEqual(await migrate(migrator()), names.slice(3));
        assert.deepEqual(await catalogue(), catalogues.at(-1));
        await dropSchema();
      }
    }
  },
);

const sessionOf = (pid: number) => query("select from pg_stat_activity where pid = $1", [pid]);

/** From now on each statement that defines something is a step, including those of the migrator. */
async function stepAtDefinitions(): Promise<AsyncDisposable> {
  await query("create event trigger strike on ddl_command_start execute function faults.on_ddl()");
  return {
    async [Symbol.asyncDispose]() {
      await query("drop event trigger strike");
    },
  };
}

testOnEmpty(
  "F27 kill -9 at each definition leaves each file applied completely or not at all, and the next run finishes",
  async () => {
    const catalogues = await cataloguesOf(migrations);
    await using _steps = await stepAtDefinitions();
    await query("select pg_advisory_lock(4711)");
    let struck = 0;
    for (;; struck++) {
      await strikeAt(struck + 1, "hold");
      const child = migrateUp();
      let ended = false;
      const output = child.output().finally(() => ended = true);
      const pid = await findWaiting("%", () => ended);
      if (!pid) break;
      child.kill("SIGKILL");
      await output;
      await query("select pg_advisory_unlock(4711)");
      await until("the server knows of the death", async () => (await sessionOf(pid)).length === 0);
      await assertWhole(catalogues);
      await migrate(migrator());
      assert.deepEqual(await catalogue(), catalogues.at(-1), `after definition ${struck + 1}`);
      await strikeAt();
      await dropSchema();
      await query("select pg_advisory_lock(4711)");
    }
    assert.ok(struck > stepCount / 2, `${struck} definitions`);
    assert.deepEqual(await catalogue(), catalogues.at(-1));
  },
);

testOnEmpty(
  "F27 a backend that freezes during a migration delays others by no more than the budget, and the next run finishes",
  async () => {
    const catalogues = await cataloguesOf(migrations);
    await using _steps = await stepAtDefinitions();
    for (const definition of [1, 10]) { // one of the migrator, one of a file
      await query("select pg_advisory_lock(4711)");
      await strikeAt(definition, "hold");
      const budgetMs = { migration: 2_000, other: 2_000 };
      const abandoned = assert.rejects(migrate({ ...migrator(), budgetMs }), isUnavailable);
      const pid = await waitingBackend("%");
      Deno.kill(pid, "SIGSTOP");
      await abandoned;
      await query("select pg_advisory_unlock(4711)");
      const finishing = migrate(migrator()); // waits for the lock of the frozen one
      Deno.kill(pid, "SIGCONT");
      await finishing;
      assert.deepEqual(await catalogue(), catalogues.at(-1));
      await strikeAt();
      await dropSchema();
    }
  },
);

testOnEmpty(
  "F27 serve waits at its start for a database that is lost during a migration, and finishes it",
  async () => {
    const catalogues = await cataloguesOf(migrations);
    await using _steps = await stepAtDefinitions();
    const { settings } = readConfig({ SENTINEL_DB_SCHEMA: schema });
    for (const step of [1, 2, 10, 30]) {
      await strikeAt(step, "kill");
      const warnings: string[] = [];
      const listening = { ...log, warn: (message: string) => void warnings.push(message) };
      const prepare = () => prepareSchema(testDatabase(connection), settings, listening);
      await whenDatabaseAnswers(prepare, { settings, log: listening, stopped: new Promise(() => {}) });
      assert.deepEqual(warnings, ["waiting for the database"]);
      assert.deepEqual(await catalogue(), catalogues.at(-1));
      await strikeAt();
      await dropSchema();
    }
  },
);

testOnEmpty(
  "F27 random connection losses under eight migrators: each gets an answer, and the schema is complete",
  async () => {
    const catalogues = await cataloguesOf(migrations);
    for (let round = 1; round <= 10; round++) {
      const migrating = Array.from({ length: 8 }, () => migrate(migrator()));
      const settled = Promise.allSettled(migrating);
      for (let ended = 0; ended < 12; ended++) {
        await query(
          `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'sentinel' and pid <> pg_backend_pid()
         order by random() limit 1`,
        );
      }
      for (const outcome of await settled) {
        assert.ok(outcome.status === "fulfilled" || isUnavailable(outcome.reason), JSON.stringify(outcome));
      }
      await assertWhole(catalogues);
      await migrate(migrator());
      assert.deepEqual(await catalogue(), catalogues.at(-1));
      await dropSchema();
    }
  },
);

const index: Migration = {
  name: "9999_index",
  sql: "-- no transaction\ncreate index concurrently if not exists users_created_at_idx on users (created_at);\n",
};
const uniqueIndex: Migration = {
  name: "9999_unique",
  sql: "-- no transaction\ncreate unique index concurrently if not exists users_hash_key on users (password_hash);\n",
};

const insertUsers =
  `insert into ${schema}.users (id, username, username_canonical, email, email_canonical, password_hash)
  select gen_random_uuid(), n, n, n, n, 'alike' from generate_series(1, 2) n`;

/** Each index with this name, and whether it is valid. */
const indexesNamed = (name: string) =>
  query("select indisvalid as valid from pg_index join pg_class on oid = indexrelid where relname = $1", [
    name,
  ]);

testOnEmpty(
  "F27 a concurrent index whose connection ended is left invalid, and the next run creates it again",
  async () => {
    const list = [...migrations, index];
    await migrate(migrator());
    {
      await using other = await connect();
      await other.query(`begin; ${insertUsers}`);
      const migrating = assert.rejects(migrate(migrator(list)), isUnavailable);
      await query("select pg_terminate_backend($1)", [await waitingBackend("%create index concurrently%")]);
      await migrating;
      assert.deepEqual(await indexesNamed("users_created_at_idx"), [{ valid: false }]);
      await assert.rejects(verifyMigrations(migrator(list)), /^MigrationError: migrations not applied: 9999_index;/);
      await other.query("commit");
    }
    assert.deepEqual(await migrate(migrator(list)), ["9999_index"]);
    assert.deepEqual(await indexesNamed("users_created_at_idx"), [{ valid: true }]);
  },
);

testOnEmpty(
  "F27 a concurrent index that the rows violate leaves nothing, and is created once they do not",
  async () => {
    const list = [...migrations, uniqueIndex];
    await migrate(migrator());
    await query(insertUsers);
    await assert.rejects(migrate(migrator(list)), {
      name: "MigrationError",
      message: "9999_unique could not be applied",
    });
    assert.deepEqual(await indexesNamed("users_hash_key"), []);
    await query(`delete from ${schema}.users where username = '1'`);
    assert.deepEqual(await migrate(migrator(list)), ["9999_unique"]);
    assert.deepEqual(await indexesNamed("users_hash_key"), [{ valid: true }]);
  },
);

testOnEmpty(
  "F27 kill -9 during a concurrent index: the next run waits until the server has ended it, and records it",
  async () => {
    const list = [...migrations, index];
    await migrate(migrator());
    await using other = await connect();
    await other.query(`begin; ${insertUsers}`);
    const child = migrateElsewhere(list);
    await waitingBackend("%create index concurrently%");
    child.kill("SIGKILL");
    await child.status;
    const finishing = migrate(migrator(list));
    await other.query("commit");
    assert.deepEqual(await finishing, ["9999_index"]);
    assert.deepEqual(await indexesNamed("users_created_at_idx"), [{ valid: true }]);
  },
);

/** Migrates to migrations that the binary does not have, in a process of its own. */
function migrateElsewhere(list: readonly Migration[]): Deno.ChildProcess {
  const program = `import { migrate } from ${JSON.stringify(new URL("./migrate.ts", import.meta.url).href)};
    await migrate({ ...${JSON.stringify(migrator(list))}, log: console });`;
  const settings = new URL("../../../deno.json", import.meta.url).pathname;
  return new Deno.Command(Deno.execPath(), { args: ["eval", "--config", settings, program], stdout: "null" }).spawn();
}

testOnEmpty("F26 F27 eight migrators at once do not delay a concurrent index that one of them creates", async () => {
  for (let round = 1; round <= 5; round++) {
    const list = [...migrations, index];
    const answers = await eightMigrators(list);
    assert.deepEqual(answers.flat(), [...names, "9999_index"]);
    assert.deepEqual(await indexesNamed("users_created_at_idx"), [{ valid: true }]);
    await dropSchema();
  }
});

const column: Migration = {
  name: "9999_column",
  sql: "create table devices (); alter table users add column locale text",
};

testOnEmpty(
  "F28 a migration that cannot get its lock lets requests through, fails with a clear error and leaves nothing",
  async () => {
    const list = [...migrations, column];
    await migrate(migrator());
    const before = await catalogue();
    await using other = await connect();
    await other.query(`begin; select from ${schema}.users`);
    await using requests = await connect();
    await requests.query(`set lock_timeout to '1s'; set statement_timeout to '2s'; set search_path to ${schema}`);

    let migrating = true;
    const migrated = assert.rejects(migrate(migrator(list)), {
      name: "MigrationError",
      message:
        /^9999_column could not be applied and was rolled back: a lock that it needs is held by process \d+.*, whose transaction began at 2\d{3}-.*Z; wait for it, or end it by pg_terminate_backend, and try again$/,
    }).finally(() => migrating = false);
    await waitingBackend("%alter table users%");
    let answered = 0;
    for (; migrating; answered++) await requests.query("update users set updated_at = now()"); // no request waits too long
    await migrated;
    assert.ok(answered > 10);
    await other.query("commit");
    assert.deepEqual(await catalogue(), before);
    assert.deepEqual(await migrate(migrator(list)), ["9999_column"]);
  },
);

testOnEmpty("F28 a migration is applied without a new start once its lock is free", async () => {
  await migrate(migrator());
  await using other = await connect();
  await other.query(`begin; select from ${schema}.users`);
  const migrating = migrate(migrator([...migrations, column]));
  const first = await waitingBackend("%alter table users%");
  while (
    await query("select from pg_locks where pid = $1 and not granted", [first]).then((r) => r.length > 0)
  );
  await other.query("commit");
  assert.deepEqual(await migrating, ["9999_column"]);
});
