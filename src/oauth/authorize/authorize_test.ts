import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import {
  answerIn,
  type Application,
  authorizePath,
  authorizeQuery,
  codeChallenge,
  newApplication,
  othersApplication,
} from "../../testing/people/applications.ts";
import { openBrowser, textOf } from "../../testing/people/browser.ts";
import { newApiResource, newClient } from "../../testing/people/clients.ts";
import { people } from "../../testing/people/people.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const issuer = sentinel.settings.SENTINEL_PUBLIC_URL;

/** A browser in which grace is signed in. */
async function signedIn() {
  await sentinel.settled("grace");
  const browser = openBrowser(sentinel);
  const { username, password } = people.grace;
  await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  return browser;
}

const browser = await signedIn();

/** What the request of this application comes to in a browser where grace is signed in. */
const answerTo = async (application: Application, changed: Record<string, string | string[] | undefined> = {}) =>
  answerIn((await browser.open(authorizePath(application, changed))).path);

const refusalsOf = async ({ id }: { id: string }) => {
  await sentinel.clientRefusals.flush();
  return (await sentinel.clientRefusals.list(id)).map(({ reason }) => reason);
};

async function counted(outcome: string): Promise<number> {
  const metrics = await (await sentinel.fetch("/metrics")).text();
  return Number(new RegExp(`sentinel_authorizations_total\\{outcome="${outcome}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0);
}

/** Checks that the browser stays here, on a page that says why. */
async function staysHere(path: string, reason: string): Promise<string> {
  const response = await sentinel.fetch(path, { redirect: "manual", headers: { "sec-fetch-site": "cross-site" } });
  assert.deepEqual([response.status, response.headers.get("location")], [400, null], path);
  assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
  const html = await response.text();
  assert.match(html, new RegExp(`<code>${reason}</code>`), path);
  assert.doesNotMatch(html, /http-equiv="refresh"|<form|<script/);
  return html;
}

test("T242 a user who is signed in gets a code at once for a first-party client, with state and iss", async () => {
  const application = await newApplication(sentinel);
  const before = await counted("code");
  const response = await sentinel.fetch(authorizePath(application), {
    redirect: "manual",
    headers: { cookie: [...browser.cookies].map((pair) => pair.join("=")).join("; ") },
  });
  assert.equal(response.status, 303);
  const location = response.headers.get("location")!;
  assert.ok(location.startsWith(`${application.redirectUri}?code=snt_ac_`), location);
  const { code, ...rest } = answerIn(location);
  assert.deepEqual(rest, { state: "a state", iss: issuer });
  assert.equal(await counted("code"), before + 1);
  const presented = await sentinel.db.transaction((tx) => sentinel.authorizationCodes.consumeIn(tx, code!));
  assert.equal(presented!.kind, "live");
  const { id: _, sessionId: _session, ...facts } = presented!.code;
  assert.deepEqual(facts, {
    userId: await sentinel.settled("grace"),
    clientId: application.id,
    redirectUri: application.redirectUri,
    codeChallenge,
    scopes: ["openid"],
    resources: [],
    nonce: "a nonce",
    offline: false,
  });
  await sentinel.logs();
  const line = (await sentinel.logs()).split("\n").find((each) => each.includes(application.id));
  assert.match(line!, /"route":"\/oauth\/authorize","status":303.*"client_id":"/);
  assert.doesNotMatch(await sentinel.logs(), /snt_ac_|a state|a nonce/);
});

test("T242 iss is in errors too, and a query of the redirect_uri stays as it is", async () => {
  const application = await newApplication(sentinel, {
    redirect_uris: ["https://ledger.example.com/callback?tenant=a%20b"],
  });
  const { path } = await browser.open(authorizePath(application, { response_type: "token" }));
  assert.ok(path.startsWith("https://ledger.example.com/callback?tenant=a%20b&error="), path);
  const { error_description, ...rest } = answerIn(path);
  assert.deepEqual(rest, { tenant: "a b", error: "unsupported_response_type", state: "a state", iss: issuer });
  assert.match(error_description!, /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  const ok = await browser.open(authorizePath(application));
  assert.ok(ok.path.startsWith("https://ledger.example.com/callback?tenant=a%20b&code=snt_ac_"), ok.path);
});

test("T227 a redirect_uri that is not registered leads nowhere, and the operator reads why", async () => {
  const application = await othersApplication(sentinel);
  const wrong = [
    "https://ledger.example.com/callback/",
    "https://ledger.example.com/callback?a=b",
    "https://ledger.example.com/callback#a",
    "https://ledger.example.com/Callback",
    "https://ledger.example.com/callbac",
    "https://www.ledger.example.com/callback",
    "https://ledger.example.com:443/callback",
    "https://ledger.example.com:8443/callback",
    "https://user@ledger.example.com/callback",
    "https://ledger.example.com@evil.example/callback",
    "https://a@ledger.example.com@evil.example/callback",
    "https://ledger.example.com/%2e%2e/callback",
    "https://ledger.example.com/a/..;/callback",
    "https://ledger.example.com/a/../callback",
    "https://ledger.example.com/*",
    "https://*.example.com/callback",
    "http://ledger.example.com/callback",
    "https://ledger.example.com./callback",
    "https://ledger.example.com.evil.example/callback",
    "https://ledger.example.com/callback ",
    "https://ledger.example.com/callback\r\nset-cookie: a=b",
    "//ledger.example.com/callback",
    "data:text/html,a",
    "HTTPS://ledger.example.com/callback",
  ];
  const before = await counted("page_refused");
  for (const redirect_uri of wrong) {
    await staysHere(authorizePath(application, { redirect_uri }), "redirect_uri_not_registered");
  }
  assert.equal(await counted("page_refused"), before + wrong.length);
  const html = await staysHere(
    authorizePath(application, { redirect_uri: '"><script>alert(1)</script>' }),
    "redirect_uri_not_registered",
  );
  assert.match(html, /&lt;script&gt;/);
  assert.match(textOf({ html }), /Ledger asked us to send you to an address that is not registered/);
  const reasons = await refusalsOf(application);
  assert.ok(reasons.includes("redirect_uri not registered: https://ledger.example.com/callback/"), reasons.join("\n"));
});

test("T228 a native client may listen on any port of a loopback address", async () => {
  const native = await newApplication(sentinel, {
    application_type: "native",
    isPublic: true,
    redirect_uris: ["http://127.0.0.1/callback"],
  });
  for (const port of ["", ":1", ":54321"]) {
    const redirect_uri = `http://127.0.0.1${port}/callback`;
    const { path } = await browser.open(authorizePath(native, { redirect_uri }));
    assert.ok(path.startsWith(`${redirect_uri}?code=`), path);
  }
  for (
    const redirect_uri of ["http://127.0.0.2:1/callback", "http://localhost:1/callback", "http://127.0.0.1:1/other"]
  ) {
    await staysHere(authorizePath(native, { redirect_uri }), "redirect_uri_not_registered");
  }
});

