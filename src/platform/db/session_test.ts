import { localClient } from "../../vocabulary/actor.ts";
import { anyRevision } from "../../access/grants/grants.ts";
import assert from "node:assert/strict";
import { hasAdministrator } from "../../access/authority/administrators.ts";
import { type OwnDatabase, ownDatabase, runSql } from "../../testing/database.ts";
import { startSentinel, test, testOnPostgres, testSecret } from "../../testing/harness.ts";
import { newcomer, people } from "../../testing/people/people.ts";
import { until } from "../../testing/servers/process.ts";
import { runCommand } from "../../testing/commands.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { Unavailable } from "./db_errors.ts";

/** Settings that an operator, or another program on the server, may have made for the database or the role. */
const hostile: Record<string, string> = {
  default_transaction_isolation: "'repeatable read'",
  default_transaction_deferrable: "on",
  datestyle: "'SQL, DMY'",
  intervalstyle: "'sql_standard'",
  timezone: "'Pacific/Kiritimati'",
  bytea_output: "'escape'",
  extra_float_digits: "-15",
  standard_conforming_strings: "off",
  backslash_quote: "off",
  array_nulls: "off",
  transform_null_equals: "on",
  client_encoding: "'LATIN1'",
  search_path: "'nowhere'",
  statement_timeout: "'50ms'",
  lock_timeout: "'1ms'",
  idle_in_transaction_session_timeout: "'50ms'",
  idle_session_timeout: "'2s'", // it counts from the connection on, before anything can be set
  row_security: "off",
  exit_on_error: "on",
  jit: "on",
  session_replication_role: "replica",
  "plpgsql.extra_errors": "'all'",
  "plpgsql.variable_conflict": "'use_column'",
};

/** Only superusers may set it, and the serving role is none. */
const { session_replication_role: _, ...bearable } = hostile;

const envOf = ({ url }: OwnDatabase) => ({
  DATABASE_URL: url,
  SENTINEL_SECRET: testSecret.toBase64(),
  SENTINEL_PUBLIC_URL: "http://localhost:8000",
});

test("X76 every connection of the pool has the settings that the rules need, whatever was set before", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  const settings = {
    transaction_isolation: "read committed",
    DateStyle: "ISO, MDY",
    TimeZone: "UTC",
    bytea_output: "hex",
    extra_float_digits: "1",
    standard_conforming_strings: "on",
    array_nulls: "on",
    transform_null_equals: "off",
    IntervalStyle: "postgres",
    statement_timeout: "40s", // deadlines are twenty times longer in tests
    lock_timeout: "20s",
    idle_in_transaction_session_timeout: "100s",
    idle_session_timeout: "0",
    jit: "off",
    exit_on_error: "off",
    row_security: "off",
    session_replication_role: "origin",
  };
  for (const [name, value] of Object.entries(settings)) {
    const ask = "select current_setting($1) as value";
    const [row] = await sentinel.db.transaction((tx) => tx.query<{ value: string }>("test", ask, [name]));
    assert.equal(row!.value, value, name);
  }
  const [row] = await sentinel.db.query<{ time: Date; past: boolean }>(
    "test",
    "select '2026-02-01T12:00:00Z'::timestamptz as time, null::text = null is null as past",
  );
  assert.deepEqual(row, { time: new Date("2026-02-01T12:00:00Z"), past: true });
});

testOnPostgres(
  "X76 on a database with another isolation level two administrators cannot demote each other",
  async () => {
    await using own = await ownDatabase({ settings: bearable });
    const settings = envOf(own);
    await using here = await startSentinel({ settings });
    await using there = await startSentinel({ settings, schema: here.schema });
    const { db } = here;
    for (let round = 0; round < 30; round++) {
      const [ada, bob] = await Promise.all([1, 2].map(async () => (await newcomer(here, { roles: ["admin"] })).id));
      const demotions = [[here, ada, bob], [there, bob, ada]] as const;
      const outcomes = await Promise.all(
        demotions.map(([sentinel, actor_id, other]) =>
          outcomeOf(() =>
            sentinel.grants.revoke(other!, "admin", anyRevision, { actor_id: actor_id!, client: localClient })
          )
        ),
      );
      assert.equal(outcomes.filter((outcome) => outcome === "done").length, 1, outcomes.join());
      assert.ok(await hasAdministrator(db));
      await db.query("test", "delete from users where id in ($1, $2)", [ada, bob]);
    }
  },
);

