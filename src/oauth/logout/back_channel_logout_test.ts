import assert from "node:assert/strict";
import { createLocalJWKSet, decodeJwt, jwtVerify } from "jose";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { trySignOutLock } from "../../sessions/ended/sign_out_store.ts";
import { askAs, newVisitor, signedInWith } from "../../testing/people/applications.ts";
import { newSession } from "../../testing/people/client_sessions.ts";
import { newClient } from "../../testing/people/clients.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({
  settings: { SENTINEL_OUTBOUND_ALLOW: "127.0.0.1/32" },
  lasting: false,
});
const { db, settings } = sentinel;
const anyState = () => true;
const client = { ip: null, user_agent: null, request_id: "test" };

/** Answers for the next requests of one path, then 200. */
const answers = new Map<string, (() => Response | Promise<Response>)[]>();
const received = new Map<string, string[]>();
const receiver = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
  const { pathname } = new URL(request.url);
  const form = await request.formData();
  assert.equal(request.method, "POST");
  received.set(pathname, [...received.get(pathname) ?? [], String(form.get("logout_token"))]);
  return await (answers.get(pathname)?.shift() ?? (() => new Response(null)))();
});
Deno.test.afterAll(async () => {
  await receiver.shutdown();
  await sentinel[Symbol.asyncDispose]();
});

/** An application that wants to know, or not. */
async function application({ wants = true, alg = "RS256" as "RS256" | "ES256" } = {}) {
  const path = `/${crypto.randomUUID()}`;
  const uri = `http://127.0.0.1:${receiver.addr.port}${path}`;
  const { id, secret } = await newClient(sentinel, {
    own_api: false,
    first_party: true,
    scopes: ["openid"],
    redirect_uris: ["https://ledger.example.com/in"],
    id_token_signed_response_alg: alg,
    ...(wants && { backchannel_logout_uri: uri }),
  });
  return { id, secret, path, name: "a program", redirectUri: "https://ledger.example.com/in", isPublic: false };
}

/** A user who is signed in to these applications in one browser. */
async function signedIn(...clientIds: string[]) {
  const { userId, sessionId } = await newVisitor(sentinel);
  const rpSids: string[] = [];
  const sids: string[] = [];
  for (const clientId of clientIds) {
    const sid = await newSession(sentinel, { userId, kind: "client", clientId, parentId: sessionId });
    const [row] = await db.query<{ rp_sid: string }>("test", "select rp_sid from sessions where id = $1", [sid]);
    sids.push(sid);
    rpSids.push(row!.rp_sid);
  }
  return { userId, sessionId, sids, rpSids };
}

/** Another session of the application in the same browser, as after a second sign-in there. */
async function sibling({ userId, sessionId, rpSids }: Awaited<ReturnType<typeof signedIn>>, clientId: string) {
  const sid = await newSession(sentinel, { userId, kind: "client", clientId, parentId: sessionId });
  await db.query("test", "update sessions set rp_sid = $2 where id = $1", [sid, rpSids[0]]);
  return sid;
}

/** Runs the jobs once. */
async function settle() {
  await sentinel.signOuts.endExpiredSessions();
  await sentinel.signOuts.endIdleSessions();
  await sentinel.backChannelLogout.announce();
  await sentinel.outbox.deliver("http");
}

/** What the application got, verified as it would do it. */
async function tokensAt({ id, path }: { id: string; path: string }) {
  const keys = createLocalJWKSet(await (await sentinel.fetch("/.well-known/jwks.json")).json());
  return await Promise.all((received.get(path) ?? []).map(async (token) => {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: settings.SENTINEL_PUBLIC_URL,
      audience: id,
      typ: "logout+jwt",
      requiredClaims: ["iat", "exp", "jti", "sid", "sub", "events"],
    });
    return { ...payload, alg: protectedHeader.alg } as Record<string, unknown>;
  }));
}

const revoke = (id: string) => sentinel.sessionRevocation.endSession(id, localActor);
const rowsOf = (clientId: string) =>
  db.query<{ id: string; attempts: number; error_class: string | null; dead: boolean }>(
    "test",
    `select id, attempts, error_class, dead_at is not null as dead from outbox
     where kind = 'http' and done_at is null and payload->>'client_id' = $1`,
    [clientId],
  );

