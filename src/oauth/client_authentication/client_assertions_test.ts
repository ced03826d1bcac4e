import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { test } from "../../testing/harness.ts";
import { newApplication } from "../../testing/people/applications.ts";
import {
  asserted,
  assertionOf,
  type ClientKeyPair,
  type KeyClient,
  newKeyClient,
  newKeyPair,
} from "../../testing/people/key_clients.ts";
import { startReplicas } from "../../testing/replicas.ts";
import type { NewClient } from "../clients/clients.ts";
import { whateverTheState } from "../../platform/revision.ts";
import { localActor } from "../../vocabulary/actor.ts";

const replicas = await startReplicas();
const [here, there] = replicas;
const { db } = here;

const issuer = "http://localhost:8000";
const seconds = () => Math.floor(Date.now() / 1_000);

/** A request for a token by this assertion. */
function ask(assertion: string, more = {}, at = here): Promise<Response> {
  return at.fetch("/oauth/token", { form: asserted(assertion, { grant_type: "client_credentials", ...more }) });
}

/** The client's operators read this reason, once the job of a replica has stored it. */
async function assertNoted(id: string, reason: RegExp): Promise<void> {
  let noted: string[] = [];
  for (let round = 0; round < 200; round++) {
    await here.clientRefusals.flush();
    noted = (await here.clientRefusals.list(id)).map((row) => row.reason);
    if (noted.some((each) => reason.test(each))) return;
  }
  assert.fail(`${reason} among ${noted.join("; ")}`);
}

async function used(): Promise<number> {
  const [row] = await db.query<{ n: number }>("test", "select count(*)::int as n from used_once");
  return row!.n;
}

/** The assertion is refused with the same words as any other, and takes no identifier. */
async function assertRefused(client: KeyClient, assertion: string, reason: RegExp): Promise<void> {
  const before = await used();
  const answer = await ask(assertion);
  const body = await answer.json();
  assert.deepEqual([answer.status, body.error, answer.headers.get("www-authenticate")], [401, "invalid_client", null]);
  assert.equal(await used(), before, "the identifier is not used up");
  await assertNoted(client.id, reason);
}

test("T238 POST /oauth/token takes an assertion by each kind of key, once", async () => {
  for (const alg of ["ES256", "EdDSA", "Ed25519", "PS256", "RS256"]) {
    const client = await newKeyClient(here, { alg });
    const assertion = await assertionOf(client);
    const answer = await ask(assertion);
    assert.equal(answer.status, 200, alg);
    assert.equal((await answer.json()).token_type, "bearer");
    assert.equal((await ask(assertion)).status, 401, alg);
    await assertNoted(client.id, /^the assertion was used before$/);
  }
});

test("T238 an assertion that says to live for an hour counts for five minutes, and is remembered for longer than that", async () => {
  const client = await newKeyClient(here);
  const before = seconds();
  const assertion = await assertionOf(client, { exp: before + 3_600 });
  assert.deepEqual([(await ask(assertion)).status, (await ask(assertion)).status], [200, 401]);
  const [{ seconds_left } = { seconds_left: 0 }] = await db.query<{ seconds_left: number }>(
    "test",
    "select extract(epoch from max(expires_at))::int - $1 as seconds_left from used_once",
    [before],
  );
  assert.ok(seconds_left >= 360 && seconds_left < 390, "it counts for 330 s, by clocks that differ by 30 s");
});

test("T238 a key of Ed25519 verifies assertions by either name of its algorithm (RFC 9864 §2.2)", async () => {
  const client = await newKeyClient(here, { alg: "Ed25519" });
  const names = ["EdDSA", "Ed25519"];
  for (const alg of names) {
    const { jwk } = client;
    const jwks = { keys: [{ ...jwk, alg }] } as unknown as NonNullable<NewClient["jwks"]>;
    const changed = { jwks, token_endpoint_auth_signing_alg: alg as "EdDSA" };
    await here.oauthClients.change(client.id, changed, whateverTheState, localActor);
    for (const sent of names) assert.equal((await ask(await assertionOf({ ...client, alg: sent }))).status, 200, sent);
  }
});

test("T238 of thirty uses of one assertion at once on three replicas, one succeeds", async () => {
  const client = await newKeyClient(here);
  const assertion = await assertionOf(client);
  const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => ask(assertion, {}, replicas[n % 3]!)));
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, ...Array(29).fill(401)]);
});

test("T238 POST /oauth/revoke and /oauth/introspect take an assertion, and none that another endpoint has taken", async () => {
  const client = await newKeyClient(here);
  const { access_token: token } = await (await ask(await assertionOf(client))).json();
  const introspect = (assertion: string, at = here) =>
    at.fetch("/oauth/introspect", { form: asserted(assertion, { token }) });
  const first = await assertionOf(client);
  assert.equal((await (await introspect(first)).json()).active, true);
  assert.equal((await here.fetch("/oauth/revoke", { form: asserted(first, { token }) })).status, 401);
  assert.equal((await introspect(first, there)).status, 401);
  assert.equal(
    (await here.fetch("/oauth/revoke", { form: asserted(await assertionOf(client), { token }) })).status,
    200,
  );
  assert.equal((await (await introspect(await assertionOf(client))).json()).active, false);
});