test("pages speak the language that the application asks for by ui_locales", async () => {
  const application = await newApplication(sentinel);
  const ui_locales = "xx de-AT en";
  const refused = await browser.open(authorizePath(application, { redirect_uri: "https://a.example/", ui_locales }));
  assert.match(refused.html, /<html lang="de">[^]*Wir haben diese Anmeldung angehalten/);
  const form = await browser.open(authorizePath(application, { response_mode: "form_post", ui_locales }));
  assert.match(form.html, /<html lang="de">[^]*Sie kehren zu Ledger zurück/);
});

test("T229 without a known client and its redirect_uri the user stays here", async () => {
  const application = await othersApplication(sentinel);
  await staysHere(authorizePath(application, { redirect_uri: undefined }), "redirect_uri_missing");
  await staysHere(authorizePath(application, { redirect_uri: "" }), "redirect_uri_missing");
  for (const client_id of [undefined, "", "ledger", crypto.randomUUID(), application.id.toUpperCase(), "%00"]) {
    await staysHere(authorizePath(application, { client_id }), "unknown_client");
  }
  await staysHere("/oauth/authorize", "unknown_client");
  const machine = await newClient(sentinel);
  await staysHere(authorizePath({ ...application, id: machine.id }), "grant_not_allowed");
  await sentinel.db.query("test", "update clients set disabled_at = now() where id = $1", [application.id]);
  sentinel.clients.forget(application.id);
  const html = await staysHere(authorizePath(application), "disabled_client");
  assert.match(html, /Ledger is switched off/);
  assert.deepEqual((await refusalsOf(application)).sort(), ["redirect_uri is missing", "the client is disabled"]);
  assert.deepEqual(await refusalsOf(machine), ["grant type not allowed: authorization_code"]);
});

test("T245 no parameter but resource occurs twice; without client and redirect_uri that leads nowhere", async () => {
  const application = await newApplication(sentinel);
  const { id, redirectUri } = application;
  await staysHere(authorizePath(application, { client_id: [id, id] }), "unknown_client");
  await staysHere(authorizePath(application, { redirect_uri: [redirectUri, redirectUri] }), "redirect_uri_missing");
  for (const name of ["response_type", "scope", "nonce", "prompt", "code_challenge", "ui_locales", "request"]) {
    const { error, error_description, state } = await answerTo(application, { [name]: ["none", "none"] });
    assert.deepEqual([error, error_description, state], [
      "invalid_request",
      `${name} occurs more than once`,
      "a state",
    ]);
  }
  const { error, state } = await answerTo(application, { state: ["a", "b"] });
  assert.deepEqual([error, state], ["invalid_request", undefined]);
});