test("a logout token names issuer, client, user and session, and lives two minutes", async () => {
  for (const alg of ["RS256", "ES256"] as const) {
    const ledger = await application({ alg });
    const { userId, sids, rpSids } = await signedIn(ledger.id);
    await revoke(sids[0]!);
    await settle();
    const [{ iat, exp, jti, ...token }, ...more] = await tokensAt(ledger) as [Record<string, unknown>];
    assert.deepEqual([token, more], [{
      alg,
      iss: settings.SENTINEL_PUBLIC_URL,
      aud: ledger.id,
      sub: userId,
      sid: rpSids[0],
      events: { "http://schemas.openid.net/event/backchannel-logout": {} },
    }, []]);
    assert.deepEqual([Number(exp) - Number(iat), typeof jti], [120, "string"]);
  }
});

type Ended = Awaited<ReturnType<typeof signedIn>> & { clientId: string };

const ends: Record<string, (signed: Ended) => Promise<unknown>> = {
  "the session of the browser ends": ({ sessionId }) => revoke(sessionId),
  "the user signs out": ({ userId, sessionId }) =>
    db.transaction((tx) => sentinel.sessionRevocation.endOwnIn(tx, userId, sessionId, client)),
  "the user revokes it": ({ userId, sids }) =>
    sentinel.sessionRevocation.revokeOwnSession(userId, sids[0]!, localActor),
  "the user revokes all others": ({ userId }) =>
    sentinel.sessionRevocation.revokeOtherOwnSessions(userId, crypto.randomUUID(), localActor),
  "an administrator revokes all": ({ userId }) =>
    sentinel.sessionRevocation.revokeSessionsAsAdministrator(userId, localActor),
  "its code is used again": ({ sids }) =>
    db.transaction((tx) => sentinel.sessionRevocation.endReusedIn(tx, sids[0]!, client)),
  "the user is disabled": ({ userId }) => sentinel.users.change(userId, { disabled: true }, anyState, localActor),
  "the password is set": ({ userId }) =>
    sentinel.users.change(userId, { password: `only ${crypto.randomUUID()} knows` }, anyState, localActor),
  "the user is deleted": ({ userId }) => sentinel.users.remove(userId, anyState, localActor),
  "the user's row is deleted": ({ userId }) => db.query("test", "delete from users where id = $1", [userId]),
  "the consent is withdrawn": ({ userId, clientId }) =>
    db.transaction((tx) => sentinel.clientSessions.endOfClient(tx, userId, clientId, localActor)),
  "it expires": ({ sids }) => db.query("test", "update sessions set expires_at = now() where id = $1", [sids[0]]),
  "it was not used for a week": ({ sids }) =>
    db.query("test", "update sessions set last_seen_at = now() - interval '8 days' where id = $1", [sids[0]]),
  "the sign-in expires, and it is offline": async ({ sessionId, sids }) => {
    await db.query("test", "update sessions set offline = true where id = $1", [sids[0]]);
    await db.query("test", "update sessions set expires_at = now() where id = $1", [sessionId]);
  },
};

for (const [what, end] of Object.entries(ends)) {
  test(`an application is told once when ${what}, and one that does not want to know is not`, async () => {
    const [ledger, silent] = [await application(), await application({ wants: false })];
    const signed = await signedIn(ledger.id, silent.id);
    await settle();
    assert.deepEqual(await tokensAt(ledger), [], "not before");
    await end({ ...signed, clientId: ledger.id });
    await settle();
    await settle();
    assert.deepEqual((await tokensAt(ledger)).map(({ sid, sub }) => [sid, sub]), [[signed.rpSids[0], signed.userId]]);
    assert.equal(received.has(silent.path), false);
  });
}

test("an application is told when a refresh token of its session is used again after its successor", async () => {
  const ledger = await application();
  const visitor = await newVisitor(sentinel);
  const first = await signedInWith(sentinel, ledger, visitor);
  const refresh = (refresh_token: string) => askAs(sentinel, ledger, { grant_type: "refresh_token", refresh_token });
  let { refresh_token } = first;
  for (let n = 0; n < 5; n++) ({ refresh_token } = await (await refresh(refresh_token)).json());
  assert.equal(typeof refresh_token, "string");
  await settle();
  assert.deepEqual(await tokensAt(ledger), [], "not before");
  assert.equal((await refresh(first.refresh_token)).status, 400);
  await settle();
  const { sid } = decodeJwt(first.id_token);
  assert.deepEqual((await tokensAt(ledger)).map((token) => [token.sid, token.sub]), [[sid, visitor.userId]]);
});

