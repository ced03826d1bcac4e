import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { startSentinel, test } from "../../testing/harness.ts";
import { answerIn, authorizePath, authorizeQuery, codeVerifier } from "../../testing/people/applications.ts";
import { openBrowser, textOf } from "../../testing/people/browser.ts";
import { bound, newDpopKey, proven } from "../../testing/people/dpop.ts";
import { asserted, assertionOf, type ClientKeyPair, newKeyPair } from "../../testing/people/key_clients.ts";
import { people } from "../../testing/people/people.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";

const settings = { SENTINEL_CLIENT_REGISTRATION: "open" };
const sentinel = await startSentinel({ lasting: false, settings });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const redirectUri = "https://notes.example.com/callback";

const register = (members: Record<string, unknown>) =>
  sentinel.fetch("/oauth/register", { json: { redirect_uris: [redirectUri], ...members } });

async function registered(members: Record<string, unknown>) {
  const answer = await register(members);
  assert.equal(answer.status, 201, await answer.clone().text());
  return await answer.json();
}

const withKeys = ({ jwk }: ClientKeyPair) => ({
  token_endpoint_auth_method: "private_key_jwt",
  jwks: { keys: [jwk] },
});

const errorOf = async (answer: Response) => [answer.status, (await answer.json()).error];

test("a client that registered itself with keys pushes its request and gets tokens that are bound to another key", async () => {
  const pair = await newKeyPair();
  const { client_id: id } = await registered({
    ...withKeys(pair),
    grant_types: ["authorization_code", "refresh_token"],
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
  });
  const client = { ...pair, id, redirectUri };
  const ask = async (form: Record<string, string>, headers = {}) =>
    sentinel.fetch("/oauth/token", { form: asserted(await assertionOf(client), form), headers });
  await sentinel.settled("grace");
  const browser = openBrowser(sentinel);
  const { username, password } = people.grace;
  await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  const wish = { scope: "openid offline_access", prompt: "consent" };
  const direct = await browser.open(authorizePath(client, wish));
  assert.ok(!direct.path.startsWith("/consent"), "it must push its requests");

  const request = Object.fromEntries(authorizeQuery(client, wish));
  const unproven = await sentinel.fetch("/oauth/par", { form: request });
  assert.deepEqual(await errorOf(unproven), [401, "invalid_client"]);
  const pushed = await sentinel.fetch("/oauth/par", { form: asserted(await assertionOf(client), request) });
  const { request_uri } = await pushed.json();
  const question = await browser.open(`/oauth/authorize?${new URLSearchParams({ client_id: id, request_uri })}`);
  assert.ok(question.path.startsWith("/consent"), textOf(question));
  const { code } = answerIn((await browser.submit(question, "/consent", { decision: "allow" })).path);

  const form = {
    grant_type: "authorization_code",
    code: code!,
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
  };
  const key = await newDpopKey();
  const others = { ...client, privateKey: (await newKeyPair()).privateKey };
  const forged = asserted(await assertionOf(others), form);
  const refused = await sentinel.fetch("/oauth/token", { form: forged, headers: await proven(key) });
  assert.deepEqual(await errorOf(refused), [401, "invalid_client"]);
  assert.deepEqual(await errorOf(await ask(form)), [400, "invalid_dpop_proof"]);
  const answer = await ask(form, await proven(key));
  assert.equal(answer.status, 200, await answer.clone().text());
  const tokens = await answer.json();
  assert.deepEqual([tokens.token_type, decodeJwt(tokens.access_token).cnf], ["DPoP", { jkt: key.jkt }]);
  const userinfo = await sentinel.fetch("/oauth/userinfo", {
    headers: await bound(tokens.access_token, key, "/oauth/userinfo"),
  });
  assert.equal(userinfo.status, 200);
  const again = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
  assert.deepEqual(await errorOf(await ask(again)), [400, "invalid_dpop_proof"]);
  assert.equal((await ask(again, await proven(key))).status, 200);
});

test("POST /oauth/register answers the keys, the proofs and the sign-out that it took, and no secret", async () => {
  const pair = await newKeyPair();
  const wanted = {
    ...withKeys(pair),
    token_endpoint_auth_signing_alg: "ES256",
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
    backchannel_logout_uri: "https://notes.example.com/logout",
    backchannel_logout_session_required: true,
  };
  const { client_id, ...answer } = await registered(wanted);
  const members = Object.keys(wanted);
  const of = (client: Record<string, unknown>) => Object.fromEntries(members.map((member) => [member, client[member]]));
  assert.deepEqual(of(answer), wanted);
  assert.deepEqual(of(await sentinel.oauthClients.find(client_id)), wanted);
  assert.ok(!("client_secret" in answer));
  const { jwks, ...others } = wanted;
  const jwks_uri = "https://notes.example.com/jwks.json";
  const elsewhere = await registered({ ...others, jwks_uri, jwks: null });
  assert.deepEqual([elsewhere.jwks_uri, elsewhere.jwks], [jwks_uri, undefined]);
  const secret = await registered({ jwks, jwks_uri, token_endpoint_auth_signing_alg: "HS256" });
  assert.deepEqual([typeof secret.client_secret, secret.jwks, secret.jwks_uri], ["string", undefined, undefined]);
});

test("T227 POST /oauth/register refuses keys and addresses that cannot be trusted, and stores nothing", async () => {
  const { jwk } = await newKeyPair();
  const method = { token_endpoint_auth_method: "private_key_jwt" };
  const jwks = { keys: [jwk] };
  const before = await rowCounts(sentinel);
  const refused: Record<string, unknown>[] = [
    method,
    { ...method, jwks, jwks_uri: "https://notes.example.com/jwks.json" },
    { ...method, jwks: { keys: [] } },
    { ...method, jwks: "keys" },
    { ...method, jwks: { keys: [{ ...jwk, d: jwk.x }] } },
    { ...method, jwks, token_endpoint_auth_signing_alg: "RS256" },
    { ...method, jwks, token_endpoint_auth_signing_alg: "HS256" },
    { ...method, jwks_uri: "http://notes.example.com/jwks.json" },
    { ...method, jwks_uri: "http://localhost/jwks.json" },
    { ...method, jwks_uri: "https://user@notes.example.com/jwks.json" },
    { ...method, jwks_uri: 7 },
    { backchannel_logout_uri: "http://notes.example.com/logout" },
    { backchannel_logout_uri: "http://127.0.0.1/logout" },
    { backchannel_logout_uri: "https://notes.example.com/logout#" },
    { backchannel_logout_uri: "https://notes.example.com/%2e%2e/x" },
    { backchannel_logout_uri: "notes:/logout" },
    { dpop_bound_access_tokens: "yes" },
    { require_pushed_authorization_requests: 1 },
    { backchannel_logout_session_required: "no" },
  ];
  for (const members of refused) {
    assert.deepEqual(await errorOf(await register(members)), [400, "invalid_client_metadata"], JSON.stringify(members));
  }
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("POST /oauth/register gives no client the grant of devices, and none that asks for nothing else", async () => {
  const device = "urn:ietf:params:oauth:grant-type:device_code";
  const { grant_types, client_id } = await registered({
    grant_types: ["authorization_code", device],
    token_endpoint_auth_method: "none",
  });
  assert.deepEqual(grant_types, ["authorization_code"]);
  const form = { client_id, scope: "openid" };
  const answer = await sentinel.fetch("/oauth/device_authorization", { form });
  assert.deepEqual(await errorOf(answer), [400, "unauthorized_client"]);
  assert.deepEqual(await errorOf(await register({ grant_types: [device] })), [400, "invalid_client_metadata"]);
});