test("T247 unknown parameters are ignored, and a request by POST works as one by GET", async () => {
  const application = await newApplication(sentinel);
  const more = { foo: ["1", "2"], claims: '{"id_token":{}}', display: "popup", acr_values: "aal1 loa-9" };
  assert.match((await answerTo(application, more)).code!, /^snt_ac_/);
  const form = authorizeQuery(application, { state: "ä & +?" });
  const response = await sentinel.fetch("/oauth/authorize", {
    method: "POST",
    redirect: "manual",
    headers: { "sec-fetch-site": "cross-site", origin: "https://ledger.example.com" },
    body: form,
  });
  assert.equal(response.status, 303);
  assert.deepEqual(response.headers.getSetCookie(), [], "cookies of a request without cookies would replace them");
  const location = response.headers.get("location")!;
  assert.ok(location.startsWith("/oauth/authorize?"));
  const { code, state } = answerIn((await browser.open(location)).path);
  assert.deepEqual([code?.slice(0, 7), state], ["snt_ac_", "ä & +?"]);
  const long = await sentinel.fetch("/oauth/authorize", {
    method: "POST",
    body: authorizeQuery(application, { state: "x".repeat(8_000) }),
  });
  assert.equal(long.status, 400);
  assert.match(await long.text(), /<code>too_long<\/code>/);
});

test("T230 a request without a challenge by S256 is refused", async () => {
  const application = await newApplication(sentinel);
  const rows: Record<string, string | undefined>[] = [
    { code_challenge: undefined, code_challenge_method: undefined },
    { code_challenge: undefined },
    { code_challenge_method: undefined },
    { code_challenge_method: "plain" },
    { code_challenge_method: "s256" },
    { code_challenge: codeChallenge.slice(1) },
    { code_challenge: `${codeChallenge}a` },
    { code_challenge: "a".repeat(129) },
    { code_challenge: `${codeChallenge.slice(1)}~` },
    { code_challenge: `${codeChallenge.slice(1)}=` },
  ];
  for (const changed of rows) {
    assert.equal((await answerTo(application, changed)).error, "invalid_request", JSON.stringify(changed));
  }
  const lax = await newApplication(sentinel, { require_pkce: false });
  const none = { code_challenge: undefined, code_challenge_method: undefined };
  assert.match((await answerTo(lax, none)).code!, /^snt_ac_/);
  for (const changed of [{ nonce: undefined }, { scope: "profile" }, { code_challenge_method: "S256" }]) {
    assert.equal((await answerTo(lax, { ...none, ...changed })).error, "invalid_request", JSON.stringify(changed));
  }
  assert.equal((await answerTo(lax, { code_challenge_method: "plain" })).error, "invalid_request");
});

test("T239 only codes are issued", async () => {
  const application = await newApplication(sentinel);
  for (const response_type of ["token", "id_token", "code id_token", "none", "CODE", "code code"]) {
    assert.equal((await answerTo(application, { response_type })).error, "unsupported_response_type", response_type);
  }
  assert.equal((await answerTo(application, { response_type: undefined })).error, "invalid_request");
});

test("T240 an unknown, repeated, malformed or endless scope is refused, at once", async () => {
  const application = await newApplication(sentinel, { scopes: ["openid", "profile"] });
  const wrong = [
    "openid email",
    "openid openid",
    "openid  profile",
    " openid",
    "openid\tprofile",
    "openid\u0000",
    'openid "',
    "openid \\",
    "openid é",
    "openid " + "profile".repeat(900),
    "users:read",
  ];
  for (const scope of wrong) {
    const { error, error_description } = await answerTo(application, { scope });
    assert.equal(error, "invalid_scope", scope);
    assert.match(error_description!, /^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,200}$/);
  }
  assert.match((await refusalsOf(application)).join("\n"), /invalid_scope: scope not allowed: users:read/);
  const long = await sentinel.fetch(authorizePath(application, { scope: "a".repeat(100_000) }), { redirect: "manual" });
  assert.equal(long.status, 414, "more than 8 kB are not read");
  const posted = await sentinel.fetch("/oauth/authorize", {
    method: "POST",
    body: authorizeQuery(application, { scope: "a".repeat(100_000) }),
  });
  assert.equal(posted.status, 413);
});

