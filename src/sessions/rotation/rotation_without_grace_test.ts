import assert from "node:assert/strict";
import { migrations } from "../../compose/migrations.ts";
import { migrate } from "../../platform/db/migrate.ts";
import { dropSchema, freshSchema, testConnection } from "../../testing/database.ts";
import { type Sentinel, startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { losingAnswers } from "../../testing/people/sessions.ts";
import { parseRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";

const settings = { SENTINEL_REFRESH_GRACE_SECONDS: "0" };
const sentinel = await startSentinel({ settings });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

type Tokens = { access_token: string; refresh_token: string };

const refresh = (refresh_token: string, at: Sentinel = sentinel) =>
  at.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });

const meStatus = async (token: string) =>
  (await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${token}` } })).status;

const actions = async (token: string, at: Sentinel = sentinel) =>
  await at.db.query<{ action: string; outcome: string }>(
    "test",
    "select action, outcome from audit_events where subject_id = $1 and action <> 'session.created'",
    [parseRefreshToken(token)!.sessionId],
  );

/** This many consecutive tokens of one session, within milliseconds. */
async function chain(length: number): Promise<Tokens[]> {
  const tokens = [await sentinel.login("grace")];
  while (tokens.length < length) tokens.push(await (await refresh(tokens.at(-1)!.refresh_token)).json());
  return tokens;
}

test(
  "T123 T124 without a grace a refresh token works once, and its second use ends the session with all its tokens",
  async () => {
    const tokens = await chain(3);
    const replayed = await refresh(tokens[1]!.refresh_token);
    assert.equal(replayed.status, 400);
    assert.equal((await replayed.json()).error, "invalid_grant");
    for (const { access_token, refresh_token } of tokens) {
      assert.equal(await meStatus(access_token), 401);
      assert.equal((await refresh(refresh_token)).status, 400);
    }
    assert.deepEqual(await actions(tokens[1]!.refresh_token), [{
      action: "session.refresh_reused",
      outcome: "failure",
    }]);
  },
);

test(
  "T128 each of five rotations in one second is refused when replayed: the counter decides, not the time",
  async () => {
    for (let which = 0; which < 5; which++) {
      const tokens = await chain(6);
      assert.equal((await refresh(tokens[which]!.refresh_token)).status, 400);
      assert.equal((await refresh(tokens[5]!.refresh_token)).status, 400);
      assert.equal(await meStatus(tokens[5]!.access_token), 401);
    }
  },
);

test(
  "T126 without a grace one of twenty refreshes of one token gets a new one, which the reuse by the others ends",
  async () => {
    const { refresh_token } = await sentinel.login("grace");
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refresh_token)));
    const given = answers.filter(({ status }) => status === 200);
    assert.equal(given.length, 1);
    assert.equal((await refresh((await given[0]!.json()).refresh_token)).status, 400);
    assert.equal((await actions(refresh_token)).length, 1);
  },
);

test("X02 T124 without a grace a rotation that was answered 503 is repeated, and no other", async () => {
  const { refresh_token } = await sentinel.login("grace");
  assert.equal((await losingAnswers(sentinel, () => refresh(refresh_token))).status, 503);
  const repeated = await refresh(refresh_token);
  assert.equal(repeated.status, 200);
  const next = await repeated.json();
  assert.equal(parseRefreshToken(next.refresh_token)!.counter, 1);
  assert.equal((await refresh(next.refresh_token)).status, 200);
  assert.deepEqual(await actions(refresh_token), []);
  assert.equal((await refresh(next.refresh_token)).status, 400);
  assert.equal((await actions(refresh_token)).length, 1);
});

testOnPostgres(
  "T129 a token that was used before all replicas stopped is refused by new ones",
  async () => {
    await using stack = new AsyncDisposableStack();
    const schema = freshSchema();
    stack.defer(() => dropSchema(schema));
    await migrate({ connection: testConnection(), schema, migrations, log: silent });
    const replicas = [await startSentinel({ settings, schema }), await startSentinel({ settings, schema })];
    const used = await replicas[0]!.login("grace");
    const next = await (await refresh(used.refresh_token, replicas[1])).json();
    for (const replica of replicas) await replica[Symbol.asyncDispose]();
    const restarted = [await startSentinel({ settings, schema }), await startSentinel({ settings, schema })];
    for (const replica of restarted) stack.use(replica);
    assert.equal((await refresh(used.refresh_token, restarted[0])).status, 400);
    for (const replica of restarted) assert.equal((await refresh(next.refresh_token, replica)).status, 400);
    assert.deepEqual(await actions(used.refresh_token, restarted[0]), [
      { action: "session.refresh_reused", outcome: "failure" },
    ]);
  },
);
