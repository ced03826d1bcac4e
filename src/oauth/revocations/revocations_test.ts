import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { newSession } from "../../testing/people/client_sessions.ts";
import { basic, newApis, newClient, tokenOfClient } from "../../testing/people/clients.ts";
import { asserted, assertionOf, newKeyClient } from "../../testing/people/key_clients.ts";
import { createRole, newcomer } from "../../testing/people/people.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { until } from "../../testing/servers/process.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const anyState = () => true;
const now = () => Math.floor(Date.now() / 1000);
type Answer = { items: Record<string, string | number>[]; cursor: string };

/** Asks as a service that may introspect every token, or as a client; memory is fresh. */
async function ask(since?: string, headers?: Record<string, string>, etag?: string) {
  sentinel.revocationFeed.forget();
  const path = since === undefined ? "/revocations" : `/revocations?since=${since}`;
  const known = etag === undefined ? {} : { "if-none-match": etag };
  return await sentinel.fetch(path, { headers: { ...headers, ...known } }, headers ? undefined : "ada");
}

async function read(since?: string, headers?: Record<string, string>): Promise<Answer> {
  return await (await ask(since, headers)).json();
}

/** Everything after the cursor, page by page. */
async function readAll(since?: string, headers?: Record<string, string>): Promise<Answer> {
  const items: Answer["items"] = [];
  for (let [cursor, page] = [since, await read(since, headers)];; page = await read(cursor, headers)) {
    items.push(...page.items);
    cursor = page.cursor;
    if (page.items.length < 1_000) return { items, cursor };
  }
}

/** What the feed adds when this happens. Earlier ends may come again while other tests' transactions run. */
async function added(work: () => Promise<unknown>, headers?: Record<string, string>): Promise<Answer["items"]> {
  const { items, cursor } = await readAll(undefined, headers);
  const known = new Set(items.map((item) => JSON.stringify(item)));
  await work();
  return (await readAll(cursor, headers)).items.filter((item) => !known.has(JSON.stringify(item)));
}

const revoke = (id: string) => sentinel.sessionRevocation.endSession(id, localActor);

/** A user with a session of this kind. */
async function withSession(kind: "api" | "browser" | "client" = "api", clientId?: string) {
  const { id: userId } = await newcomer(sentinel);
  return { userId, sid: await newSession(sentinel, { userId, kind, clientId: clientId ?? null }) };
}

test("GET /revocations lists a session that was revoked, until its last access token has expired", async () => {
  const { sid } = await withSession();
  const before = now();
  const items = await added(() => revoke(sid));
  assert.deepEqual(items.map((item) => item.sid), [sid]);
  const { until } = items[0] as { until: number };
  assert.ok(until >= before + 600 && until <= now() + 601, `${until}`);
  assert.ok((await readAll()).items.some((item) => item.sid === sid), "and without a cursor");
});

test("GET /revocations lists no session that expires, is refreshed or ends twice, and none of a browser", async () => {
  const [expired, twice, browser] = [await withSession(), await withSession(), await withSession("browser")];
  await db.query("test", "update sessions set expires_at = now() - interval '1 s' where id = $1", [expired.sid]);
  const { refresh_token } = await sentinel.login("grace");
  const items = await added(async () => {
    await sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });
    await revoke(expired.sid);
    await revoke(browser.sid);
    await revoke(twice.sid);
    await assert.rejects(revoke(twice.sid));
  });
  assert.deepEqual(items.map((item) => item.sid), [twice.sid]);
});

test("GET /revocations lists the sessions of a user who is disabled or deleted", async () => {
  const [disabled, deleted] = [await withSession(), await withSession()];
  const items = await added(async () => {
    await sentinel.users.change(disabled.userId, { disabled: true }, anyState, localActor);
    await sentinel.users.remove(deleted.userId, anyState, localActor);
  });
  assert.deepEqual(items.map((item) => item.sid), [disabled.sid, deleted.sid]);
});

test("GET /revocations lists the client whose tokens were revoked, and its next token counts", async () => {
  const client = await newClient(sentinel);
  const early = decodeJwt(await tokenOfClient(sentinel, client));
  const [item, ...rest] = await added(() => sentinel.oauthClients.endTokens(client.id, localActor));
  const late = decodeJwt(await tokenOfClient(sentinel, client));
  assert.deepEqual([item!.client_id, rest], [client.id, []]);
  assert.ok(early.iat! < Number(item!.before) && late.iat! >= Number(item!.before), "by whole seconds");
});

test("GET /revocations lists a client that is disabled or deleted, and its service account alone", async () => {
  const [disabled, deleted, idle] = [await newClient(sentinel), await newClient(sentinel), await newClient(sentinel)];
  const { sid } = await withSession("client", deleted.id);
  const items = await added(async () => {
    await sentinel.oauthClients.change(disabled.id, { disabled: true }, anyState, localActor);
    await sentinel.serviceAccounts.change(idle.account, { disabled: true }, anyState, localActor);
    await sentinel.oauthClients.remove(deleted.id, anyState, localActor);
  });
  const named = items.map(({ before: _, until: __, ...item }) => JSON.stringify(item)).sort();
  assert.deepEqual(
    named,
    [
      { client_id: deleted.id },
      { client_id: disabled.id },
      { sid },
      { sub: disabled.account },
      { sub: idle.account },
    ].map((item) => JSON.stringify(item)).sort(),
  );
});

