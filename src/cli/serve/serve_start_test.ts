import assert from "node:assert/strict";
import pg from "pg";
import { binaryPermissions } from "../../dev/binary/permissions.ts";
import { migrate } from "../../platform/db/migrate.ts";
import { freshSchema, ownDatabase, runSql, testConnection } from "../../testing/database.ts";
import { test, testOnPostgres, testSecret } from "../../testing/harness.ts";
import { patientServe, startServe, until } from "../../testing/servers/process.ts";
import { runCommand } from "../../testing/commands.ts";

const secret = testSecret.toBase64();
const settings = (url: string) => ({
  DATABASE_URL: url,
  SENTINEL_SECRET: secret,
  SENTINEL_PUBLIC_URL: "http://localhost:8000",
  SENTINEL_HASH_CONCURRENCY: "1",
});
const ada = { username: "ada", email: "ada@example.com", password: "analytical engine no 1" };
const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

async function statusOf(answer: Promise<Response>): Promise<number> {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
}

/** A connection that takes a slot. */
async function connectTo(connectionString: string) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

testOnPostgres("X91 serve waits for a connection slot of its role, says why, and then serves", async () => {
  await using own = await ownDatabase({ connectionLimit: 3 });
  await using stack = new AsyncDisposableStack();
  const taken = [];
  for (let n = 0; n < 3; n++) taken.push(stack.use(await connectTo(own.url)));
  await using serve = await startServe({ env: settings(own.url), wait: "not" });
  await until("it says why it waits", () => /waiting for the database.*connection limit/.test(serve.output()));
  assert.equal(await statusOf(serve.fetch("/readyz")), 503);
  assert.ok(!serve.isOver());
  await taken.pop()!.end(); // one slot, which the migration and then the pool use in turn
  await until("it serves on one connection", async () => await statusOf(serve.fetch("/readyz")) === 200);
  assert.equal(await statusOf(serve.fetch("/register", json(ada))), 201);
});

testOnPostgres(
  "X91 serve with fewer connections than its pool wants refuses no request that it could serve",
  async () => {
    await using own = await ownDatabase({ connectionLimit: 3 });
    await using serve = await startServe({ env: settings(own.url), program: patientServe });
    assert.equal(await statusOf(serve.fetch("/register", json(ada))), 201);
    const { access_token } = await (await serve.fetch("/login", json(ada))).json();
    const headers = { authorization: `Bearer ${access_token}` };
    for (let round = 0; round < 5; round++) {
      const statuses = await Promise.all(
        Array.from({ length: 20 }, () => statusOf(serve.fetch("/users/me/sessions", { headers }))),
      );
      assert.deepEqual([...new Set(statuses)], [200]);
    }
    assert.ok(await serve.metric('sentinel_db_pool_connections{state="idle"}') <= 3);
  },
);

testOnPostgres(
  "X91 serve on a server without a free slot ends after SENTINEL_DB_WAIT_SECONDS, and names the remedy",
  async () => {
    await using own = await ownDatabase({ connectionLimit: 0 });
    await using serve = await startServe({ env: { ...settings(own.url), SENTINEL_DB_WAIT_SECONDS: "0" }, wait: "not" });
    assert.deepEqual(await serve.exit, { code: 1, signal: null });
    assert.match(
      serve.output(),
      /error: The database did not answer within 0 s\. .*SQLSTATE 53300.*raise max_connections/,
    );
  },
);

for (const encoding of ["LATIN1", "SQL_ASCII"]) {
  testOnPostgres(
    `X92 a database in ${encoding} is refused at the start and by every command, and nothing is created`,
    async () => {
      await using own = await ownDatabase({ clauses: `encoding '${encoding}' lc_collate 'C' lc_ctype 'C'` });
      const env = settings(own.url);
      await using serve = await startServe({ env, wait: "not" });
      assert.deepEqual(await serve.exit, { code: 78, signal: null });
      const refusal = new RegExp(
        `^error: The database's encoding is ${encoding}, .* needs UTF8\\. .*template0".$`,
        "m",
      );
      assert.match(serve.output(), refusal);
      for (const args of [["migrate", "up"], ["migrate", "verify"], ["user", "list"], ["db", "export"]]) {
        const { code, out, err } = await runCommand(args, { env });
        assert.deepEqual([code, out, err.length], [78, [], 1], args.join(" "));
        assert.match(err[0]!, refusal);
      }
      await using client = await connectTo(own.url);
      assert.deepEqual((await client.query("select from pg_namespace where nspname = 'sentinel'")).rows, []);
    },
  );
}

