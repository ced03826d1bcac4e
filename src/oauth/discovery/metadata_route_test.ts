import assert from "node:assert/strict";
import { asserted, assertionOf, newKeyClient, newKeyPair } from "../../testing/people/key_clients.ts";
import type { ClientKey } from "../../vocabulary/actor.ts";
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { deviceGrant } from "../grant_types.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import {
  answerIn,
  askAs,
  authorizePath,
  authorizeQuery,
  exchangeCode,
  newApplication,
  newCode,
  newVerifier,
  newVisitor,
} from "../../testing/people/applications.ts";
import { type Browser, openBrowser } from "../../testing/people/browser.ts";
import { askForToken, newClient, tokenOfClient } from "../../testing/people/clients.ts";
import { newDpopKey, proven } from "../../testing/people/dpop.ts";
import { people } from "../../testing/people/people.ts";
import { newTwoStepUser } from "../../testing/factors/two_step_users.ts";
import { localActor } from "../../vocabulary/actor.ts";
import type { Metadata } from "./metadata.ts";

const sentinel = await startSentinel({
  lasting: false,
  settings: { SENTINEL_CLIENT_METADATA_DOCUMENTS: "open" },
  resolve: () => Promise.resolve([]),
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const issuer = sentinel.settings.SENTINEL_PUBLIC_URL;
const paths = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];
const metadata: Metadata = await (await sentinel.fetch(paths[0]!)).json();

const pathOf = (url: string) => {
  assert.ok(url.startsWith(`${issuer}/`), url);
  return url.slice(issuer.length);
};

await sentinel.settled("grace");
const { username, password } = people.grace;

async function signedIn(): Promise<Browser> {
  const browser = openBrowser(sentinel);
  await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  return browser;
}

const browser = await signedIn();
const home = "https://ledger.example.com/";
const redirect_uris = ["https://ledger.example.com/callback"];
const application = {
  ...await newApplication(sentinel, { redirect_uris, post_logout_redirect_uris: [home] }),
  redirectUri: redirect_uris[0]!,
  name: "Ledger",
};

type Answer = { code?: string; error?: string; iss?: string; verifier: string };

/** What a request in grace's browser is answered, with the verifier of its challenge. She allows what she is asked. */
async function authorized(changed: Record<string, string> = {}, client = application, by = browser): Promise<Answer> {
  const { verifier, challenge } = newVerifier();
  let shown = await by.open(authorizePath(client, { code_challenge: challenge, ...changed }));
  if (shown.path.startsWith("/consent")) shown = await by.submit(shown, "/consent", { decision: "allow" });
  return { ...answerIn(shown.path), verifier };
}

/** What grace's sign-in gives the application. */
async function tokens(changed: Record<string, string> = {}, client = application) {
  const { code, verifier } = await authorized(changed, client);
  const answer = await exchangeCode(sentinel, client, { code: code!, verifier });
  assert.equal(answer.status, 200);
  return await answer.json();
}

/** What grace's approval gives a device. */
async function deviceTokens() {
  const wanted = { isPublic: true, redirect_uris: [], grant_types: [deviceGrant, "refresh_token"] };
  const tv = await newApplication(sentinel, wanted);
  const endpoint = pathOf(metadata.device_authorization_endpoint);
  const { device_code, verification_uri_complete } = await (await askAs(sentinel, tv, {}, endpoint)).json();
  const asked = await browser.submit(await browser.open(pathOf(verification_uri_complete)), "/device");
  await browser.submit(asked, "/device/decision", { decision: "allow" });
  assert.equal((await askAs(sentinel, tv, { grant_type: deviceGrant, device_code })).status, 200);
}

const keys = async () => createLocalJWKSet(await (await sentinel.fetch(pathOf(metadata.jwks_uri))).json());
const errorOf = async (response: Response) => (await response.json()).error;

/** What sends the endpoint a request of a new application that authenticates so. */
const clientKey = await newKeyPair();
const withKey = {
  token_endpoint_auth_method: "private_key_jwt",
  jwks: { keys: [clientKey.jwk] as unknown as ClientKey[] },
} as const;
const clientWith = (method: string) =>
  newApplication(sentinel, { isPublic: method === "none", ...(method === "private_key_jwt" && withKey) });
const sendWith = async (method: string, path: string, form: Record<string, string>, client: typeof application) =>
  method === "private_key_jwt"
    ? await sentinel.fetch(path, { form: asserted(await assertionOf({ ...clientKey, id: client.id }), form) })
    : method === "client_secret_post"
    ? await sentinel.fetch(path, { form: { ...form, client_id: client.id, client_secret: client.secret } })
    : await askAs(sentinel, client, form, path);

/** An endpoint takes assertions by each of these algorithms. */
async function takesAssertions(algs: readonly string[], path: string, form: Record<string, string>): Promise<void> {
  for (const alg of algs) {
    const client = await newKeyClient(sentinel, { alg });
    const answer = await sentinel.fetch(path, { form: asserted(await assertionOf(client), form) });
    assert.equal(answer.status, 200, alg);
  }
}

/** How each field is shown to be true. */
const exercises: { [Field in keyof Metadata]-?: (value: NonNullable<Metadata[Field]>) => Promise<void> } = {
  async issuer(value) {
    assert.equal(value, issuer);
    const { id_token, access_token } = await tokens();
    assert.deepEqual([decodeJwt(id_token).iss, decodeJwt(access_token).iss], [value, value]);
  },
  async authorization_endpoint(value) {
    assert.equal(pathOf(value), "/oauth/authorize");
    assert.match((await authorized()).code!, /^snt_ac_/);
  },
  async token_endpoint(value) {
    assert.equal(pathOf(value), "/oauth/token");
    assert.equal((await tokens()).token_type, "bearer");
  },
  async pushed_authorization_request_endpoint(value) {
    const query = Object.fromEntries(authorizeQuery(application));
    const { request_uri } = await (await askAs(sentinel, application, query, pathOf(value))).json();
    const asked = new URLSearchParams({ client_id: application.id, request_uri });
    assert.match(answerIn((await browser.open(`/oauth/authorize?${asked}`)).path).code!, /^snt_ac_/);
  },
  async device_authorization_endpoint(value) {
    assert.equal(pathOf(value), "/oauth/device_authorization");
    await deviceTokens();
  },
  async userinfo_endpoint(value) {
    const { access_token } = await tokens();
    const headers = { authorization: `Bearer ${access_token}` };
    assert.equal((await sentinel.fetch(pathOf(value), { headers })).status, 200);
  },
  async backchannel_logout_supported(value) {
    assert.equal(value, true); // back_channel_logout_test.ts receives tokens
    const { client } = await sentinel.oauthClients.create({
      name: "a receiver",
      redirect_uris: ["https://ledger.example.com/in"],
      backchannel_logout_uri: "https://ledger.example.com/out",
    }, localActor);
    assert.equal(client.backchannel_logout_uri, "https://ledger.example.com/out");
  },
  backchannel_logout_session_supported(value) {
    assert.equal(value, true);
    return Promise.resolve();
  },
  async end_session_endpoint(value) {
    const own = await signedIn();
    const { code, verifier } = await authorized({}, application, own);
    const { id_token } = await (await exchangeCode(sentinel, application, { code: code!, verifier })).json();
    const query = new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: home, state: "s" });
    assert.equal((await own.open(`${pathOf(value)}?${query}`)).path, `${home}?state=s`);
    assert.match((await own.open("/account")).path, /^\/signin/);
  },
  async revocation_endpoint(value) {
    const { refresh_token } = await tokens();
    assert.equal((await askAs(sentinel, application, { token: refresh_token }, pathOf(value))).status, 200);
    const again = await askAs(sentinel, application, { grant_type: "refresh_token", refresh_token });
    assert.equal(await errorOf(again), "invalid_grant");
  },
  async introspection_endpoint(value) {
    const { access_token } = await tokens();
    assert.equal(
      (await (await askAs(sentinel, application, { token: access_token }, pathOf(value))).json()).active,
      true,
    );
  },
  async registration_endpoint(value) {
    const { access_token } = await sentinel.login("ada");
    const headers = { authorization: `Bearer ${access_token}` };
    assert.equal((await sentinel.fetch(pathOf(value), { json: { redirect_uris }, headers })).status, 201);
  },
  async jwks_uri() {
    const { id_token } = await tokens();
    await jwtVerify(id_token, await keys(), { issuer, audience: application.id });
  },
  async service_documentation(value) {
    assert.equal((await sentinel.fetch(pathOf(value))).status, 200);
  },
  async scopes_supported(values) {
    const scope = values.join(" ");
    assert.equal((await tokens({ scope, prompt: "consent" })).scope, scope);
  },
  async response_types_supported(values) {
    for (const response_type of values) assert.ok("code" in await authorized({ response_type }));
    const other = await authorized({ response_type: "id_token" });
    assert.equal(other.error, "unsupported_response_type");
  },
  async response_modes_supported(values) {
    assert.deepEqual(values, ["query", "fragment", "form_post"]);
    assert.ok("code" in await authorized({ response_mode: "query" }));
    assert.match((await browser.open(authorizePath(application, { response_mode: "fragment" }))).path, /#code=snt_ac_/);
    const { html } = await browser.open(authorizePath(application, { response_mode: "form_post" }));
    assert.match(html, /<form[^>]* action="https:\/\/ledger\.example\.com\/callback"/);
    assert.match(html, /name="code" value="snt_ac_/);
  },
  async grant_types_supported(values) {
    const machine = await newApplication(sentinel, {
      grant_types: ["client_credentials"],
      redirect_uris: [],
      own_api: true,
    });
    const asked: Record<string, () => Promise<unknown>> = {
      authorization_code: () => tokens(),
      refresh_token: async () => {
        const { refresh_token } = await tokens();
        assert.equal((await askAs(sentinel, application, { grant_type: "refresh_token", refresh_token })).status, 200);
      },
      client_credentials: () => tokenOfClient(sentinel, machine),
      [deviceGrant]: deviceTokens,
      password: async () => {
        const form = { grant_type: "password", username, password };
        assert.equal((await sentinel.fetch("/oauth/token", { form })).status, 200);
      },
    };
    assert.deepEqual(values, Object.keys(asked));
    for (const value of values) assert.ok(await asked[value]!() ?? true);
  },
  async subject_types_supported(values) {
    const other = await newApplication(sentinel, { redirect_uris });
    const subjects = [application, { ...other, redirectUri: redirect_uris[0]!, name: "" }];
    const [one, two] = await Promise.all(
      subjects.map(async (client) => decodeJwt((await tokens({}, client)).id_token).sub),
    );
    assert.deepEqual([values, one], [["public"], two]);
  },
  async id_token_signing_alg_values_supported(values) {
    for (const alg of values as ("RS256" | "ES256")[]) {
      const client = await newApplication(sentinel, { redirect_uris, id_token_signed_response_alg: alg });
      const { id_token } = await tokens({}, { ...client, redirectUri: redirect_uris[0]!, name: "" });
      assert.equal(decodeProtectedHeader(id_token).alg, alg);
      await jwtVerify(id_token, await keys(), { issuer, audience: client.id, algorithms: [alg] });
    }
  },
  async claims_supported(values) {
    const { id_token, access_token } = await tokens({ scope: metadata.scopes_supported.join(" ") });
    assert.deepEqual(Object.keys(decodeJwt(id_token)).toSorted(), values.toSorted());
    const headers = { authorization: `Bearer ${access_token}` };
    const userinfo = await (await sentinel.fetch("/oauth/userinfo", { headers })).json();
    for (const name of Object.keys(userinfo)) assert.ok(values.includes(name), name);
  },
  async ui_locales_supported(values) {
    const stranger = openBrowser(sentinel);
    for (const ui_locales of values) {
      const { html } = await stranger.open(authorizePath(application, { ui_locales }));
      assert.match(html, new RegExp(`<html lang="${ui_locales}"`));
    }
  },
  async acr_values_supported(values) {
    const { username, password, app } = await newTwoStepUser(sentinel);
    const own = openBrowser(sentinel);
    const asked = await own.submit(await own.open("/signin"), "/signin", { username, password });
    await own.submit(asked, "/signin/factor", { code: app.code() });
    assert.deepEqual(values, ["aal1", "aal2"]);
    for (const acr_values of values) {
      const granted = await authorized({ acr_values }, application, own);
      const exchanged = await exchangeCode(sentinel, application, { code: granted.code!, verifier: granted.verifier });
      assert.equal(decodeJwt((await exchanged.json()).id_token).acr, "aal2");
    }
  },
  async prompt_values_supported(values) {
    const leads: Record<string, RegExp> = {
      none: /^https:\/\/ledger\.example\.com\/callback\?code=/,
      login: /^\/signin/,
      consent: /^\/consent/,
      select_account: /^\/signin/,
      create: /^\/signup/,
    };
    assert.deepEqual(values, Object.keys(leads));
    for (const prompt of values) {
      assert.match((await browser.open(authorizePath(application, { prompt }))).path, leads[prompt]!, prompt);
    }
    assert.equal((await authorized({ prompt: "admin" })).error, "invalid_request");
  },
  async code_challenge_methods_supported(values) {
    for (const code_challenge_method of values) assert.ok("code" in await authorized({ code_challenge_method }));
    assert.ok("error" in await authorized({ code_challenge_method: "plain" }));
  },
  async token_endpoint_auth_methods_supported(values) {
    for (const method of values) {
      const client = { ...await clientWith(method), name: "" };
      const { code, verifier } = await newCode(sentinel, client, await newVisitor(sentinel));
      const form = {
        grant_type: "authorization_code",
        code,
        code_verifier: verifier,
        redirect_uri: client.redirectUri,
      };
      assert.equal((await sendWith(method, "/oauth/token", form, client)).status, 200, method);
    }
  },
  async revocation_endpoint_auth_methods_supported(values) {
    for (const method of values) {
      const client = { ...await clientWith(method), name: "" };
      assert.equal((await sendWith(method, "/oauth/revoke", { token: "x" }, client)).status, 200, method);
    }
  },
  async introspection_endpoint_auth_methods_supported(values) {
    assert.deepEqual(values.slice(3), ["Bearer"]);
    for (const method of values.slice(0, 3)) {
      const client = { ...await clientWith(method), name: "" };
      assert.equal((await sendWith(method, "/oauth/introspect", { token: "x" }, client)).status, 200, method);
    }
    assert.equal((await sentinel.fetch("/oauth/introspect", { form: { token: "x" } }, "ada")).status, 200);
  },
  token_endpoint_auth_signing_alg_values_supported: (values) =>
    takesAssertions(values, "/oauth/token", { grant_type: "client_credentials" }),
  revocation_endpoint_auth_signing_alg_values_supported: (values) =>
    takesAssertions(values, "/oauth/revoke", { token: "x" }),
  introspection_endpoint_auth_signing_alg_values_supported: (values) =>
    takesAssertions(values, "/oauth/introspect", { token: "x" }),
  async dpop_signing_alg_values_supported(values) {
    const machine = await newClient(sentinel);
    for (const alg of values) {
      const answer = await askForToken(sentinel, machine, {}, { headers: await proven(await newDpopKey(alg)) });
      assert.equal((await answer.json()).token_type, "DPoP", alg);
    }
  },
  async authorization_response_iss_parameter_supported(value) {
    const [good, bad] = [await authorized(), await authorized({ response_type: "token" })];
    assert.deepEqual([value, good.iss, bad.iss], [true, issuer, issuer]);
  },
  async client_id_metadata_document_supported(value) {
    assert.equal(value, true);
    const shown = await openBrowser(sentinel).open(
      authorizePath({ ...application, id: "https://notes.example/client" }),
    );
    assert.match(shown.html, /client_unreadable/, "it is asked for its document");
  },
  async request_uri_parameter_supported(value) {
    const { error } = await authorized({ request_uri: "https://ledger.example.com/request" });
    assert.deepEqual([value, error], [false, "request_uri_not_supported"]);
  },
};

test("T250 GET /.well-known/openid-configuration has no other fields than those that are shown to be true here", () => {
  assert.deepEqual(Object.keys(metadata).toSorted(), Object.keys(exercises).toSorted());
});

for (const [field, exercise] of Object.entries(exercises)) {
  test(`T250 T242 what discovery says of ${field} is true`, async () => {
    await (exercise as (value: unknown) => Promise<void>)(metadata[field as keyof Metadata]);
  });
}

test("GET /.well-known/oauth-authorization-server is the same, and both may be cached and read by pages (RFC 8414 §3)", async () => {
  for (const path of paths) {
    const response = await sentinel.fetch(path);
    assert.equal(response.headers.get("cache-control"), "public, max-age=300");
    assert.equal(response.headers.get("access-control-allow-origin"), "*");
    assert.deepEqual(await response.json(), metadata);
  }
});