test("T252 GET /revocations tells a client of its own tokens and those for its APIs, and of no others", async () => {
  const { documents, pictures } = await newApis(sentinel);
  const api = await newClient(sentinel, { grant_types: [], resources: [documents], own_api: false });
  const [other, stranger] = [
    await newClient(sentinel, { resources: [documents] }),
    await newClient(sentinel, { resources: [pictures] }),
  ];
  const [own, foreign, login] = [
    await withSession("client", api.id),
    await withSession("client", stranger.id),
    await withSession(),
  ];
  const reached = await withSession("client", stranger.id);
  await db.query("test", "update sessions set resources = $2 where id = $1", [reached.sid, [documents]]);
  const items = await added(async () => {
    for (const { sid } of [own, foreign, login, reached]) await revoke(sid);
    for (const { id } of [other, stranger]) await sentinel.oauthClients.endTokens(id, localActor);
  }, basic(api));
  assert.deepEqual(items.map((item) => item.sid ?? item.client_id), [own.sid, reached.sid, other.id]);
  const everything = JSON.stringify(await readAll());
  for (const { sid } of [foreign, login]) assert.ok(everything.includes(sid));
});

test("GET /revocations answers 304 while nothing ends, without a statement, and 200 afterwards", async () => {
  const client = await newClient(sentinel, { grant_types: [] });
  let { cursor } = await readAll(undefined, basic(client));
  let etag = (await ask(cursor, basic(client))).headers.get("etag")!;
  const poll = (tag: string) =>
    sentinel.fetch(`/revocations?since=${cursor}`, { headers: { ...basic(client), "if-none-match": tag } });
  for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
    const again = await poll(tag);
    assert.deepEqual([again.status, again.headers.get("etag"), await again.text()], [304, etag, ""]);
  }
  const isFree = async () => {
    ({ cursor } = await readAll(cursor, basic(client)));
    etag = (await ask(cursor, basic(client))).headers.get("etag")!;
    return Object.keys(await statementsOf(() => poll(etag))).length === 0;
  };
  await until("a poll costs no statement once no older transaction runs", isFree);
  assert.equal((await poll('"other"')).status, 200);
  await revoke((await withSession("client", client.id)).sid);
  const changed = await ask(cursor, basic(client), etag);
  assert.deepEqual([changed.status, (await changed.json()).items.length], [200, 1]);
});

testOnPostgres("GET /revocations skips no end whose transaction commits after a later one", async () => {
  const [late, early] = [await withSession(), await withSession()];
  const { cursor } = await readAll();
  const between = await db.transaction(async (tx) => {
    await tx.query("test", "update sessions set revoked_at = now() where id = $1", [late.sid]);
    await revoke(early.sid);
    return await readAll(cursor);
  });
  assert.equal(between.items.at(-1)!.sid, early.sid, "an end is told before it is settled");
  const sids = (await readAll(between.cursor)).items.map((item) => item.sid);
  assert.deepEqual(sids.slice(-2), [late.sid, early.sid]);
});

test("GET /revocations goes on from page to page, and starts anew after the cursor of another database", async () => {
  const { id: userId } = await newcomer(sentinel);
  await db.query(
    "test",
    `insert into ended_sessions (kind, session_id, user_id, expires_at)
     select 'api', gen_random_uuid(), $1, now() + interval '1 hour' from generate_series(1, 1100)`,
    [userId],
  );
  const [first, { items }] = [await read(), await readAll()];
  assert.equal(first.items.length, 1_000);
  const names = items.map((item) => JSON.stringify(item));
  assert.ok(items.length >= 1_100);
  assert.equal(new Set(names).size, names.length, "no end twice");
  assert.deepEqual((await read("999999999999999999-1")).items, first.items);
  for (const cursor of ["", "1", "1-", "-1-1", "1-1000000000000000000", "a-b"]) {
    assert.equal((await ask(cursor)).status, 400, cursor);
  }
});

test("GET /revocations takes a permission or a client's secret, and no other client", async () => {
  const client = await newClient(sentinel);
  const other = client.secret.replace(/.$/, (last) => last === "x" ? "y" : "x");
  assert.equal((await sentinel.fetch("/revocations")).status, 401);
  assert.equal((await sentinel.fetch("/revocations", {}, "grace")).status, 403);
  assert.equal((await ask(undefined, basic({ ...client, secret: other }))).status, 401);
  await sentinel.oauthClients.change(client.id, { disabled: true }, anyState, localActor);
  assert.equal((await ask(undefined, basic(client))).status, 401);
});

test("GET /revocations takes the access token of a client with keys that holds the permission, and no other token", async () => {
  const role = await createRole(sentinel, { permissions: ["tokens:introspect"] });
  const wanted = { own_api: true, scopes: ["tokens:introspect"], roles: [role] };
  const client = await newKeyClient(sentinel, wanted);
  const { sid } = await withSession();
  await revoke(sid);
  const tokenOf = async (form = {}) => {
    const grant = { grant_type: "client_credentials", ...form };
    const answer = await sentinel.fetch("/oauth/token", { form: asserted(await assertionOf(client), grant) });
    return { authorization: `Bearer ${(await answer.json()).access_token}` };
  };
  assert.ok((await readAll(undefined, await tokenOf())).items.some((item) => item.sid === sid));
  const plain = await newClient(sentinel);
  const token = await tokenOfClient(sentinel, plain);
  assert.equal((await ask(undefined, { authorization: `Bearer ${token}` })).status, 403);
});

test("the purge deletes ends after a day, when no token of them can live any more", async () => {
  const { sid } = await withSession();
  await revoke(sid);
  const stored = async () => (await db.query("test", "select from ended_sessions where session_id = $1", [sid])).length;
  const { purge } = await import("../../sessions/sessions/purge.ts");
  await purge(db, 3_600);
  assert.equal(await stored(), 1);
  await db.query("test", "update ended_sessions set ended_at = now() - interval '25 hours'");
  assert.deepEqual((await read()).items, []);
  await purge(db, 3_600);
  assert.equal(await stored(), 0);
});