testOnPostgres(
  "X46 serve with another secret than the database was used with exits 78, and changes nothing",
  async () => {
    await using own = await ownDatabase();
    const env = settings(own.url);
    const create = ["user", "create-admin", "--username", ada.username, "--email", ada.email, "--password-stdin"];
    assert.equal((await runCommand(["migrate", "up"], { env })).code, 0);
    assert.equal((await runCommand(create, { env, stdin: ada.password })).code, 0);
    const keys = await runCommand(["keys", "list"], { env });
    const wrong = { ...env, SENTINEL_SECRET: Uint8Array.from({ length: 32 }, (_, i) => 99 + i).toBase64() };
    await using serve = await startServe({ env: wrong, wait: "not" });
    assert.deepEqual(await serve.exit, { code: 78, signal: null });
    assert.match(
      serve.output(),
      /^error: The database's keys are sealed with the secret that has the id [0-9a-f]{16}, .*secret reset --help/m,
    );
    assert.ok(!serve.output().includes(wrong.SENTINEL_SECRET));
    const { code } = await runCommand(["user", "list"], { env: wrong });
    assert.equal(code, 78);
    assert.deepEqual(await runCommand(["keys", "list"], { env }), keys);
  },
);

testOnPostgres("X46 serve exits 78 when waiting for the database cannot help", async () => {
  await using own = await ownDatabase();
  const urls = {
    "wrong user": own.url.replace(own.role, `${own.role}x`),
    "no database": own.url.replace(new RegExp(`/${own.name}$`), `/${own.name}x`),
  };
  for (const [what, url] of Object.entries(urls)) {
    await using serve = await startServe({ env: settings(url), wait: "not" });
    assert.deepEqual(await serve.exit, { code: 78, signal: null }, what);
    assert.doesNotMatch(serve.output(), /waiting for the database/, what);
  }
});

test("X97 a schema name that PostgreSQL reserves is refused before any database is contacted", async () => {
  for (const schema of ["pg_x", "pg_catalog"]) {
    const { code, err } = await runCommand(["migrate", "up"], { env: { SENTINEL_DB_SCHEMA: schema } });
    assert.equal(code, 78);
    assert.match(err.join("\n"), /^error: SENTINEL_DB_SCHEMA must .* not begin with pg_/);
  }
});

testOnPostgres("X97 a migration that waits for a lock names the process that holds it, and since when", async () => {
  const connection = testConnection();
  const schema = freshSchema();
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const table = { name: "0001_things", sql: "create table things (n int)" };
  const column = { name: "0002_column", sql: "alter table things add column m int" };
  await migrate({ connection, schema, migrations: [table], log: silent });
  assert.ok(connection.kind === "url");
  const blocker = new pg.Client({ connectionString: connection.url, application_name: "nightly report" });
  await blocker.connect();
  try {
    const { rows: [{ pid }] } = await blocker.query("select pg_backend_pid() as pid");
    await blocker.query(`begin; select from ${schema}.things`);
    const waits = { migrations: [table, column] };
    await assert.rejects(migrate({ connection, schema, log: silent, ...waits }), {
      name: "MigrationError",
      message: new RegExp(
        `^0002_column could not be applied and was rolled back: a lock that it needs is held by process ${pid} ` +
          "\\(nightly report\\), whose transaction began at 2\\d{3}-[-T:0-9]+Z; .*pg_terminate_backend",
      ),
    });
    await blocker.query("commit");
    assert.deepEqual(await migrate({ connection, schema, log: silent, ...waits }), ["0002_column"]);
  } finally {
    await blocker.end();
    await runSql(`drop schema ${schema} cascade`);
  }
});

testOnPostgres("X21 serve reads no variable of libpq: only its settings determine how it connects", async () => {
  await using own = await ownDatabase();
  const flags = binaryPermissions(["./src", "./sql", "./node_modules"]);
  const libpq = {
    PGREPLICATION: "database",
    PGSSLNEGOTIATION: "direct",
    PGOPTIONS: "-c default_transaction_read_only=on",
    PGAPPNAME: "another",
    PGDATABASE: "another",
  };
  await using serve = await startServe({
    env: { ...settings(own.url), ...libpq },
    command: [Deno.execPath(), "run", "--no-prompt", ...flags, "src/main.ts"],
  });
  assert.equal(await statusOf(serve.fetch("/register", json(ada))), 201);
});
