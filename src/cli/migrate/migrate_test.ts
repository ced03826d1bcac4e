import assert from "node:assert/strict";
import { migrations } from "../../compose/migrations.ts";
import { dropSchema, freshSchema, onPostgres, runSql } from "../../testing/database.ts";
import { startSentinel, testOnPostgres } from "../../testing/harness.ts";
import { runCommand, settingsBeside } from "../../testing/commands.ts";

const sentinel = await startSentinel();
/** A new schema name for each test. */
let schema: string;
Deno.test.beforeEach(() => {
  schema = freshSchema();
});
Deno.test.afterEach(async () => {
  if (onPostgres) await dropSchema(schema);
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const migrate = (...args: string[]) => runCommand(["migrate", ...args], { env: settingsBeside({ schema }) });

const names = migrations.map(({ name }) => name);
const last = names.at(-1)!;

async function schemaExists(): Promise<boolean> {
  const rows = await sentinel.db.query("test", "select from pg_namespace where nspname = $1", [schema]);
  return rows.length > 0;
}

testOnPostgres("migrate status and verify report that everything is pending, and create nothing", async () => {
  const status = await migrate("status");
  assert.deepEqual(status, { code: 0, out: names.map((name) => `pending\t${name}\t`), err: [], asked: [] });
  const verify = await migrate("verify", "--json");
  assert.equal(verify.code, 1);
  assert.deepEqual(JSON.parse(verify.out.join("\n")), { items: names.map((name) => ({ name, state: "pending" })) });
  assert.deepEqual(verify.err, [
    'error: The schema of the database is not the one of this version. Run "sentinel migrate status".',
  ]);
  assert.equal(await schemaExists(), false);
});

testOnPostgres("user list on a schema that is not up to date says what to do, and creates nothing", async () => {
  const { code, out, err } = await runCommand(["user", "list"], { env: settingsBeside({ schema }) });
  assert.equal(code, 1);
  assert.deepEqual(out, []);
  assert.deepEqual(err, [`error: migrations not applied: ${names.join(", ")}; run "sentinel migrate up"`]);
  assert.equal(await schemaExists(), false);
});

testOnPostgres("migrate up applies everything once", async () => {
  const first = await migrate("up");
  assert.deepEqual(first, { code: 0, out: [names.map((name) => `Applied ${name}.`).join("\n")], err: [], asked: [] });
  assert.deepEqual((await migrate("up")).out, ["The schema is up to date; nothing was applied."]);
  const again = await migrate("up", "--json");
  assert.deepEqual(again.out.map((line) => JSON.parse(line)), [{ applied: [] }]);
  const { code, out } = await migrate("verify", "--json");
  assert.equal(code, 0);
  const { items } = JSON.parse(out.join("\n"));
  assert.ok(items.every(({ state, applied_at }: { state: string; applied_at: string }) => {
    return state === "applied" && applied_at.endsWith("Z");
  }));
});

testOnPostgres("migrate verify passes a migration that only a newer version knows", async () => {
  await migrate("up");
  await runSql(`insert into "${schema}".schema_migrations (name, checksum) values ('9999_newer', 'x')`);
  const { code, out } = await migrate("verify");
  assert.equal(code, 0);
  assert.equal(out.at(-1), "unknown\t9999_newer\t");
});

testOnPostgres(
  "migrate verify and up exit 1 for a migration that changed since it was applied, and apply nothing",
  async () => {
    await migrate("up");
    await runSql(`update "${schema}".schema_migrations set checksum = 'x' where name = '${names[0]}';
    delete from "${schema}".schema_migrations where name = '${last}'`);
    const verify = await migrate("verify");
    assert.equal(verify.code, 1);
    assert.ok(verify.out[0]!.startsWith(`changed\t${names[0]}`));
    assert.equal(verify.out.at(-1), `pending\t${last}\t`);
    assert.equal((await migrate("status")).code, 0);
    const up = await migrate("up");
    assert.deepEqual(up, {
      code: 1,
      out: [],
      err: [`error: changed since it was applied: ${names[0]}`],
      asked: [],
    });
    assert.equal((await migrate("status")).out.at(-1), `pending\t${last}\t`);
  },
);

testOnPostgres("migrate up names a migration that fails and the reason, without the driver's text", async () => {
  await runSql(`create schema "${schema}"; create table "${schema}".users ()`);
  const { code, out, err } = await migrate("up");
  assert.equal(code, 1);
  assert.deepEqual(out, []);
  assert.deepEqual(err, [`error: ${names[0]} could not be applied and was rolled back (SQLSTATE 42P07)`]);
});

testOnPostgres("F02 migrate reports that the database does not exist", async () => {
  const { DATABASE_URL, ...rest } = settingsBeside({ schema });
  const url = new URL(DATABASE_URL!);
  url.pathname = "/no_such_database_anywhere";
  const { code, err } = await runCommand(["migrate", "up"], { env: { ...rest, DATABASE_URL: url.href } });
  assert.equal(code, 78);
  assert.deepEqual(err, ["error: The database does not exist on that server (SQLSTATE 3D000)."]);
});
