import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { type Form, startSentinel, test } from "../../testing/harness.ts";
import {
  answerIn,
  type Application,
  askAs,
  authorizePath,
  codeVerifier,
  errorOf,
  newApplication,
  newCode,
  newVisitor,
  type Visitor,
} from "../../testing/people/applications.ts";
import { people } from "../../testing/people/people.ts";
import { askForToken, basic, newClient } from "../../testing/people/clients.ts";
import { type DpopKey, newDpopKey, proofOf, proven, type WantedProof } from "../../testing/people/dpop.ts";
import { openBrowser } from "../../testing/people/browser.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const [key, other] = [await newDpopKey(), await newDpopKey("EdDSA")];
const confidential = await newApplication(sentinel);
const open = await newApplication(sentinel, { isPublic: true });

/** Asks the token endpoint as the application, with a new proof of the key if there is one. */
async function ask(application: Application, form: Form, by?: DpopKey, wanted?: WantedProof): Promise<Response> {
  const { id, isPublic } = application;
  return await sentinel.fetch("/oauth/token", {
    form: isPublic ? { ...form, client_id: id } : form,
    headers: { ...(isPublic ? {} : basic(application)), ...(by && await proven(by, wanted)) },
  });
}

/** The request for the tokens of a new code, which the visitor's browser brings to the application. */
async function codeForm(application: Application, visitor: Visitor, dpopJkt?: string): Promise<Form> {
  const { code, verifier } = await newCode(sentinel, application, visitor, { dpopJkt });
  const { redirectUri: redirect_uri } = application;
  return { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri };
}

const refreshForm = (refresh_token: string): Form => ({ grant_type: "refresh_token", refresh_token });

/** The sessions of the visitor that clients hold. */
const sessionsOf = ({ userId }: Visitor) =>
  db.query<{ dpop_jkt: string | null; counter: number; live: boolean }>(
    "test",
    `select dpop_jkt, refresh_counter::int as counter, revoked_at is null as live from sessions
     where user_id = $1 and kind = 'client'`,
    [userId],
  );

test("POST /oauth/token answers a client with a proof a token that is bound to the key, and one without it a bearer token", async () => {
  const client = await newClient(sentinel);
  const bearer = await (await askForToken(sentinel, client)).json();
  assert.equal(bearer.token_type, "bearer");
  assert.equal("cnf" in decodeJwt(bearer.access_token), false);
  const answer = await askForToken(sentinel, client, {}, { headers: await proven(key) });
  const { access_token, token_type } = await answer.json();
  assert.deepEqual([answer.status, token_type], [200, "DPoP"]);
  assert.deepEqual(decodeJwt(access_token).cnf, { jkt: key.jkt });
});

test("POST /oauth/token binds the refresh tokens of a public client to the key, and not those of a client with a secret (RFC 9449 §5)", async () => {
  for (const [application, boundTo] of [[open, key.jkt], [confidential, null]] as const) {
    const visitor = await newVisitor(sentinel);
    const first = await (await ask(application, await codeForm(application, visitor), key)).json();
    assert.deepEqual([first.token_type, decodeJwt(first.access_token).cnf], ["DPoP", { jkt: key.jkt }]);
    assert.equal((await sessionsOf(visitor))[0]!.dpop_jkt, boundTo);
    const second = await (await ask(application, refreshForm(first.refresh_token), key)).json();
    assert.deepEqual([second.token_type, decodeJwt(second.access_token).cnf], ["DPoP", { jkt: key.jkt }]);
    const swapped = await ask(application, refreshForm(second.refresh_token), other);
    if (boundTo === null) {
      assert.deepEqual(decodeJwt((await swapped.json()).access_token).cnf, { jkt: other.jkt });
    } else assert.deepEqual(await errorOf(swapped), [400, "invalid_grant"]);
  }
});

