import assert from "node:assert/strict";
import { v7 as uuidv7 } from "uuid";
import { startSentinel, test } from "../../testing/harness.ts";
import { newKey } from "../../testing/people/api_keys.ts";
import { newSession } from "../../testing/people/client_sessions.ts";
import { newClient } from "../../testing/people/clients.ts";
import { callsWith, loggedIn } from "../../testing/people/people.ts";
import { roundsOr } from "../../testing/rounds.ts";
import { localActor, localClient } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, consents, clientSessions } = sentinel;

const newApplication = (name = "Ledger") =>
  newClient(sentinel, { name, redirect_uris: ["https://app.example.com/callback"] });

/** A user who allowed an application something, and is signed in in it. */
async function allowed({ scopes = ["openid"], resources = [] as string[], offline = false } = {}) {
  const [user, { id: clientId }] = await Promise.all([loggedIn(sentinel), newApplication()]);
  const parentId = await newSession(sentinel, { userId: user.id, kind: "browser" });
  await allow(user.id, clientId, { scopes, resources });
  const grant = { parentId, userId: user.id, clientId, scopes, resources, offline };
  return { ...user, clientId, start: () => start(grant), session: await start(grant) };
}

const allow = (userId: string, clientId: string, consent: { scopes: string[]; resources: string[] }) =>
  db.transaction((tx) => consents.rememberIn(tx, { userId, clientId, ...consent }, localActor));

const start = (grant: Omit<Parameters<typeof clientSessions.startIn>[1], "id">) =>
  db.transaction((tx) => clientSessions.startIn(tx, { id: uuidv7(), ...grant }, localClient));

async function isLive(id: string): Promise<boolean> {
  const [row] = await db.query<{ live: boolean }>(
    "test",
    "select revoked_at is null as live from sessions where id = $1",
    [
      id,
    ],
  );
  return row!.live;
}

test("GET /users/me/consents lists what the user allowed which application, and no one else's", async () => {
  const { call, clientId } = await allowed({ scopes: ["openid", "email"], resources: ["https://api.example.com"] });
  await allowed();
  const { items } = await (await call("/users/me/consents")).json();
  const [{ granted_at, ...consent }] = items;
  assert.deepEqual([items.length, consent], [1, {
    client_id: clientId,
    name: "Ledger",
    scopes: ["email", "openid"],
    resources: ["https://api.example.com"],
    sessions: 1,
  }]);
  assert.ok(Date.now() - Date.parse(granted_at) < 600_000);
  const other = await loggedIn(sentinel);
  assert.deepEqual(await (await other.call("/users/me/consents")).json(), { items: [] });
});

test("what a user allows an application is added to what they allowed it before", async () => {
  const { id, call, clientId } = await allowed({ scopes: ["openid", "profile"], resources: ["https://a.example.com"] });
  await allow(id, clientId, { scopes: ["email", "openid"], resources: ["https://b.example.com"] });
  const { items: [consent] } = await (await call("/users/me/consents")).json();
  assert.deepEqual(consent.scopes, ["email", "openid", "profile"]);
  assert.deepEqual(consent.resources, ["https://a.example.com", "https://b.example.com"]);
});

test("GET /users/me/consents pages through many applications, the newest first", async () => {
  const { id, call, clientId } = await allowed();
  const others = [];
  for (let n = 0; n < 4; n++) others.unshift((await newApplication()).id);
  for (const other of others) await allow(id, other, { scopes: ["openid"], resources: [] });
  const listed: string[] = [];
  for (let path: string | undefined = "/users/me/consents?page_size=2"; path;) {
    const { items, next_page_token } = await (await call(path)).json();
    listed.push(...items.map(({ client_id }: { client_id: string }) => client_id));
    path = next_page_token && `/users/me/consents?page_size=2&page_token=${next_page_token}`;
  }
  assert.deepEqual(listed, [...others, clientId]);
});

test("DELETE /users/me/consents/{client_id} ends the application's sessions of this user, also offline ones", async () => {
  const given = await allowed({ offline: true });
  const other = await newApplication("Grafana");
  const untouched = await newSession(sentinel, { userId: given.id, kind: "client", clientId: other.id });
  const refresh = () =>
    clientSessions.refresh(
      given.session!.refreshToken,
      { clientId: given.clientId },
      localClient,
      () => Promise.resolve(),
    );
  assert.equal((await given.call(`/users/me/consents/${given.clientId}`, { method: "DELETE" })).status, 204);
  assert.deepEqual([await isLive(given.session!.id), await isLive(untouched)], [false, true]);
  await assert.rejects(refresh());
  assert.deepEqual(await (await given.call("/users/me/consents")).json(), { items: [] });
  assert.equal(await given.start(), undefined, "it has to ask again");
  const [event] = await db.query<{ facts: unknown; actor_id: string }>(
    "test",
    "select facts, actor_id from audit_events where subject_id = $1 and action = 'consent.withdrawn'",
    [given.id],
  );
  assert.deepEqual(event, { facts: { client: given.clientId }, actor_id: given.id });
});

test("DELETE /users/me/consents/{client_id} is 404 without a consent, and changes nothing of other users", async () => {
  const given = await allowed();
  const other = await loggedIn(sentinel);
  for (const id of [given.clientId, crypto.randomUUID()]) {
    assert.equal((await other.call(`/users/me/consents/${id}`, { method: "DELETE" })).status, 404);
  }
  assert.equal((await (await given.call("/users/me/consents")).json()).items.length, 1);
  assert.equal(await isLive(given.session!.id), true);
});

test("DELETE /users/me/consents/{client_id} is for users themselves, not for keys", async () => {
  const given = await allowed();
  const { key } = await newKey(sentinel, given.id, []);
  const call = callsWith(sentinel, key);
  assert.equal((await call(`/users/me/consents/${given.clientId}`, { method: "DELETE" })).status, 403);
  assert.equal((await call("/users/me/consents")).status, 200);
});

test("a client's session that starts during the withdrawal ends with it", async () => {
  for (let round = 1; round <= roundsOr(20); round++) {
    const given = await allowed();
    const [session] = await Promise.all([
      given.start(),
      given.call(`/users/me/consents/${given.clientId}`, { method: "DELETE" }),
    ]);
    if (session) assert.equal(await isLive(session.id), false);
  }
});

test("a consent goes with its client and with its user", async () => {
  const [byClient, byUser] = [await allowed(), await allowed()];
  await db.query("test", "delete from clients where id = $1", [byClient.clientId]);
  await db.query("test", "delete from users where id = $1", [byUser.id]);
  const left = await db.query("test", "select from consents where user_id = any($1::uuid[])", [
    [byClient.id, byUser.id],
  ]);
  assert.equal(left.length, 0);
  assert.deepEqual(await (await byClient.call("/users/me/consents")).json(), { items: [] });
});

test("consents that are granted and withdrawn are counted", async () => {
  const counts = async () => {
    const metrics = await (await sentinel.fetch("/metrics")).text();
    return ["granted", "withdrawn"].map((outcome) =>
      Number(new RegExp(`sentinel_consents_total\\{outcome="${outcome}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0)
    );
  };
  const [granted, withdrawn] = await counts();
  const given = await allowed();
  await given.call(`/users/me/consents/${given.clientId}`, { method: "DELETE" });
  await given.call(`/users/me/consents/${given.clientId}`, { method: "DELETE" });
  assert.deepEqual(await counts(), [granted! + 1, withdrawn! + 1]);
});
