import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { onPostgres } from "../../testing/database.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { begun, refresh, statusOf } from "../../testing/people/sessions.ts";
import { parseRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";

// On PostgreSQL this replica hears of no changes, not even its own: it must drop what it ends by itself.
const sentinel = await startSentinel({
  settings: {
    SENTINEL_REFRESH_GRACE_SECONDS: "0",
    SENTINEL_SESSIONS_PER_USER_MAX: "2",
    ...(onPostgres && { SENTINEL_CHANGE_FEED: "ttl" }),
  },
  lasting: false,
  cheapHashes: true,
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { sessionRevocation } = sentinel;
const password = "a password of theirs";
const hash = await sentinel.passwords.hash(password);

type Session = { access_token: string; refresh_token: string; id: string; userId: string; username: string };

/** A session whose access token is in memory. */
async function session(person?: { id: string; username: string }): Promise<Session> {
  const { id: userId, username } = person ?? await newcomer(sentinel, { roles: ["user", "admin"], hash });
  const tokens = await (await refresh(sentinel, await begun(sentinel, userId))).json();
  assert.equal(await statusOf(sentinel, tokens.access_token), 200);
  return { ...tokens, id: parseRefreshToken(tokens.refresh_token)!.sessionId, userId, username };
}

const another = ({ userId, username }: Session) => session({ id: userId, username });

const asked = async (by: Session, method: string, path: string) =>
  (await sentinel.fetch(path, { method, headers: { authorization: `Bearer ${by.access_token}` } })).status;

const ways: [what: string, end: (ended: Session) => Promise<unknown>][] = [
  ["POST /logout", ({ refresh_token }) => sentinel.fetch("/logout", { json: { refresh_token } })],
  ["POST /oauth/revoke", ({ access_token }) => sentinel.fetch("/oauth/revoke", { form: { token: access_token } })],
  ["DELETE /users/me/sessions/{id}", (ended) => asked(ended, "DELETE", `/users/me/sessions/${ended.id}`)],
  ["DELETE /users/me/sessions", async (ended) => await asked(await another(ended), "DELETE", "/users/me/sessions")],
  [
    "DELETE /users/{id}/sessions/{session_id}",
    async (ended) => await asked(await session(), "DELETE", `/users/${ended.userId}/sessions/${ended.id}`),
  ],
  [
    "DELETE /users/{id}/sessions",
    async (ended) => await asked(await session(), "DELETE", `/users/${ended.userId}/sessions`),
  ],
  [
    "the end of one session by command",
    ({ id }) => sessionRevocation.endSession(id, localActor),
  ],
  ["the end of every session", () => sessionRevocation.revokeEverySession(localActor)],
  ["a refresh token's reuse", async ({ refresh_token }) => {
    assert.equal((await refresh(sentinel, refresh_token)).status, 200);
    assert.equal((await refresh(sentinel, refresh_token)).status, 400);
  }],
  ["a login past the cap", async ({ username }) => {
    for (let i = 0; i < 2; i++) {
      assert.equal((await sentinel.fetch("/login", { form: { username, password } })).status, 200);
    }
  }],
];

for (const [what, end] of ways) {
  test(`T044 after ${what} its access token is refused at once, although this replica hears of nothing`, async () => {
    const ended = await session();
    await end(ended);
    assert.equal(await statusOf(sentinel, ended.access_token), 401);
  });
}