test("T259 POST /oauth/token refuses a refresh token with another key or none, which changes nothing and is no reuse", async () => {
  const visitor = await newVisitor(sentinel);
  const first = await (await ask(open, await codeForm(open, visitor), key)).json();
  const second = await (await ask(open, refreshForm(first.refresh_token), key)).json();
  for (const token of [second.refresh_token, first.refresh_token]) {
    for (const by of [other, undefined]) {
      assert.deepEqual(await errorOf(await ask(open, refreshForm(token), by)), [400, "invalid_grant"]);
    }
  }
  assert.deepEqual(await sessionsOf(visitor), [{ dpop_jkt: key.jkt, counter: 1, live: true }]);
  const again = await ask(open, refreshForm(first.refresh_token), key); // its answer was lost
  assert.equal((await again.json()).refresh_token, second.refresh_token);
  assert.equal((await ask(open, refreshForm(second.refresh_token), key)).status, 200);
});

test("T259 POST /oauth/token refuses old refresh tokens of a public client with another key, without ending its session", async () => {
  const visitor = await newVisitor(sentinel);
  const first = await (await ask(open, await codeForm(open, visitor), key)).json();
  let { refresh_token } = first;
  for (let i = 0; i < 5; i++) ({ refresh_token } = await (await ask(open, refreshForm(refresh_token), key)).json());
  assert.deepEqual(await errorOf(await ask(open, refreshForm(first.refresh_token), other)), [400, "invalid_grant"]);
  assert.deepEqual((await sessionsOf(visitor)).map(({ live }) => live), [true]);
  assert.deepEqual(await errorOf(await ask(open, refreshForm(first.refresh_token), key)), [400, "invalid_grant"]);
  assert.deepEqual((await sessionsOf(visitor)).map(({ live }) => live), [false], "a reuse by who has the key");
});

test("POST /oauth/token binds a public client's refresh tokens from its first refresh with a proof on", async () => {
  const visitor = await newVisitor(sentinel);
  const first = await (await ask(open, await codeForm(open, visitor))).json();
  assert.deepEqual([first.token_type, (await sessionsOf(visitor))[0]!.dpop_jkt], ["bearer", null]);
  const second = await (await ask(open, refreshForm(first.refresh_token), key)).json();
  assert.deepEqual([second.token_type, (await sessionsOf(visitor))[0]!.dpop_jkt], ["DPoP", key.jkt]);
  assert.deepEqual(await errorOf(await ask(open, refreshForm(second.refresh_token))), [400, "invalid_grant"]);
});

test("T259 POST /oauth/token refuses a code of dpop_jkt with another key or none, and leaves it and what it gave to who has the key", async () => {
  for (const application of [open, confidential]) {
    const visitor = await newVisitor(sentinel);
    const form = await codeForm(application, visitor, key.jkt);
    for (const by of [other, undefined]) {
      assert.deepEqual(await errorOf(await ask(application, form, by)), [400, "invalid_grant"]);
    }
    assert.deepEqual(await sessionsOf(visitor), []);
    assert.equal((await ask(application, form, key)).status, 200);
    for (const by of [other, undefined]) {
      assert.deepEqual(await errorOf(await ask(application, form, by)), [400, "invalid_grant"]);
    }
    assert.deepEqual((await sessionsOf(visitor)).map(({ live }) => live), [true]);
  }
});

const refused: [what: string, wanted: WantedProof][] = [
  ["htm of another method", { method: "GET" }],
  ["htu of another endpoint", { path: "/oauth/revoke" }],
  ["iat of two minutes ago", { claims: { iat: Math.floor(Date.now() / 1_000) - 120 } }],
  ["typ of another JWT", { header: { typ: "JWT" } }],
];

test("T259 POST /oauth/token refuses a bad proof after it has authenticated the client, and consumes nothing", async () => {
  const visitor = await newVisitor(sentinel);
  const form = await codeForm(open, visitor);
  for (const [what, wanted] of refused) {
    const answer = await ask(open, form, key, wanted);
    assert.deepEqual(await errorOf(answer), [400, "invalid_dpop_proof"], what);
    assert.equal(answer.headers.get("www-authenticate"), null);
  }
  const bad = { dpop: await proofOf(key, { method: "GET" }) };
  const wrong = await askForToken(sentinel, { id: confidential.id, secret: "snt_cs_x" }, {}, { headers: bad });
  assert.equal((await errorOf(wrong))[1], "invalid_client");
  assert.equal((await ask(open, form, key)).status, 200);
});