test("an application is told once of the end of a device's session, which has no parent", async () => {
  const ledger = await application();
  const { userId } = await newVisitor(sentinel);
  const sid = await newSession(sentinel, { userId, kind: "client", clientId: ledger.id });
  const [{ rp_sid } = { rp_sid: "" }] = await db.query<{ rp_sid: string }>(
    "test",
    "update sessions set offline = true where id = $1 returning rp_sid",
    [sid],
  );
  await settle();
  assert.deepEqual(await tokensAt(ledger), [], "not before");
  await revoke(sid);
  await settle();
  await settle();
  assert.deepEqual((await tokensAt(ledger)).map((token) => token.sid), [rp_sid]);
});

test("an offline session lives on when its sign-in ends, and its application is told", async () => {
  const ledger = await application();
  const { sessionId, sids, rpSids } = await signedIn(ledger.id);
  await db.query("test", "update sessions set offline = true where id = $1", [sids[0]]);
  await revoke(sessionId);
  await settle();
  assert.deepEqual((await tokensAt(ledger)).map(({ sid }) => sid), [rpSids[0]]);
  const live = "select from sessions where id = $1 and revoked_at is null";
  assert.equal((await db.query("test", live, [sids[0]])).length, 1);
});

testOnPostgres("idle sessions end while another replica has the lock of the sign-outs", async () => {
  const ledger = await application();
  const { sids } = await signedIn(ledger.id);
  await db.query("test", "update sessions set last_seen_at = now() - interval '8 days' where id = $1", [sids[0]]);
  await db.transaction(async (tx) => {
    assert.ok(await trySignOutLock(tx));
    await sentinel.signOuts.endIdleSessions();
  });
  const ended = "select from sessions where id = $1 and revoked_at is not null";
  assert.equal((await db.query("test", ended, [sids[0]])).length, 1);
});

test("several sessions of one sign-in are one logout token, and none while one of them lives", async () => {
  const ledger = await application();
  const signed = await signedIn(ledger.id);
  await sibling(signed, ledger.id);
  await revoke(signed.sids[0]!);
  await settle();
  assert.deepEqual(await tokensAt(ledger), []);
  await sibling(signed, ledger.id);
  await revoke(signed.sessionId);
  await settle();
  assert.deepEqual((await tokensAt(ledger)).map(({ sid }) => sid), signed.rpSids);
});

test("ends that replicas find at the same time are told once", async () => {
  const ledger = await application();
  const many = await Promise.all(Array.from({ length: 8 }, () => signedIn(ledger.id)));
  await Promise.all(many.map(({ sessionId }) => revoke(sessionId)));
  await Promise.all(Array.from({ length: 6 }, () => sentinel.backChannelLogout.announce()));
  await sentinel.backChannelLogout.announce();
  await Promise.all(Array.from({ length: 3 }, () => sentinel.outbox.deliver("http")));
  assert.deepEqual(
    (await tokensAt(ledger)).map(({ sid }) => sid).sort(),
    many.map(({ rpSids }) => rpSids[0]).sort(),
  );
});

test("a receiver that fails, refuses or redirects is asked again with a new token, and gets no redirect's target", async () => {
  const failures = [
    () => new Response(null, { status: 500 }),
    () => new Response(null, { status: 400 }),
    () => new Response(null, { status: 302, headers: { location: "/elsewhere" } }),
  ];
  const ledger = await application();
  answers.set(ledger.path, [...failures]);
  const { sids } = await signedIn(ledger.id);
  await revoke(sids[0]!);
  for (const expected of ["http_status", "http_status", "redirect"]) {
    await settle();
    const [row] = await rowsOf(ledger.id);
    assert.deepEqual([row!.error_class, row!.dead], [expected, false]);
    await db.query("test", "update outbox set next_attempt_at = now() where id = $1", [row!.id]);
  }
  await settle();
  assert.deepEqual(await rowsOf(ledger.id), []);
  const tokens = await tokensAt(ledger);
  assert.equal(new Set(tokens.map(({ jti }) => jti)).size, 4, "each is signed anew");
  assert.equal(new Set(tokens.map(({ sid }) => sid)).size, 1);
  assert.equal(received.has("/elsewhere"), false);
});