/** Repeats work that did not get its lock in time, as clients do after a 503. */
async function outcomeOf(deed: () => Promise<unknown>, attempts = 10): Promise<string> {
  try {
    await deed();
    return "done";
  } catch (error) {
    if (error instanceof Problem) return error.code;
    if (!(error instanceof Unavailable) || attempts === 1) throw error;
    return await outcomeOf(deed, attempts - 1);
  }
}

testOnPostgres(
  "X76 X90 on a database with hostile settings logins, tokens and the change feed work",
  async () => {
    await using own = await ownDatabase({ settings: bearable });
    const settings = envOf(own);
    await using here = await startSentinel({ settings });
    await using there = await startSentinel({ settings, schema: here.schema });
    const { access_token, refresh_token } = await here.login("ada");
    const authorization = { headers: { authorization: `Bearer ${access_token}` } };
    for (const sentinel of [here, there]) {
      await until("memory is trusted", () => sentinel.feed.trusted);
      assert.equal((await sentinel.fetch("/users/me", authorization)).status, 200);
    }
    const sessions = await (await here.fetch("/users/me/sessions", authorization)).json();
    const age = Date.now() - Date.parse(sessions.items[0].created_at);
    assert.ok(Math.abs(age) < 600_000, `${sessions.items[0].created_at} is now`);
    const form = { grant_type: "refresh_token", refresh_token };
    assert.equal((await there.fetch("/oauth/token", { form })).status, 200);
    assert.equal((await here.fetch("/register", { json: people.ada })).status, 409, "a violation ends no session");
    assert.equal((await here.fetch("/logout", { method: "POST", ...authorization })).status, 204);
    await until("it is heard", async () => (await there.fetch("/users/me", authorization)).status === 401);
    assert.ok(there.feed.trusted, "heard through the feed");
  },
);

testOnPostgres("X90 every command works on a database with hostile settings", async () => {
  await using own = await ownDatabase({ settings: bearable });
  await using copy = await ownDatabase({ settings: bearable });
  const run = async (args: string[], { stdin = "", env = envOf(own) } = {}) => {
    const { code, out, err } = await runCommand(args, { env, stdin });
    assert.deepEqual([code, err], [0, []], args.join(" "));
    return out;
  };
  await run(["migrate", "up"]);
  const person = (name: string) => ["--username", name, "--email", `${name}@example.com`, "--password-stdin"];
  await run(["user", "create-admin", ...person("ada")], { stdin: "analytical engine no 1" });
  await run(["user", "create", ...person("grace")], { stdin: "nanoseconds of wire" });
  await run(["role", "grant", "grace", "admin"]);
  await run(["role", "revoke", "grace", "admin"]);
  await run(["user", "disable", "grace"]);
  await run(["user", "enable", "grace"]);
  assert.equal((await run(["user", "list"])).length, 2);
  await run(["keys", "rotate", "--force"]);
  assert.equal((await run(["keys", "list"])).length, 3);
  await run(["sessions", "list", "ada"]);
  await run(["sessions", "revoke-all", "--all-users"]);
  await run(["audit", "checkpoint"]);
  assert.equal(JSON.parse((await run(["audit", "verify", "--json"]))[0]!).valid, true);
  const exported = (await run(["db", "export"])).join("\n");
  await run(["migrate", "up"], { env: envOf(copy) });
  await run(["db", "import", "-"], { env: envOf(copy), stdin: exported });
  assert.equal(JSON.parse((await run(["audit", "verify", "--json"], { env: envOf(copy) }))[0]!).valid, true);
  await run(["migrate", "verify"], { env: envOf(copy) });
});

testOnPostgres("X76 settings of the role count no more than those of the database", async () => {
  await using own = await ownDatabase();
  for (const [name, value] of Object.entries(bearable)) await runSql(`alter role ${own.role} set ${name} to ${value}`);
  await using sentinel = await startSentinel({ settings: envOf(own) });
  assert.equal((await sentinel.fetch("/users/me", {}, "grace")).status, 200);
});

testOnPostgres(
  "X76 a role whose triggers are off is refused, because no replica would hear of its changes",
  async () => {
    await using own = await ownDatabase();
    await runSql(`alter role ${own.role} set session_replication_role to replica`);
    const { code, err } = await runCommand(["migrate", "up"], { env: envOf(own) });
    assert.equal(code, 78);
    assert.match(err.join("\n"), /^error: .*session_replication_role.*\.$/);
  },
);