test("T259 POST /oauth/token refuses two DPoP headers and one that is too long", async () => {
  const client = await newClient(sentinel);
  for (
    const dpop of [
      `${await proofOf(key)}, ${await proofOf(key)}`,
      "",
      await proofOf(key, { claims: { x: "x".repeat(6_000) } }),
    ]
  ) {
    const answer = await askForToken(sentinel, client, {}, { headers: { dpop } });
    assert.deepEqual(await errorOf(answer), [400, "invalid_dpop_proof"]);
  }
});

test("POST /oauth/token gives a client with dpop_bound_access_tokens nothing without a proof, and says why to its operators", async () => {
  const machine = await newClient(sentinel, { dpop_bound_access_tokens: true });
  assert.deepEqual(await errorOf(await askForToken(sentinel, machine)), [400, "invalid_dpop_proof"]);
  assert.equal((await askForToken(sentinel, machine, {}, { headers: await proven(key) })).status, 200);
  await askForToken(sentinel, machine, {}, { headers: await proven(key, { method: "GET" }) });
  await sentinel.clientRefusals.flush();
  const { items } = await (await sentinel.fetch(`/clients/${machine.id}/refusals`, {}, "ada")).json();
  assert.deepEqual(items.map(({ reason }: { reason: string }) => reason).toSorted(), [
    "a DPoP proof is missing",
    "invalid DPoP proof: The claim htm must be POST.",
  ]);

  const application = await newApplication(sentinel, { isPublic: true, dpop_bound_access_tokens: true });
  const form = await codeForm(application, await newVisitor(sentinel));
  assert.deepEqual(await errorOf(await ask(application, form)), [400, "invalid_dpop_proof"]);
  const { refresh_token } = await (await ask(application, form, key)).json();
  assert.deepEqual(await errorOf(await ask(application, refreshForm(refresh_token))), [400, "invalid_dpop_proof"]);
  assert.equal((await ask(application, refreshForm(refresh_token), key)).status, 200);
});

test("POST /oauth/token ignores a proof of a login, whose tokens are bound to nothing", async () => {
  await sentinel.settled("grace");
  const { username, password } = people.grace;
  const form = { grant_type: "password", username, password };
  const answer = await sentinel.fetch("/oauth/token", { form, headers: { dpop: "x" } });
  assert.deepEqual([answer.status, (await answer.json()).token_type], [200, "bearer"]);
});

test("POST /oauth/introspect tells the key of a bound token (RFC 9449 §6.2)", async () => {
  const visitor = await newVisitor(sentinel);
  const { access_token } = await (await ask(confidential, await codeForm(confidential, visitor), key)).json();
  const told = await (await askAs(sentinel, confidential, { token: access_token }, "/oauth/introspect")).json();
  assert.deepEqual([told.active, told.token_type, told.cnf], [true, "DPoP", { jkt: key.jkt }]);
  const plain = await (await ask(confidential, await codeForm(confidential, visitor))).json();
  const other = await (await askAs(sentinel, confidential, { token: plain.access_token }, "/oauth/introspect")).json();
  assert.deepEqual([other.token_type, "cnf" in other], ["Bearer", false]);
});

test("GET /oauth/authorize binds the code to dpop_jkt, and refuses what is no thumbprint (RFC 9449 §10)", async () => {
  const browser = openBrowser(sentinel);
  await sentinel.settled("grace");
  const { username, password } = people.grace;
  await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  for (const dpop_jkt of ["x", `${key.jkt}=`, `${key.jkt}A`]) {
    const { error } = answerIn((await browser.open(authorizePath(open, { dpop_jkt }))).path);
    assert.equal(error, "invalid_request", dpop_jkt);
  }
  const twice = await browser.open(authorizePath(open, { dpop_jkt: [key.jkt, other.jkt] }));
  assert.equal(answerIn(twice.path).error, "invalid_request");
  const { code } = answerIn((await browser.open(authorizePath(open, { dpop_jkt: key.jkt }))).path);
  const { redirectUri: redirect_uri } = open;
  const form = { grant_type: "authorization_code", code: code!, code_verifier: codeVerifier, redirect_uri };
  assert.deepEqual(await errorOf(await ask(open, form, other)), [400, "invalid_grant"]);
  assert.equal((await ask(open, form, key)).status, 200);
});
