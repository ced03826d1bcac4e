import assert from "node:assert/strict";
import { testOnPostgres } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { startReplicas } from "../../testing/replicas.ts";
import { roundsOr, tenAtOnce } from "../../testing/rounds.ts";
import { becomes, begun, refresh, statusOf } from "../../testing/people/sessions.ts";
import { parseRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";

const replicas = await startReplicas({ deaf: true });
const [first] = replicas;
const { db } = first;

testOnPostgres("T126 twenty simultaneous refreshes of one token over three replicas give one new token", async () => {
  let token = await begun(first, await first.settled("grace"));
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

type Tokens = { access_token: string; refresh_token: string };

/** A session that two replicas refresh while the third ends it. */
type Ended = Tokens & { id: string; userId: string };

const [one, other, ender] = replicas;

/** Sends a request with the token to the replica that ends the session. */
const asked = (token: string, method: string, path: string, json?: unknown) =>
  ender.fetch(path, { method, headers: { authorization: `Bearer ${token}` }, ...(json !== undefined && { json }) });

/** Another session of the same user. */
const another = async ({ userId }: Ended): Promise<Tokens> =>
  await (await refresh(ender, await begun(ender, userId))).json();

let adas: Promise<string> | undefined;
const asAda = async (method: string, path: string, json?: unknown) =>
  await asked(await (adas ??= ender.tokenOf("ada")), method, path, json);

const sessionRevocation: [id: string, what: string, end: (ended: Ended) => Promise<Response>][] = [
  ["T127 T134", "POST /logout", ({ refresh_token }) => ender.fetch("/logout", { json: { refresh_token } })],
  [
    "T127",
    "POST /oauth/revoke of the refresh token",
    ({ refresh_token }) => ender.fetch("/oauth/revoke", { form: { token: refresh_token } }),
  ],
  [
    "T127",
    "POST /oauth/revoke of the access token",
    ({ access_token }) => ender.fetch("/oauth/revoke", { form: { token: access_token } }),
  ],
  [
    "T127",
    "DELETE /users/me/sessions/{id}",
    ({ access_token, id }) => asked(access_token, "DELETE", `/users/me/sessions/${id}`),
  ],
  [
    "T127",
    "DELETE /users/me/sessions from another session",
    async (ended) => await asked((await another(ended)).access_token, "DELETE", "/users/me/sessions"),
  ],
  [
    "T127",
    "DELETE /users/{id}/sessions/{session_id} by an administrator",
    ({ userId, id }) => asAda("DELETE", `/users/${userId}/sessions/${id}`),
  ],
  [
    "T127",
    "DELETE /users/{id}/sessions by an administrator",
    ({ userId }) => asAda("DELETE", `/users/${userId}/sessions`),
  ],
  ["T127 T137", "disabling the user", ({ userId }) => asAda("PATCH", `/users/${userId}`, { disabled: true })],
  ["T127 T138", "DELETE /users/{id}", ({ userId }) => asAda("DELETE", `/users/${userId}`)],
];

/**
 * Refreshes on two replicas until a refusal or the end of the session is acknowledged. Returns the tokens, and which it
 * was.
 */
async function refreshedDuring(tokens: Tokens, end: Promise<Response>): Promise<{ given: Tokens[]; refused: boolean }> {
  const given = [tokens];
  let acknowledged = false;
  const ending = end.finally(() => acknowledged = true);
  let refused = false;
  while (!refused && !acknowledged) {
    const { refresh_token } = given.at(-1)!;
    const answers = await Promise.all([refresh(one, refresh_token), refresh(other, refresh_token)]);
    for (const answer of answers) {
      if (answer.status === 200) given.push(await answer.json());
      else refused = true;
    }
  }
  assert.ok((await ending).ok);
  return { given, refused };
}

/**
 * Asserts that all of the tokens are dead: no refresh anywhere, no access where the session was ended, and soon none
 * elsewhere.
 */
async function allDead(given: Tokens[]): Promise<void> {
  for (const { access_token } of given) assert.equal(await statusOf(ender, access_token), 401);
  for (const replica of replicas) {
    await becomes(401, replica, given[0]!.access_token);
    for (const { access_token, refresh_token } of given) {
      assert.equal(await statusOf(replica, access_token), 401);
      assert.equal((await refresh(replica, refresh_token)).status, 400);
    }
  }
}

for (const [id, what, end] of sessionRevocation) {
  testOnPostgres(
    `${id} after ${what} is answered the session is dead, whatever refreshed meanwhile`,
    async () => {
      const raced = { refreshed: 0, refused: 0 };
      await tenAtOnce(roundsOr(20), async () => {
        const userId = (await newcomer(first)).id;
        const tokens: Tokens = await (await refresh(one, await begun(first, userId))).json();
        for (const replica of replicas) assert.equal(await statusOf(replica, tokens.access_token), 200);
        const ended = { ...tokens, userId, id: parseRefreshToken(tokens.refresh_token)!.sessionId };
        const { given, refused } = await refreshedDuring(tokens, end(ended));
        if (given.length > 1) raced.refreshed++;
        if (refused) raced.refused++;
        await allDead(given);
        const live = await db.query("test", "select from sessions where id = $1 and revoked_at is null", [ended.id]);
        assert.deepEqual(live, []);
      });
      assert.ok(raced.refreshed > 0 && raced.refused > 0, JSON.stringify(raced));
    },
  );
}

testOnPostgres(
  "T124 of replays of an old token over three replicas at once, one ends the session and is recorded",
  async () => {
    const old = await begun(first, await first.settled("grace"));
    const { sessionId } = parseRefreshToken(old)!;
    const { refresh_token } = await (await refresh(first, old)).json();
    await db.query("test", "update sessions set last_seen_at = now() - interval '11 minutes' where id = $1", [
      sessionId,
    ]);
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => refresh(replicas[i % 3]!, old)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [400]);
    const events = await db.query(
      "test",
      "select from audit_events where action = 'session.refresh_reused' and subject_id = $1",
      [sessionId],
    );
    assert.equal(events.length, 1);
    let counted = 0;
    for (const { instruments } of replicas) {
      counted += Number((await instruments.expose()).match(/^sentinel_refresh_reuse_total (\d+)$/m)![1]);
    }
    assert.equal(counted, 1);
    assert.equal((await refresh(first, refresh_token)).status, 400);
  },
);
