import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { localClient } from "../audit/audit.ts";
import { createSecrets } from "../secrets.ts";
import { onPostgres } from "../testing/database.ts";
import { type Sentinel, startSentinel, testOnPostgres, testSecret } from "../testing/harness.ts";
import { until } from "../testing/process.ts";
import { roundsOr } from "../testing/rounds.ts";
import { formatRefreshToken, parseRefreshToken } from "./refresh_token.ts";

// Three replicas on one schema; the embedded database serves one.
const replicas: Sentinel[] = [await startSentinel()];
const [first] = replicas as [Sentinel];
while (onPostgres && replicas.length < 3) replicas.push(await startSentinel({ schema: first.schema }));
Deno.test.afterAll(async () => {
  for (const replica of replicas.toReversed()) await replica[Symbol.asyncDispose]();
});

const { db } = first;
const secrets = createSecrets(testSecret);

/** The first refresh token of a new session, without the cost of a login. */
async function begun(userId: string): Promise<string> {
  const [id, seed] = [uuidv7(), randomBytes(32)];
  await db.query(
    "test",
    `insert into sessions (id, user_id, refresh_seed, secret_id, expires_at)
     values ($1, $2, $3, $4, now() + interval '1 hour')`,
    [id, userId, seed, secrets.id],
  );
  return formatRefreshToken(secrets.subkey("refresh"), seed, id, 0);
}

const refresh = (at: Sentinel, refresh_token: string) =>
  at.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });

const meStatus = async (at: Sentinel, token: string) =>
  (await at.fetch("/users/me", { headers: { authorization: `Bearer ${token}` } })).status;

/** Does `work` so many times, ten at once. */
async function rounds(count: number, work: () => Promise<void>): Promise<void> {
  for (let done = 0; done < count; done += 10) await Promise.all(Array.from({ length: 10 }, work));
}

testOnPostgres("T126 of twenty refreshes of one token over three replicas at once comes one new token", async () => {
  let token = await begun(await first.settled("grace"));
  const { sessionId } = parseRefreshToken(token)!;
  for (let round = 1; round <= roundsOr(100); round++) {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => refresh(replicas[i % 3]!, token)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    const next = new Set((await Promise.all(answers.map((answer) => answer.json()))).map((each) => each.refresh_token));
    assert.equal(next.size, 1);
    [token] = next as unknown as [string];
    assert.equal(parseRefreshToken(token)!.counter, round);
  }
  const [row] = await db.query<{ revoked_at: Date | null }>("test", "select revoked_at from sessions where id = $1", [
    sessionId,
  ]);
  assert.equal(row!.revoked_at, null);
});

/** Refreshes on two replicas while `end` ends the session on the third; nothing of it lives once that is answered. */
async function refreshRacing(userId: string, end: (token: string) => Promise<unknown>): Promise<void> {
  const [one, other, ender] = replicas as [Sentinel, Sentinel, Sentinel];
  const warm = await (await refresh(one, await begun(userId))).json();
  for (const replica of replicas) assert.equal(await meStatus(replica, warm.access_token), 200);
  const [won, lost] = await Promise.all([
    refresh(one, warm.refresh_token),
    refresh(other, warm.refresh_token),
    end(warm.refresh_token),
  ]);
  const given = [warm];
  for (const answer of [won, lost]) if (answer.status === 200) given.push(await answer.json());
  for (const { access_token, refresh_token } of given) {
    assert.equal(await meStatus(ender, access_token), 401);
    for (const replica of replicas) {
      assert.equal((await refresh(replica, refresh_token)).status, 400);
      await until("word of the end has come", async () => await meStatus(replica, access_token) === 401);
    }
  }
}

testOnPostgres(
  "T127 after a logout is answered nothing of the session lives, whatever refreshed meanwhile",
  async () => {
    const userId = await first.settled("grace");
    const logout = (refresh_token: string) => replicas[2]!.fetch("/logout", { json: { refresh_token } });
    await rounds(
      roundsOr(100),
      () => refreshRacing(userId, async (token) => assert.equal((await logout(token)).status, 204)),
    );
  },
);

testOnPostgres("T127 T137 nor after the user is disabled", async () => {
  const userId = await first.settled("nobody");
  for (let round = 0; round < 10; round++) {
    await refreshRacing(userId, () => replicas[2]!.users.setDisabled("nobody", true, localClient));
    const live = await db.query("test", "select from sessions where user_id = $1 and revoked_at is null", [userId]);
    assert.deepEqual(live, []);
    await first.users.setDisabled("nobody", false, localClient);
  }
});

testOnPostgres(
  "T124 of replays of an old token over three replicas at once, one ends the session and is on the record",
  async () => {
    const old = await begun(await first.settled("grace"));
    const { sessionId } = parseRefreshToken(old)!;
    const { refresh_token } = await (await refresh(first, old)).json();
    await db.query("test", "update sessions set last_seen_at = now() - interval '1 minute' where id = $1", [sessionId]);
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => refresh(replicas[i % 3]!, old)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [400]);
    const events = await db.query("test", "select from audit_events where action = 'session.refresh_reused'");
    assert.equal(events.length, 1);
    let counted = 0;
    for (const { instruments } of replicas) {
      counted += Number((await instruments.expose()).match(/^sentinel_refresh_reuse_total (\d+)$/m)![1]);
    }
    assert.equal(counted, 1);
    assert.equal((await refresh(first, refresh_token)).status, 400);
  },
);
