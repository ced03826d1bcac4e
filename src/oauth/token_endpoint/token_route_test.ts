import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { createSecrets } from "../../vocabulary/secrets.ts";
import { startSentinel, test, testSecret } from "../../testing/harness.ts";
import { people } from "../../testing/people/people.ts";
import { formatRefreshToken, parseRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db } = sentinel;

const token = (form: Record<string, string>) => sentinel.fetch("/oauth/token", { form });

const refresh = (refresh_token: string) => token({ grant_type: "refresh_token", refresh_token });

const refreshed = async (refresh_token: string): Promise<{ access_token: string; refresh_token: string }> =>
  await (await refresh(refresh_token)).json();

const sessionIdOf = (refreshToken: string) => parseRefreshToken(refreshToken)!.sessionId;

const meStatus = async (token: string) =>
  (await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${token}` } })).status;

/** Moves the last refresh of the session back by this time. */
const pass = (id: string, interval: string) =>
  db.query("test", "update sessions set last_seen_at = last_seen_at - $2::interval where id = $1", [id, interval]);

/** The whole row of the session. */
async function rowOf(id: string): Promise<Record<string, unknown>> {
  const [row] = await db.query<Record<string, unknown>>("test", "select * from sessions where id = $1", [id]);
  return row!;
}

async function eventsOf(id: string): Promise<string[]> {
  const rows = await db.query<{ action: string }>(
    "test",
    "select action from audit_events where subject_type = 'session' and subject_id = $1 order by occurred_at",
    [id],
  );
  return rows.map(({ action }) => action);
}

/** The counters of refreshes. */
async function counters(): Promise<Record<string, number>> {
  const text = await (await sentinel.fetch("/metrics")).text();
  const lines = text.matchAll(/^sentinel_refresh(?:es_total\{outcome="(\w+)"\}|_reuse_total) (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, outcome = "ended", value]) => [outcome, Number(value)]));
}

/** What `deed` adds to the counters. */
async function counted(deed: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await counters();
  await deed();
  const added = Object.entries(await counters()).map(([name, value]) => [name, value - before[name]!]);
  return Object.fromEntries(added.filter(([, value]) => value !== 0));
}

async function assertInvalidGrant(response: Response) {
  assert.equal(response.status, 400);
  assert.deepEqual(await response.json(), {
    error: "invalid_grant",
    error_description:
      "The refresh token is unknown, already used, expired or revoked (RFC 6749 section 5.2). Log in again.",
  });
}

test("T123 POST /oauth/token exchanges a refresh token for the next one and an access token", async () => {
  const first = await sentinel.login("grace");
  const response = await refresh(first.refresh_token);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("cache-control"), "no-store");
  const second = await response.json();
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.equal(sessionIdOf(second.refresh_token), sessionIdOf(first.refresh_token));
  assert.deepEqual(Object.keys(second).toSorted(), [
    "access_token",
    "expires_in",
    "refresh_token",
    "scope",
    "token_type",
  ]);
  assert.equal(await meStatus(second.access_token), 200);
});

test("T126 50 parallel refreshes of one token all get the same next token", async () => {
  const { refresh_token } = await sentinel.login("grace");
  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(refresh_token)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  const tokens = await Promise.all(answers.map((answer) => answer.json()));
  assert.equal(new Set(tokens.map((token) => token.refresh_token)).size, 1);
  assert.equal((await rowOf(sessionIdOf(refresh_token))).refresh_counter, "1");
  assert.equal(await meStatus(tokens.at(-1).access_token), 200);
});

test("a lost answer is repaired within the grace: the same token gets the same next one, and the session continues", async () => {
  const { refresh_token } = await sentinel.login("grace");
  const lost = await refreshed(refresh_token);
  const row = await rowOf(sessionIdOf(refresh_token));
  const tally = await counted(async () => {
    const repaired = await refreshed(refresh_token);
    assert.equal(repaired.refresh_token, lost.refresh_token);
    assert.equal(await meStatus(repaired.access_token), 200);
  });
  assert.deepEqual(tally, { replayed: 1 });
  assert.deepEqual(await rowOf(sessionIdOf(refresh_token)), row);
  assert.equal((await refresh(lost.refresh_token)).status, 200);
});

test("T124 an old refresh token after the grace ends the session, is recorded, and counted once", async () => {
  const first = await sentinel.login("grace");
  const id = sessionIdOf(first.refresh_token);
  const second = await refreshed(first.refresh_token);
  assert.deepEqual([await meStatus(first.access_token), await meStatus(second.access_token)], [200, 200]); // both are in memory
  await pass(id, "11 minutes");
  const tally = await counted(async () => {
    await assertInvalidGrant(await refresh(first.refresh_token));
    assert.equal(await meStatus(second.access_token), 401);
    assert.equal(await meStatus(first.access_token), 401);
    await assertInvalidGrant(await refresh(second.refresh_token));
    await assertInvalidGrant(await refresh(first.refresh_token));
  });
  assert.deepEqual(tally, { reused: 1, ended: 1, expired: 2 });
  assert.deepEqual(await eventsOf(id), ["session.created", "session.refresh_reused"]);
});

test("a refresh token two rotations behind within the grace is refused and ends nothing", async () => {
  const first = await sentinel.login("grace");
  const second = await refreshed(first.refresh_token);
  const third = await refreshed(second.refresh_token);
  const tally = await counted(async () => await assertInvalidGrant(await refresh(first.refresh_token)));
  assert.deepEqual(tally, { invalid: 1 });
  assert.equal(await meStatus(third.access_token), 200);
  assert.equal((await refresh(third.refresh_token)).status, 200);
});

test("T124 a refresh token more than three rotations behind ends the session within the grace too, which every rotation restarts", async () => {
  const tokens = [await sentinel.login("grace")];
  for (let rotation = 0; rotation < 4; rotation++) tokens.push(await refreshed(tokens.at(-1)!.refresh_token));
  const [fourBehind, threeBehind, , , current] = tokens;
  const id = sessionIdOf(current!.refresh_token);
  const tally = await counted(async () => {
    await assertInvalidGrant(await refresh(threeBehind!.refresh_token));
    assert.equal(await meStatus(current!.access_token), 200);
    await assertInvalidGrant(await refresh(fourBehind!.refresh_token));
    assert.equal(await meStatus(current!.access_token), 401);
    await assertInvalidGrant(await refresh(current!.refresh_token));
  });
  assert.deepEqual(tally, { invalid: 1, reused: 1, ended: 1, expired: 1 });
  assert.deepEqual(await eventsOf(id), ["session.created", "session.refresh_reused"]);
});

test("T122 T307 a forged refresh token changes nothing, even for an existing session: forging takes the row and the secret", async () => {
  const { refresh_token } = await sentinel.login("grace");
  const other = await sentinel.login("nobody");
  const id = sessionIdOf(refresh_token);
  const row = await rowOf(id);
  const seed = row.refresh_seed as Uint8Array;
  const subkey = createSecrets(testSecret).subkey("refresh");
  const stranger = createSecrets(new Uint8Array(32).fill(9));
  const otherSeed = (await rowOf(sessionIdOf(other.refresh_token))).refresh_seed as Uint8Array;
  const forged = [
    formatRefreshToken(stranger.subkey("refresh"), seed, id, 0), // who has the database
    formatRefreshToken(createSecrets(testSecret).subkey("keys"), seed, id, 0),
    formatRefreshToken(new Uint8Array(32), seed, id, 0),
    formatRefreshToken(subkey, new Uint8Array(32), id, 0), // who has the secret
    formatRefreshToken(subkey, otherSeed, id, 0),
    formatRefreshToken(subkey, seed, crypto.randomUUID().replace(/^(.{14})./, "$17"), 0), // of no session
  ];
  await pass(id, "1 minute"); // after the grace
  const before = await rowOf(id);
  const tally = await counted(async () => {
    for (const counter of [0, 1, 2 ** 47]) {
      forged.push(formatRefreshToken(stranger.subkey("refresh"), seed, id, counter));
    }
    for (const token of forged) await assertInvalidGrant(await refresh(token));
    await assertInvalidGrant(await refresh(formatRefreshToken(subkey, seed, id, 3))); // from before a restore of the database
  });
  assert.deepEqual(tally, { invalid: forged.length + 1 });
  assert.deepEqual(await rowOf(id), before);
  assert.deepEqual(await eventsOf(id), ["session.created"]);
  assert.equal(formatRefreshToken(subkey, seed, id, 0), refresh_token);
  assert.equal((await refresh(refresh_token)).status, 200);
});

const broken: [what: string, form: Record<string, string>, error: string][] = [
  ["no grant type", { refresh_token: "x" }, "invalid_request"],
  ["an empty grant type", { grant_type: "" }, "invalid_request"],
  ["another grant type", { grant_type: "implicit" }, "unsupported_grant_type"],
  ["a grant type of every object", { grant_type: "constructor" }, "unsupported_grant_type"],
  ["no refresh token", { grant_type: "refresh_token" }, "invalid_request"],
  ["an empty refresh token", { grant_type: "refresh_token", refresh_token: "" }, "invalid_request"],
  ["a refresh token that is none", { grant_type: "refresh_token", refresh_token: "nonsense" }, "invalid_grant"],
  ["no username", { grant_type: "password", password: "x" }, "invalid_request"],
  ["no password", { grant_type: "password", username: "grace" }, "invalid_request"],
  ["a wrong password", { grant_type: "password", username: "grace", password: "x" }, "invalid_grant"],
  ["a name that nobody has", { grant_type: "password", username: "no-one", password: "x" }, "invalid_grant"],
];

for (const [what, form, error] of broken) {
  test(`POST /oauth/token with ${what} answers 400 ${error} (RFC 6749 §5.2)`, async () => {
    const response = await token(form);
    assert.equal(response.status, 400);
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.equal(response.headers.get("cache-control"), "no-store");
    const body = await response.json();
    assert.deepEqual(Object.keys(body), ["error", "error_description"]);
    assert.equal(body.error, error);
  });
}

test("POST /oauth/token logs in with the password grant", async () => {
  await sentinel.settled("grace");
  const { username, password } = people.grace;
  const response = await token({ grant_type: "password", username, password, scope: "anything" });
  assert.equal(response.status, 200);
  const { access_token, refresh_token, scope } = await response.json();
  assert.equal(scope, "");
  assert.equal(await meStatus(access_token), 200);
  assert.equal((await refresh(refresh_token)).status, 200);
});

test("T133 a refresh cannot extend the scope, and an attempt does not use up the token", async () => {
  const { refresh_token } = await sentinel.login("grace");
  for (const scope of ["admin", "openid", "*"]) {
    const response = await token({ grant_type: "refresh_token", refresh_token, scope });
    assert.equal(response.status, 400);
    assert.equal((await response.json()).error, "invalid_scope");
  }
  assert.equal((await rowOf(sessionIdOf(refresh_token))).refresh_counter, "0");
  assert.equal((await token({ grant_type: "refresh_token", refresh_token, scope: "" })).status, 200);
});

test("T132 a session ends when it has been idle too long, and not before", async () => {
  const { SENTINEL_SESSION_IDLE_SECONDS: sessionIdleSeconds } = sentinel.settings;
  const { refresh_token } = await sentinel.login("grace");
  const id = sessionIdOf(refresh_token);
  await pass(id, `${sessionIdleSeconds - 60} seconds`);
  const next = await refreshed(refresh_token); // for which it was not idle
  await pass(id, `${sessionIdleSeconds} seconds`);
  const tally = await counted(async () => await assertInvalidGrant(await refresh(next.refresh_token)));
  assert.deepEqual(tally, { expired: 1 });
});

test("T132 a session ends at its absolute end, after any number of rotations, and no token outlives it", async () => {
  let { refresh_token } = await sentinel.login("grace");
  const id = sessionIdOf(refresh_token);
  await db.query("test", "update sessions set expires_at = now() + interval '30 seconds' where id = $1", [id]);
  const { expires_at } = await rowOf(id);
  for (let i = 0; i < 5; i++) {
    const answer = await (await refresh(refresh_token)).json();
    assert.ok(answer.expires_in <= 30);
    refresh_token = answer.refresh_token;
  }
  assert.deepEqual((await rowOf(id)).expires_at, expires_at);
  await db.query("test", "update sessions set expires_at = now() where id = $1", [id]);
  await assertInvalidGrant(await refresh(refresh_token));
});

test("F59 a token of a user with 500 roles omits them, so that its length is accepted", async () => {
  const id = await sentinel.settled("ada");
  const { refresh_token } = await sentinel.login("ada");
  const granted = async (count: number): Promise<string> => {
    const names = Array.from({ length: count }, (_, i) => `a-role-of-some-length-${i}`);
    await db.query("test", "insert into roles (name) select unnest($1::text[]) on conflict do nothing", [names]);
    await db.query(
      "test",
      "insert into grants (user_id, role) select $1, unnest($2::text[]) on conflict do nothing",
      [id, names],
    );
    sentinel.principals.forgetUser(id);
    return (await refreshed(refresh_token)).access_token;
  };
  const namesRoles = [];
  for (let count = 80; count <= 120; count += 5) {
    const access_token = await granted(count);
    const { roles } = decodeJwt(access_token);
    namesRoles.push(roles !== undefined);
    if (roles) assert.equal((roles as string[]).length, count + 2);
    assert.ok(access_token.length <= 4_096);
    assert.equal(await meStatus(access_token), 200);
  }
  assert.deepEqual([namesRoles[0], namesRoles.at(-1)], [true, false]);
  const response = await sentinel.fetch("/users/me", {
    headers: { authorization: `Bearer ${await granted(500)}` },
  });
  assert.equal(response.status, 200);
  assert.equal((await response.json()).roles.length, 502);
});

test("T136 T137 T138 a refresh token is invalid once its user's password is set, or the user is disabled or deleted", async () => {
  const { registrations, users } = sentinel;
  const actor = localActor;
  const deeds: [name: string, deed: (name: string) => Promise<unknown>][] = [
    ["given", (name) => users.setPassword(name, "another long enough one")],
    ["disabled", (name) => users.setDisabled(name, true)],
    ["deleted", async (name) => users.remove((await users.named(name)).id, () => true, actor)],
  ];
  for (const [username, deed] of deeds) {
    const password = "seven seas and one harbour";
    await registrations.create({ username, email: `${username}@example.com`, password }, ["user"], actor);
    const { refresh_token } = await (await token({ grant_type: "password", username, password })).json();
    const { refresh_token: next } = await refreshed(refresh_token);
    await deed(username);
    for (const dead of [next, refresh_token]) await assertInvalidGrant(await refresh(dead));
  }
  await users.setDisabled("disabled", false);
  assert.deepEqual(
    await db.query(
      "test",
      `select from sessions s join users u on u.id = s.user_id
    where u.username = any('{given,disabled,deleted}') and s.revoked_at is null`,
    ),
    [],
  );
});
