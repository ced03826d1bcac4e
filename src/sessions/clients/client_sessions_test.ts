import assert from "node:assert/strict";
import { v7 as uuidv7 } from "uuid";
import { startSentinel, test } from "../../testing/harness.ts";
import { newClient } from "../../testing/people/clients.ts";
import { newcomer } from "../../testing/people/people.ts";
import { roundsOr } from "../../testing/rounds.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { localActor, localClient } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { purge } from "../sessions/purge.ts";
import type { ClientGrant, ClientSession } from "./client_sessions.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, clientSessions, sessionRevocation } = sentinel;

/** A client that users need not allow anything. */
async function firstParty(): Promise<string> {
  const { id } = await newClient(sentinel);
  await db.query("test", "update clients set first_party = true where id = $1", [id]);
  return id;
}

/** A session of a browser of this user. */
async function browserOf(userId: string): Promise<string> {
  const id = uuidv7();
  await db.query(
    "test",
    `insert into sessions (id, kind, user_id, refresh_seed, secret_id, expires_at, auth_time)
     values ($1, 'browser', $2, '\\x00', 'test', now() + interval '1 day', now() - interval '5 minutes')`,
    [id, userId],
  );
  return id;
}

/** A user who is signed in in a browser, and a client. */
async function signedIn() {
  const { id: userId } = await newcomer(sentinel, { roles: ["user"] });
  return { userId, parentId: await browserOf(userId), clientId: await firstParty() };
}

type SignedIn = Awaited<ReturnType<typeof signedIn>>;

function start(signedIn: SignedIn, more: Partial<ClientGrant> = {}): Promise<ClientSession | undefined> {
  const grant = { id: uuidv7(), scopes: ["openid"], resources: [], offline: false, ...signedIn, ...more };
  return db.transaction((tx) => clientSessions.startIn(tx, grant, localClient));
}

const started = async (...given: Parameters<typeof start>) => await start(...given) ?? assert.fail("no session");

const refresh = (token: string, clientId: string) =>
  clientSessions.refresh(token, { clientId }, localClient, (session) => Promise.resolve(session));

const isRefused = (error: unknown) => error instanceof Problem && error.code === "invalid_grant";

async function stateOf(id: string) {
  const [row] = await db.query<{ live: boolean; refresh_counter: number }>(
    "test",
    "select revoked_at is null as live, refresh_counter::int from sessions where id = $1",
    [id],
  );
  return row;
}

const isLive = async ({ id }: ClientSession) => (await stateOf(id))!.live;

test("a client's session has what it was granted, the time of the sign-in, and a token that the next one replaces", async () => {
  const given = await signedIn();
  const { id, refreshToken, rpSid, authTime, ...rest } = await started(given, {
    scopes: ["openid", "email"],
    resources: ["https://api.example.com"],
  });
  assert.match(refreshToken, /^snt_crt_/);
  assert.notEqual(rpSid, id);
  assert.ok(rest.now - authTime > 299);
  const next = await refresh(refreshToken, given.clientId);
  assert.notEqual(next.refreshToken, refreshToken);
  assert.deepEqual(
    [next.id, next.rpSid, next.authTime, next.scopes, next.resources, next.roles],
    [id, rpSid, authTime, rest.scopes, rest.resources, ["user"]],
  );
  assert.equal(rest.clientId, given.clientId);
});

test("a refresh token of another client changes nothing and is no reuse, nor is one of a login a client's", async () => {
  const given = await signedIn();
  const { refreshToken, id } = await started(given);
  const other = await firstParty();
  for (let i = 0; i < 3; i++) await assert.rejects(refresh(refreshToken, other), isRefused);
  const login = await sentinel.fetch("/oauth/token", {
    form: { grant_type: "refresh_token", refresh_token: refreshToken },
  });
  assert.equal(login.status, 401);
  assert.deepEqual(await stateOf(id), { live: true, refresh_counter: 0 });
  const next = await refresh(refreshToken, given.clientId);
  await assert.rejects(refresh(refreshToken, other), isRefused);
  assert.deepEqual(await stateOf(id), { live: true, refresh_counter: 1 });
  assert.equal((await refresh(next.refreshToken, given.clientId)).id, id);
});

test("a second use of an old refresh token ends the client's session, and only it", async () => {
  const given = await signedIn();
  const session = await started(given);
  const sibling = await started(given);
  let token = session.refreshToken;
  for (let i = 0; i < 4; i++) ({ refreshToken: token } = await refresh(token, given.clientId));
  await assert.rejects(refresh(session.refreshToken, given.clientId), isRefused);
  assert.deepEqual([await isLive(session), await isLive(sibling)], [false, true]);
  assert.equal((await stateOf(given.parentId))!.live, true);
});

const endings: [what: string, end: (given: SignedIn) => Promise<unknown>, offlineEnds: boolean][] = [
  ["a sign-out", ({ userId, parentId }) => sessionRevocation.revokeOwnSession(userId, parentId, localActor), false],
  [
    "a new sign-in in place of the browser's",
    ({ userId, parentId }) => db.transaction((tx) => sessionRevocation.endOwnIn(tx, userId, parentId, localClient)),
    false,
  ],
  [
    "the end of all sessions",
    ({ userId }) => db.transaction((tx) => sessionRevocation.revokeSessionsIn(tx, userId, localActor)),
    true,
  ],
  [
    "the end of all other sessions",
    ({ userId }) =>
      db.transaction((tx) => sessionRevocation.revokeOtherSessionsIn(tx, userId, crypto.randomUUID(), localActor)),
    true,
  ],
];