test("a scope of an API needs its resource, which must be one of the client's", async () => {
  const uri = `https://${crypto.randomUUID()}.example.com`;
  await newApiResource(sentinel, { uri, scopes: ["documents:read"] });
  const scopes = ["openid", "documents:read", "users:read"];
  const application = await newApplication(sentinel, { scopes, resources: [uri] });
  const own = await newApplication(sentinel, { scopes: ["openid", "users:read"], own_api: true });
  const granted = async (code: string) =>
    (await sentinel.db.transaction((tx) => sentinel.authorizationCodes.consumeIn(tx, code)))!.code;
  const { code } = await answerTo(application, { scope: "openid documents:read", resource: [uri, uri] });
  const { scopes: got, resources } = await granted(code!);
  assert.deepEqual([got, resources], [["openid", "documents:read"], [uri]]);
  const all = await answerTo(application, { scope: undefined, resource: uri });
  assert.deepEqual((await granted(all.code!)).scopes, ["documents:read", "openid"], "without scope all that fits");
  const admin = await answerTo(own, { scope: "openid users:read", resource: issuer });
  assert.deepEqual((await granted(admin.code!)).resources, [issuer]);
  assert.equal((await answerTo(application, { scope: "documents:read" })).error, "invalid_scope");
  assert.equal((await answerTo(application, { scope: "users:read", resource: uri })).error, "invalid_scope");
  for (const resource of [issuer, "https://other.example.com", [uri, `${uri}/`], "not a url"]) {
    assert.equal((await answerTo(application, { resource })).error, "invalid_target", String(resource));
  }
  assert.equal((await answerTo(own, { resource: uri })).error, "invalid_target");
});

test("offline_access is ignored of a client that may not have it, and the token's scope says so (OpenID Connect Core 1.0 §11)", async () => {
  const application = await newApplication(sentinel, { scopes: ["openid"] });
  const { code } = await answerTo(application, { scope: "openid offline_access" });
  const { code: issued } = (await sentinel.db.transaction((tx) => sentinel.authorizationCodes.consumeIn(tx, code!)))!;
  assert.deepEqual([issued.scopes, issued.offline], [["openid"], false]);
});

test("T243 a response_mode that does not fit is refused, and form_post answers by a form", async () => {
  const application = await newApplication(sentinel);
  for (const response_mode of ["query.jwt", "web_message", "FORM_POST"]) {
    assert.equal((await answerTo(application, { response_mode })).error, "invalid_request", response_mode);
  }
  assert.match((await answerTo(application, { response_mode: "query" })).code!, /^snt_ac_/);
  const { path } = await browser.open(authorizePath(application, { response_mode: "fragment" }));
  assert.match(path, /^https:\/\/ledger\.example\.com\/callback#code=snt_ac_[^?]*&iss=/);
  const native = await newApplication(sentinel, {
    application_type: "native",
    redirect_uris: ["com.example.ledger:/callback"],
  });
  assert.equal((await answerTo(native, { response_mode: "form_post" })).error, "invalid_request");
  for (const [changed, member] of [[{}, "code"], [{ prompt: "none login" }, "error"]] as const) {
    const page = await browser.open(authorizePath(application, { response_mode: "form_post", ...changed }));
    assert.equal(page.status, 200);
    assert.match(page.html, /<form method="post" action="https:\/\/ledger\.example\.com\/callback">/);
    assert.match(page.html, new RegExp(`<input type="hidden" name="${member}" value="`));
    assert.match(page.html, new RegExp(`<input type="hidden" name="iss" value="${issuer}">`));
    assert.match(page.html, /<input type="hidden" name="state" value="a state">/);
    assert.match(page.html, /<button class="primary">/);
    const policy = page.response.headers.get("content-security-policy")!;
    assert.doesNotMatch(policy, /form-action|unsafe|script-src 'self'/);
    assert.match(policy, /script-src 'sha256-[\w+/]{43}='.*frame-ancestors 'none'/);
    assert.equal(page.response.headers.get("cache-control"), "no-store");
  }
});

test("requests as JWTs and registrations in requests are refused by the names that the standard has", async () => {
  const application = await newApplication(sentinel);
  for (const name of ["request", "request_uri", "registration"]) {
    assert.equal((await answerTo(application, { [name]: "https://a.example" })).error, `${name}_not_supported`);
  }
});

test("state and nonce go back as they came, up to a length", async () => {
  const application = await newApplication(sentinel);
  const state = `"<>'&=+%20 ü`;
  assert.equal((await answerTo(application, { state })).state, state);
  assert.equal((await answerTo(application, { state: undefined })).state, undefined);
  assert.equal((await answerTo(application, { state: "x".repeat(4_097) })).error, "invalid_request");
  assert.equal((await answerTo(application, { nonce: "x".repeat(1_025) })).error, "invalid_request");
  assert.equal((await answerTo(application, { nonce: "a\u0000b" })).error, "invalid_request");
});