test("a receiver is not asked after a day; the row stays visible and can be tried again", async () => {
  const ledger = await application();
  const { sids } = await signedIn(ledger.id);
  await revoke(sids[0]!);
  await sentinel.backChannelLogout.announce();
  const [row] = await rowsOf(ledger.id);
  await db.query("test", "update outbox set created_at = now() - interval '25 hours' where id = $1", [row!.id]);
  await sentinel.outbox.deliver("http");
  assert.deepEqual((await rowsOf(ledger.id)).map(({ dead, error_class }) => [dead, error_class]), [[true, "too_late"]]);
  assert.equal(received.has(ledger.path), false);
  const { dead } = await sentinel.outbox.overview("http", 10);
  assert.ok(dead.some(({ id }) => id === row!.id));
  assert.ok(!(await sentinel.outbox.overview("mail", 10)).dead.some(({ id }) => id === row!.id));
});

test("a receiver within Sentinel's own network is refused", async () => {
  const ledger = await application();
  await db.query("test", "update clients set backchannel_logout_uri = 'http://127.0.0.2:1/' where id = $1", [
    ledger.id,
  ]);
  const { sids } = await signedIn(ledger.id);
  await revoke(sids[0]!);
  await settle();
  assert.deepEqual((await rowsOf(ledger.id)).map(({ error_class }) => error_class), ["refused_address"]);
  await sentinel.oauthClients.remove(ledger.id, anyState, localActor);
  await db.query("test", "update outbox set next_attempt_at = now() where kind = 'http' and done_at is null");
  await sentinel.outbox.deliver("http");
  assert.deepEqual(await rowsOf(ledger.id), [], "and dropped once the client is gone");
});

test("a logout does not wait for a slow receiver", async () => {
  const ledger = await application();
  const held = Promise.withResolvers<Response>();
  answers.set(ledger.path, [() => held.promise]);
  const [first, second] = [await signedIn(ledger.id), await signedIn(ledger.id)];
  await revoke(first.sids[0]!);
  await sentinel.backChannelLogout.announce();
  const delivery = sentinel.outbox.deliver("http");
  await revoke(second.sids[0]!);
  held.resolve(new Response(null));
  await delivery;
  await settle();
  assert.equal((await tokensAt(ledger)).length, 2);
});

test("POST /clients takes a backchannel_logout_uri by the rules of redirect URIs, and PATCH removes it", async () => {
  const wanted = (uri: string) => ({
    name: "a receiver",
    redirect_uris: ["https://ledger.example.com/in"],
    backchannel_logout_uri: uri,
    backchannel_logout_session_required: true,
  });
  const post = (uri: string) => sentinel.fetch("/clients", { json: wanted(uri) }, "ada");
  for (
    const uri of [
      "http://ledger.example.com/out",
      "https://a.example/#f",
      "com.example.app:/out",
      "https://u@a.example/",
      "",
    ]
  ) {
    const refused = await post(uri);
    const { errors } = await refused.json();
    assert.deepEqual([refused.status, errors[0].pointer], [422, "#/backchannel_logout_uri"], uri);
  }
  const created = await (await post("https://ledger.example.com/out?a=b")).json();
  assert.deepEqual(
    [created.backchannel_logout_uri, created.backchannel_logout_session_required],
    ["https://ledger.example.com/out?a=b", true],
  );
  const patch = { method: "PATCH", json: { backchannel_logout_uri: null } };
  const changed = await (await sentinel.fetch(`/clients/${created.id}`, patch, "ada")).json();
  assert.equal(changed.backchannel_logout_uri, null);
  const machine = { name: "m", backchannel_logout_uri: "https://ledger.example.com/out" };
  assert.equal((await sentinel.fetch("/clients", { json: machine }, "ada")).status, 422);
});