for (const [what, end, offlineEnds] of endings) {
  test(`${what} ends the sessions of clients; one that is offline ${offlineEnds ? "too" : "lives on"}`, async () => {
    const given = await signedIn();
    const bound = await started(given);
    const offline = await started(given, { offline: true });
    await end(given);
    assert.deepEqual([await isLive(bound), await isLive(offline)], [false, !offlineEnds]);
    await assert.rejects(refresh(bound.refreshToken, given.clientId), isRefused);
    assert.equal(await start(given), undefined, "the browser's session has ended");
  });
}

test("the end of other sessions keeps what clients hold by the kept one", async () => {
  const given = await signedIn();
  const kept = await started(given);
  const other = await started({ ...given, parentId: await browserOf(given.userId) });
  await sessionRevocation.revokeOtherOwnSessions(given.userId, given.parentId, localActor);
  assert.deepEqual([await isLive(kept), await isLive(other)], [true, false]);
});

test("a sign-out during the start of a client's session leaves none that is live", async () => {
  for (let round = 1; round <= roundsOr(20); round++) {
    const given = await signedIn();
    const [session] = await Promise.all([
      start(given),
      sessionRevocation.revokeOwnSession(given.userId, given.parentId, localActor),
    ]);
    if (session) assert.equal(await isLive(session), false);
  }
});

const refusals: [why: string, change: (given: SignedIn) => Promise<unknown>][] = [
  [
    "the client is disabled",
    ({ clientId }) => db.query("test", "update clients set disabled_at = now() where id = $1", [clientId]),
  ],
  [
    "the user is disabled",
    ({ userId }) => db.query("test", "update users set disabled_at = now() where id = $1", [userId]),
  ],
  [
    "the user allowed the client nothing",
    ({ clientId }) => db.query("test", "update clients set first_party = false where id = $1", [clientId]),
  ],
  [
    "the browser's session has expired",
    ({ parentId }) => db.query("test", "update sessions set expires_at = now() where id = $1", [parentId]),
  ],
];

for (const [why, change] of refusals) {
  test(`no client's session starts when ${why}`, async () => {
    const given = await signedIn();
    await change(given);
    assert.equal(await start(given), undefined);
    assert.deepEqual(await db.query("test", "select 1 from sessions where parent_id = $1", [given.parentId]), []);
  });
}

test("a client that the user allowed something gets a session", async () => {
  const given = await signedIn();
  await refusals[2]![1](given);
  await db.query(
    "test",
    "insert into consents (user_id, client_id, scopes, resources) values ($1, $2, '{openid}', '{}')",
    [given.userId, given.clientId],
  );
  const session = await started(given);
  const ended = await db.transaction((tx) => clientSessions.endOfClient(tx, given.userId, given.clientId, localActor));
  assert.deepEqual([ended, await isLive(session)], [1, false]);
});

test("a client has ten live sessions by one browser, all with one sid for id_tokens, which no other client has", async () => {
  const given = await signedIn();
  const sessions: ClientSession[] = [];
  for (let i = 0; i < 11; i++) sessions.push(await started(given));
  assert.deepEqual(await Promise.all(sessions.map(isLive)), [false, ...Array(10).fill(true)]);
  assert.equal(new Set(sessions.map(({ rpSid }) => rpSid)).size, 1);
  const other = await started({ ...given, clientId: await firstParty() });
  assert.notEqual(other.rpSid, sessions[0]!.rpSid);
});

test("sessions of clients end with the browser's session at the latest, unless they are offline, and are purged first", async () => {
  const given = await signedIn();
  const [bound, offline] = [await started(given), await started(given, { offline: true })];
  const ends = await db.query<{ id: string; later: boolean }>(
    "test",
    "select c.id, c.expires_at > p.expires_at as later from sessions c join sessions p on p.id = c.parent_id where p.id = $1",
    [given.parentId],
  );
  assert.deepEqual(new Map(ends.map(({ id, later }) => [id, later])), new Map([[bound.id, false], [offline.id, true]]));
  await db.query("test", "update sessions set expires_at = now() - interval '1 year' where id = any($1)", [
    [given.parentId, bound.id],
  ]);
  await purge(db, 0);
  await purge(db, 0);
  assert.deepEqual(
    [await stateOf(bound.id), (await stateOf(given.parentId))?.live, (await stateOf(offline.id))?.live],
    [undefined, true, true],
  );
});

test("a start of a client's session is two statements, a refresh one", async () => {
  const given = await signedIn();
  const session = await started(given);
  assert.deepEqual(await statementsOf(() => start(given)), { insert_client_session: 1, insert_audit_event: 1 });
  let token = session.refreshToken;
  const rotate = async () => ({ refreshToken: token } = await refresh(token, given.clientId));
  await rotate();
  assert.deepEqual(await statementsOf(rotate), { update_refresh_counter: 1 });
});
