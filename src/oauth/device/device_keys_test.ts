import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { type Form, startSentinel, test } from "../../testing/harness.ts";
import { errorOf, newApplication } from "../../testing/people/applications.ts";
import { newApis } from "../../testing/people/clients.ts";
import { browserOf } from "../../testing/people/console.ts";
import { type DpopKey, newDpopKey, proven } from "../../testing/people/dpop.ts";
import { asserted, assertionOf, newKeyClient } from "../../testing/people/key_clients.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { deviceGrant } from "../grant_types.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const grant_types = [deviceGrant, "refresh_token"];

/** A TV, which has no secret. */
const newTv = (wanted: Parameters<typeof newApplication>[1] = {}) =>
  newApplication(sentinel, { name: "TV", isPublic: true, redirect_uris: [], grant_types, ...wanted });

type Codes = { device_code: string; user_code: string };

const begin = (form: Form) => sentinel.fetch("/oauth/device_authorization", { form });
const poll = ({ device_code }: Codes, form: Form, headers: Record<string, string> = {}) =>
  sentinel.fetch("/oauth/token", { form: { grant_type: deviceGrant, device_code, ...form }, headers });

/** A user who has approved the code; answers their id. */
async function approve({ user_code }: Codes): Promise<string> {
  const { browser, id } = await browserOf(sentinel);
  const asked = await browser.submit(await browser.open("/device"), "/device", { user_code });
  await browser.submit(asked, "/device/decision", { decision: "allow" });
  return id;
}

const sessionsOf = (userId: string) =>
  db.query<{ id: string; dpop_jkt: string | null; parent_id: string | null; counter: number }>(
    "test",
    `select id, dpop_jkt, parent_id, refresh_counter::int as counter from sessions
     where user_id = $1 and kind = 'client'`,
    [userId],
  );

test("POST /oauth/token binds the tokens of a device to the key that its poll proves, and its refresh tokens too", async () => {
  const [key, other] = [await newDpopKey(), await newDpopKey()];
  const { id: client_id } = await newTv();
  const codes: Codes = await (await begin({ client_id, scope: "openid" })).json();
  const userId = await approve(codes);
  const answer = await poll(codes, { client_id }, await proven(key));
  const { access_token, refresh_token, token_type } = await answer.json();
  assert.deepEqual([answer.status, token_type, decodeJwt(access_token).cnf], [200, "DPoP", { jkt: key.jkt }]);
  assert.deepEqual((await sessionsOf(userId)).map(({ dpop_jkt }) => dpop_jkt), [key.jkt]);
  const refresh = async (by?: DpopKey) =>
    await sentinel.fetch("/oauth/token", {
      form: { grant_type: "refresh_token", refresh_token, client_id },
      headers: by ? await proven(by) : {},
    });
  for (const by of [other, undefined]) assert.deepEqual(await errorOf(await refresh(by)), [400, "invalid_grant"]);
  assert.deepEqual((await sessionsOf(userId)).map(({ counter }) => counter), [0], "nothing was used up");
  assert.equal((await (await refresh(key)).json()).token_type, "DPoP");
});

test("T238 a device with keys authenticates by an assertion at each request, and by none twice", async () => {
  const client = await newKeyClient(sentinel, { grant_types, scopes: ["openid"] });
  const { id: client_id } = client;
  assert.deepEqual(await errorOf(await begin({ client_id, scope: "openid" })), [401, "invalid_client"]);
  const assertion = await assertionOf(client);
  const begun = await begin(asserted(assertion, { scope: "openid" }));
  assert.equal(begun.status, 200);
  const codes: Codes = await begun.json();
  for (const form of [{ client_id }, asserted(assertion)]) {
    assert.deepEqual(await errorOf(await poll(codes, form)), [401, "invalid_client"]);
  }
  const again = async () => await poll(codes, asserted(await assertionOf(client)));
  assert.deepEqual(await errorOf(await again()), [400, "authorization_pending"]);
  const userId = await approve(codes);
  assert.equal((await again()).status, 200);
  assert.equal((await sessionsOf(userId)).length, 1);
});

test("POST /oauth/device_authorization takes APIs of the client alone, and a poll may only narrow them", async () => {
  const { documents, pictures } = await newApis(sentinel);
  const scopes = ["documents:read", "pictures:read"];
  const { id: client_id } = await newTv({ resources: [documents, pictures], scopes });
  const unknown = await begin({ client_id, scope: "documents:read", resource: "https://unknown.example.com" });
  assert.deepEqual(await errorOf(unknown), [400, "invalid_target"]);
  const codes: Codes = await (await begin({ client_id, scope: "documents:read", resource: documents })).json();
  const userId = await approve(codes);
  assert.deepEqual(await errorOf(await poll(codes, { client_id, resource: pictures })), [400, "invalid_target"]);
  assert.deepEqual(await sessionsOf(userId), [], "no session, and the code still counts");
  const { access_token } = await (await poll(codes, { client_id })).json();
  assert.equal(decodeJwt(access_token).aud, documents);
});

test("GET /revocations lists the session of a device, which has no parent", async () => {
  const { id: client_id } = await newTv();
  const codes: Codes = await (await begin({ client_id, scope: "openid" })).json();
  const userId = await approve(codes);
  assert.equal((await poll(codes, { client_id })).status, 200);
  const [session] = await sessionsOf(userId);
  assert.equal(session!.parent_id, null);
  const listed = async () => {
    sentinel.revocationFeed.forget();
    const { items } = await (await sentinel.fetch("/revocations", {}, "ada")).json();
    return items.filter(({ sid }: { sid?: string }) => sid === session!.id).length;
  };
  assert.equal(await listed(), 0);
  await sentinel.sessionRevocation.endSession(session!.id, localActor);
  assert.equal(await listed(), 1);
});