test("T238 an assertion without a signature, or signed by a public key as if it were a secret, is refused", async () => {
  const client = await newKeyClient(here, { alg: "RS256" });
  const parts = (await assertionOf(client)).split(".");
  const encoded = (value: unknown) =>
    new TextEncoder().encode(JSON.stringify(value)).toBase64({ alphabet: "base64url", omitPadding: true });
  for (const alg of ["none", "None", "HS256", "ES384", ""]) {
    await assertRefused(
      client,
      `${encoded({ alg, kid: client.kid })}.${parts[1]}.${alg === "none" ? "" : parts[2]}`,
      /the algorithm|no signed JWT/,
    );
  }
  const secret = new TextEncoder().encode(JSON.stringify(client.jwk));
  const claims = { iss: client.id, sub: client.id, aud: issuer, jti: "1", exp: seconds() + 60 };
  const swapped = await new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: client.kid }).sign(secret);
  await assertRefused(client, swapped, /the algorithm "HS256"/);
  await assertRefused(
    client,
    `${parts[0]}.${parts[1]}.${"A".repeat(parts[2]!.length)}`,
    /signature of the assertion is wrong/,
  );
});

test("T238 an assertion with a claim or header that is missing or wrong is refused, with a reason", async () => {
  const client = await newKeyClient(here);
  const now = seconds();
  const cases: [Record<string, unknown>, Record<string, unknown>, RegExp][] = [
    [{ aud: [issuer] }, {}, /aud of the assertion .*\["http:\/\/localhost:8000"\]/],
    [{ aud: [issuer, "https://other.example"] }, {}, /aud of the assertion/],
    [{ aud: `${issuer}/oauth/token` }, {}, /aud of the assertion/],
    [{ aud: `${issuer}/` }, {}, /aud of the assertion/],
    [{ aud: "https://other.example" }, {}, /aud of the assertion/],
    [{ aud: undefined }, {}, /aud of the assertion/],
    [{ iss: "someone" }, {}, /iss and sub/],
    [{ iss: undefined }, {}, /iss and sub/],
    [{ jti: undefined }, {}, /no jti/],
    [{ jti: "" }, {}, /no jti/],
    [{ jti: "x".repeat(256) }, {}, /no jti/],
    [{ exp: undefined }, {}, /no exp/],
    [{ exp: now - 31, iat: now - 90 }, {}, /has expired/],
    [{ exp: now + 360, iat: undefined }, {}, /300 s at most/],
    [{ exp: now + 1e9, iat: now - 331 }, {}, /has expired/],
    [{ iat: now + 60, exp: now + 120 }, {}, /dated ahead/],
    [{ nbf: now + 60 }, {}, /dated ahead/],
    [{}, { kid: undefined }, /no kid/],
    [{}, { kid: "other" }, /no key of the client is for ES256 with the kid: other/],
    [{}, { typ: "dpop+jwt" }, /the type "dpop\+jwt"/],
    [{}, { typ: "at+jwt" }, /the type "at\+jwt"/],
  ];
  for (const [claims, header, reason] of cases) {
    await assertRefused(client, await assertionOf(client, claims, header), reason);
  }
  assert.equal((await ask(await assertionOf(client, { iat: undefined }, { typ: "JWT" }))).status, 200);
  assert.equal(
    (await ask(await assertionOf(client, { iat: now + 5 }, { typ: "client-authentication+jwt" }))).status,
    200,
  );
});

test("T238 an assertion by the key of another client, or beside another client_id, is refused", async () => {
  const [client, other] = [await newKeyClient(here), await newKeyClient(here)];
  await assertRefused(client, await assertionOf({ ...other, id: client.id }), /no key of the client/);
  await assertRefused(
    client,
    await assertionOf({ ...other, id: client.id, kid: client.kid }),
    /signature of the assertion is wrong/,
  );
  const answer = await ask(await assertionOf(client), { client_id: other.id });
  assert.deepEqual([answer.status, (await answer.json()).error], [401, "invalid_client"]);
  await assertNoted(client.id, /^client_id is not that of the assertion$/);
  assert.equal((await ask(await assertionOf(client), { client_id: client.id })).status, 200);
  const unknown = await assertionOf({ ...client, id: crypto.randomUUID() });
  assert.equal((await ask(unknown)).status, 401);
});

