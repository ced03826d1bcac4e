import assert from "node:assert/strict";
import { onPostgres } from "../../testing/database.ts";
import { type Sentinel, startSentinel, test } from "../../testing/harness.ts";
import { people } from "../../testing/people/people.ts";
import { parseRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";

const settings = { SENTINEL_SESSIONS_PER_USER_MAX: "5" };
const first = await startSentinel({ lasting: false, settings });
const replicas = [
  first,
  ...onPostgres ? [await startSentinel({ lasting: false, settings, schema: first.schema })] : [],
];
Deno.test.afterAll(async () => {
  for (const each of replicas.toReversed()) await each[Symbol.asyncDispose]();
});

const graceId = await first.settled("grace");

type Login = { id: string; access_token: string; refresh_token: string };

async function login(at: Sentinel): Promise<Login> {
  const { username, password } = people.grace;
  const answer = await at.fetch("/login", { form: { username, password } });
  assert.equal(answer.status, 200);
  const tokens = await answer.json();
  return { ...tokens, id: parseRefreshToken(tokens.refresh_token)!.sessionId };
}

const liveIds = async () =>
  (await first.db.query<{ id: string }>(
    "test",
    `select id from sessions where revoked_at is null and user_id = $1 and last_seen_at > now() - interval '7 days'
     order by id`,
    [graceId],
  )).map(({ id }) => id);

async function meStatus(at: Sentinel, { access_token }: Login): Promise<number> {
  return (await at.fetch("/users/me", { headers: { authorization: `Bearer ${access_token}` } })).status;
}

const refreshStatus = async (at: Sentinel, { refresh_token }: Login) =>
  (await at.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } })).status;

test(
  "T143 of twenty simultaneous logins only the newest five live, and the others are refused everywhere",
  async () => {
    const logins = await Promise.all(Array.from({ length: 20 }, (_, n) => login(replicas[n % replicas.length]!)));
    const live = await liveIds();
    assert.deepEqual(live, logins.map(({ id }) => id).sort().slice(-5));
    for (const each of logins) {
      const lives = live.includes(each.id);
      assert.equal(await meStatus(first, each), lives ? 200 : 401);
      assert.equal(await refreshStatus(first, each), lives ? 200 : 400);
    }
  },
);

test(
  "T143 a login over the limit ends the oldest session before it is answered, records it, and ends no other user's",
  async () => {
    const ada = { access_token: await first.tokenOf("ada"), id: "", refresh_token: "" };
    const known = [await login(first), await login(first), await login(first), await login(first), await login(first)];
    for (const each of known) assert.equal(await meStatus(first, each), 200);
    const events = async () =>
      await first.db.query("test", "select action from audit_events where action = 'user.sessions_revoked'");
    const before = (await events()).length;
    const newest = await login(first);
    const statuses = await Promise.all([...known, newest, ada].map((each) => meStatus(first, each)));
    assert.deepEqual(statuses, [401, 200, 200, 200, 200, 200, 200]);
    assert.equal((await events()).length, before + 1);
  },
);

test("T143 sessions that have ended or idled do not count for the limit", async () => {
  for (let n = 0; n < 5; n++) await login(first);
  const [, second, ...others] = await liveIds();
  await first.db.query("test", "update sessions set last_seen_at = now() - interval '8 days' where id = $1", [second]);
  await login(first);
  assert.deepEqual((await liveIds()).filter((id) => others.includes(id)), others);
});
