import assert from "node:assert/strict";
import { parseRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";
import { startSentinel, testOnPostgres } from "../../testing/harness.ts";
import type { PersonName } from "../../testing/people/people.ts";
import { until } from "../../testing/servers/process.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import { runCommand, settingsBeside } from "../../testing/commands.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db } = sentinel;

const sessions = (...args: string[]) => runCommand(["sessions", ...args], { env: settingsBeside(sentinel) });

async function login(name: PersonName): Promise<{ id: string; token: string; refresh_token: string }> {
  const { access_token: token, refresh_token } = await sentinel.login(name);
  return { id: parseRefreshToken(refresh_token)!.sessionId, token, refresh_token };
}

/** Deletes the sessions that other tests have started. */
const forgetSessionsOf = async (name: PersonName) =>
  await db.query("test", "delete from sessions where user_id = $1", [await sentinel.settled(name)]);

const meStatus = async (token: string) =>
  (await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${token}` } })).status;

async function actionsOf(id: string): Promise<string[]> {
  const rows = await db.query<{ action: string }>(
    "test",
    "select action from audit_events where subject_id = $1 and actor_id is null order by occurred_at",
    [id],
  );
  return rows.map(({ action }) => action);
}

testOnPostgres("sessions list shows a user's live sessions, newest first, by username or e-mail", async () => {
  await forgetSessionsOf("grace");
  const [older, newer] = [await login("grace"), await login("grace")];
  await login("nobody");
  const { code, out, err } = await sessions("list", "grace");
  assert.deepEqual([code, err], [0, []]);
  assert.deepEqual(out.map((line) => line.split("\t")[0]), [newer.id, older.id]);
  assert.match(out[0]!, /^\S{36}\tapi\t\d{4}-\S+Z\t\d{4}-\S+Z\t127\.0\.0\.1\t$/);
  const asJson = await sessions("list", "Grace@Example.com", "--json");
  const [first] = JSON.parse(asJson.out.join("\n")).items;
  assert.deepEqual(Object.keys(first), [
    "id",
    "kind",
    "client_id",
    "client_name",
    "created_at",
    "last_seen_at",
    "expires_at",
    "ip",
    "user_agent",
    "amr",
  ]);
  assert.equal(first.id, newer.id);
});

testOnPostgres(
  "sessions list shows an agent's control characters escaped, so that they do not control the terminal",
  async () => {
    const { id } = await login("ada");
    const agent = "curl\t\u009b2J\u007f \u2028é";
    await db.query("test", "update sessions set user_agent = $2 where id = $1", [id, agent]);
    const [line] = (await sessions("list", "ada")).out;
    assert.ok(line!.endsWith("curl\\u0009\\u009b2J\\u007f \\u2028é"));
    const { out } = await sessions("list", "ada", "--json");
    for (const json of out) assert.doesNotMatch(json, /[\p{Cc}\u2028]/u);
    assert.equal(JSON.parse(out.join("\n")).items[0].user_agent, agent);
  },
);

testOnPostgres(
  "sessions revoke ends one session on a running server, and reports when there is none",
  async () => {
    const [ended, other] = [await login("grace"), await login("grace")];
    assert.equal(await meStatus(ended.token), 200);
    assert.deepEqual(await sessions("revoke", ended.id), {
      code: 0,
      out: [`Revoked session ${ended.id}.`],
      err: [],
      asked: [],
    });
    const form = { grant_type: "refresh_token", refresh_token: ended.refresh_token };
    assert.equal((await sentinel.fetch("/oauth/token", { form })).status, 400);
    await until("word of the end has come", async () => await meStatus(ended.token) === 401);
    assert.equal(await meStatus(other.token), 200);
    assert.deepEqual(await actionsOf(ended.id), ["session.revoked"]);

    const before = await rowCounts(sentinel);
    for (const id of [ended.id, crypto.randomUUID(), "grace", "'; drop table sessions --"]) {
      const { code, out, err } = await sessions("revoke", id);
      assert.deepEqual([code, out, err], [1, [], ["error: There is no such session, or it has already ended."]]);
    }
    assert.deepEqual(await rowCounts(sentinel), before);
  },
);

testOnPostgres("sessions revoke-all ends every session of a user, and of no other user", async () => {
  await forgetSessionsOf("grace");
  const [grace, _again, nobody] = [await login("grace"), await login("grace"), await login("nobody")];
  assert.deepEqual((await sessions("revoke-all", "grace")).out, ["Revoked 2 sessions of grace."]);
  assert.deepEqual((await sessions("list", "grace")).out, []);
  await until("word of the end has come", async () => await meStatus(grace.token) === 401);
  assert.equal(await meStatus(nobody.token), 200);
  assert.deepEqual((await sessions("revoke-all", "grace")).out, ["Revoked 0 sessions of grace."]);
  assert.deepEqual(await actionsOf(await sentinel.settled("grace")), ["user.registered", "user.sessions_revoked"]);
});

testOnPostgres("sessions revoke-all --all-users ends more sessions than one transaction does", async () => {
  const { id, token } = await login("nobody");
  await db.query(
    "test",
    `insert into sessions (id, user_id, refresh_seed, secret_id, expires_at)
     select gen_random_uuid(), user_id, refresh_seed, secret_id, expires_at
     from sessions, generate_series(1, 450) where id = $1`,
    [id],
  );
  const { code, out } = await sessions("revoke-all", "--all-users");
  assert.equal(code, 0);
  assert.match(out[0]!, /^Revoked 4[5-9]\d sessions of all users\.$/);
  assert.deepEqual(await db.query("test", "select from sessions where revoked_at is null"), []);
  await until("word of the end has come", async () => await meStatus(token) === 401);
  assert.equal(await meStatus((await login("nobody")).token), 200);
});

testOnPostgres("sessions commands refuse an unknown name", async () => {
  for (const args of [["list", "odysseus"], ["revoke-all", "odysseus"]]) {
    assert.deepEqual(await sessions(...args), { code: 1, out: [], err: ["error: There is no such user."], asked: [] });
  }
});