test("POST /oauth/token refuses two ways of authentication at once, and an assertion without its type", async () => {
  const client = await newKeyClient(here);
  const assertion = await assertionOf(client);
  const basic = { authorization: `Basic ${btoa(`${client.id}:secret`)}` };
  const form = asserted(assertion, { grant_type: "client_credentials" });
  const { client_assertion_type: _, ...untyped } = form;
  for (
    const init of [
      { form: { ...form, client_secret: "secret" } },
      { form, headers: basic },
      { form: untyped },
      { form: { ...form, client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:saml2-bearer" } },
      { form: { grant_type: "client_credentials", client_assertion_type: form.client_assertion_type! } },
    ]
  ) {
    const answer = await here.fetch("/oauth/token", init);
    assert.deepEqual([answer.status, (await answer.json()).error], [400, "invalid_request"]);
  }
  assert.equal((await ask(assertion)).status, 200, "none of them used up the assertion");
});

test("a client with keys has no secret, and neither a secret nor its client_id alone authenticates it", async () => {
  const client = await newKeyClient(here);
  const [row] = await db.query("test", "select from secrets where owner_id = $1", [client.id]);
  assert.equal(row, undefined);
  await assert.rejects(here.clientSecrets.rotate(client.id, 0, localActor), { code: "client_without_secret" });
  const application = await newApplication(here);
  const changed = await here.oauthClients.change(
    application.id,
    { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [client.jwk] } as never },
    whateverTheState,
    localActor,
  );
  assert.deepEqual(changed.jwks?.keys.map(({ kid }) => kid), [client.kid]);
  assert.deepEqual(await db.query("test", "select from secrets where owner_id = $1", [application.id]), []);
  for (const form of [{ client_secret: application.secret }, {}]) {
    const answer = await here.fetch("/oauth/token", {
      form: { grant_type: "refresh_token", refresh_token: "snt_crt_x", client_id: application.id, ...form },
    });
    assert.equal(answer.status, 401);
  }
  await assertNoted(application.id, /^no assertion was sent/);
  const back = await here.oauthClients.change(
    application.id,
    { token_endpoint_auth_method: "client_secret_basic" },
    whateverTheState,
    localActor,
  );
  assert.deepEqual([back.jwks, back.jwks_uri], [null, null]);
  assert.equal((await ask(await assertionOf({ ...client, id: application.id }))).status, 401);
});

test("a client that may name the token endpoint, or has one algorithm, is held to that", async () => {
  const lenient = await newKeyClient(here, { token_endpoint_audience: true });
  assert.equal((await ask(await assertionOf(lenient, { aud: `${issuer}/oauth/token` }))).status, 200);
  assert.equal((await ask(await assertionOf(lenient, { aud: [`${issuer}/oauth/token`] }))).status, 401);
  assert.equal((await ask(await assertionOf(lenient))).status, 200);
  const strict = await newKeyClient(here, { alg: "RS256", token_endpoint_auth_signing_alg: "PS256" });
  await assertRefused(strict, await assertionOf(strict), /the algorithm RS256, not PS256/);
});

test("a replaced key is refused on every replica, and so is a disabled client", async () => {
  const client = await newKeyClient(here);
  assert.equal((await ask(await assertionOf(client), {}, there)).status, 200);
  const next = { ...await newKeyPair(), id: client.id };
  const change = (wanted: object) => here.oauthClients.change(client.id, wanted, whateverTheState, localActor);
  await change({ jwks: { keys: [next.jwk] } });
  await assertRefused(client, await assertionOf(client), /no key of the client/);
  assert.equal((await ask(await assertionOf(next))).status, 200);
  await change({ disabled: true });
  await assertRefused(client, await assertionOf(next), /the client is disabled/);
});

const key: ClientKeyPair = await newKeyPair();

test("POST /clients refuses keys that are private, weak, symmetric, unnamed or too many", async () => {
  const rsa = await newKeyPair("RS256");
  const weak = { ...rsa.jwk, n: "v".repeat(171) };
  const many = await Promise.all(Array.from({ length: 11 }, () => newKeyPair()));
  const sets: unknown[] = [
    { keys: [] },
    { keys: [{ ...key.jwk, d: "AAAA" }] },
    { keys: [{ kty: "oct", k: "c2VjcmV0", kid: "1" }] },
    { keys: [weak] },
    { keys: [{ ...key.jwk, kid: undefined }] },
    { keys: [{ ...key.jwk, crv: "P-384" }] },
    { keys: [{ ...key.jwk, use: "enc" }] },
    { keys: [{ ...key.jwk, alg: "RS256" }] },
    { keys: [key.jwk, key.jwk] },
    { keys: [{ ...key.jwk, x: "AA" }] },
    { keys: many.map(({ jwk }) => jwk) },
    {},
    { keys: "none" },
  ];
  for (const jwks of sets) {
    const json = { name: "settlement", token_endpoint_auth_method: "private_key_jwt", jwks };
    const answer = await here.fetch("/clients", { json }, "ada");
    assert.equal(answer.status, 422, JSON.stringify(jwks));
  }
});
