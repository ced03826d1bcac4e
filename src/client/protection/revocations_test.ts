import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { test } from "../../testing/harness.ts";
import { newApplication, newVisitor, signedInWith } from "../../testing/people/applications.ts";
import { newApis, newClient, tokenOfClient } from "../../testing/people/clients.ts";
import { until } from "../../testing/servers/process.ts";
import { serveSentinel } from "../../testing/servers/served_sentinel.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { createProtection, ProtectionError } from "../protect.ts";

const served = await serveSentinel();
const { sentinel, issuer } = served;
Deno.test.afterAll(() => served[Symbol.asyncDispose]());

const { documents, pictures } = await newApis(sentinel);
const wanted = { scopes: ["documents:read"], resources: [documents] };
const application = await newApplication(sentinel, wanted);
const api = await newClient(sentinel, { grant_types: [], resources: [documents], own_api: false });

/** An API that follows the feed of Sentinel, and polls it at each request: its clock leaps. */
function followingApi() {
  const clock = { ms: Date.now() };
  const options = { issuer, audience: documents, check: "revocations" as const, client: api, silenceSeconds: 2 };
  const protection = createProtection({ ...options, now: () => clock.ms });
  const ask = async (token: string): Promise<number> => {
    clock.ms += 2_001;
    const headers = { authorization: `Bearer ${token}` };
    return await protection.authenticate(new Request(documents, { headers })).then(() => 200, (error) => {
      assert.ok(error instanceof ProtectionError);
      return error.status;
    });
  };
  return { ask, [Symbol.dispose]: () => protection.close() };
}

const tokenOfUser = async () =>
  (await signedInWith(sentinel, application, await newVisitor(sentinel), {
    scopes: wanted.scopes,
    resources: [documents],
  })).access_token;

const newProgram = async () => {
  const client = await newClient(sentinel, { ...wanted, own_api: false });
  return { ...client, token: await tokenOfClient(sentinel, client) };
};

test("revocations refuse the tokens of a session that was revoked, of a client whose tokens ended, and no others", async () => {
  using follower = followingApi();
  const [token, other] = [await tokenOfUser(), await tokenOfUser()];
  const [program, bystander] = [await newProgram(), await newProgram()];
  for (const each of [token, other, program.token, bystander.token]) assert.equal(await follower.ask(each), 200);

  const { sub, sid } = decodeJwt(token);
  const revoked = await sentinel.fetch(`/users/${sub}/sessions/${sid}`, { method: "DELETE" }, "ada");
  assert.equal(revoked.status, 204);
  await until("the session's token is refused", async () => await follower.ask(token) === 401);
  await sentinel.oauthClients.endTokens(program.id, localActor);
  await until("the client's token is refused", async () => await follower.ask(program.token) === 401);
  for (const each of [other, bystander.token]) assert.equal(await follower.ask(each), 200);
  using late = followingApi();
  assert.deepEqual([await late.ask(token), await late.ask(program.token), await late.ask(other)], [401, 401, 200]);
});

test("revocations refuse a disabled user's tokens", async () => {
  using follower = followingApi();
  const token = await tokenOfUser();
  assert.equal(await follower.ask(token), 200);
  const init = { method: "PATCH", json: { disabled: true } };
  assert.equal((await sentinel.fetch(`/users/${decodeJwt(token).sub}`, init, "ada")).status, 200);
  await until("the user's token is refused", async () => await follower.ask(token) === 401);
});

test("a client that would not learn of revocations gets every token refused: of another API, or with a wrong secret", async () => {
  const headers = { authorization: `Bearer ${await tokenOfUser()}` };
  const code = async (client: { id: string; secret: string }) => {
    const protection = createProtection({ issuer, audience: documents, check: "revocations", client });
    const error = await protection.authenticate(new Request(documents, { headers })).then(() => {}, (error) => error);
    protection.close();
    return error?.code;
  };
  const stranger = await newClient(sentinel, { grant_types: [], resources: [pictures], own_api: false });
  assert.deepEqual([await code(stranger), await code({ ...api, secret: stranger.secret })], [
    "invalid_token",
    "unavailable",
  ]);
  assert.equal(await code(api), undefined);
});
