import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import {
  answerIn,
  type Application,
  askAs,
  authorizeQuery,
  codeVerifier,
  newApplication,
  othersApplication,
} from "../../testing/people/applications.ts";
import { openBrowser, textOf } from "../../testing/people/browser.ts";
import { basic, newApis } from "../../testing/people/clients.ts";
import { asserted, assertionOf, newKeyClient } from "../../testing/people/key_clients.ts";
import { newDpopKey, proven } from "../../testing/people/dpop.ts";
import { people } from "../../testing/people/people.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const issuer = sentinel.settings.SENTINEL_PUBLIC_URL;

type Changed = Record<string, string | string[] | undefined>;

/** Pushes the request of the application, which authenticates by Basic or, if it is public, by its id. */
function push(application: Application, changed: Changed = {}, headers: Record<string, string> = {}) {
  const by = application.isPublic ? {} : basic(application);
  const body = String(authorizeQuery(application, changed));
  return sentinel.fetch("/oauth/par", {
    method: "POST",
    body,
    headers: { "content-type": "application/x-www-form-urlencoded", ...by, ...headers },
  });
}

async function pushed(application: Application, changed: Changed = {}): Promise<string> {
  const response = await push(application, changed);
  assert.equal(response.status, 201);
  return (await response.json()).request_uri;
}

async function refusal(response: Response): Promise<[number, string]> {
  return [response.status, (await response.json()).error];
}

const pathOf = (client_id: string, request_uri: string, more: Record<string, string> = {}) =>
  `/oauth/authorize?${new URLSearchParams({ client_id, request_uri, ...more })}`;

async function signedIn(name: "grace" | "ada" = "grace") {
  await sentinel.settled(name);
  const browser = openBrowser(sentinel);
  const { username, password } = people[name];
  await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  return browser;
}

const browser = await signedIn();

/** Checks that the browser stays on a page that says to start again. */
async function staysHere(path: string, by = browser): Promise<void> {
  const shown = await by.open(path);
  assert.deepEqual([shown.status, shown.path], [400, path]);
  assert.match(shown.html, /<code>request_uri_invalid<\/code>/);
  assert.match(textOf(shown), /start again/);
}

const tickets = async ({ id }: Application) =>
  await sentinel.db.query<{ params: { query: string }; is_consumed: boolean }>(
    "test",
    "select params, consumed_at is not null as is_consumed from tickets where kind = 'par' and client_id = $1 order by id",
    [id],
  );

async function counted(outcome: string): Promise<number> {
  const metrics = await (await sentinel.fetch("/metrics")).text();
  return Number(new RegExp(`sentinel_pushed_requests_total\\{outcome="${outcome}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0);
}

test("POST /oauth/par keeps the request, and only its client and request_uri count at the authorization endpoint", async () => {
  const application = await newApplication(sentinel);
  const before = await counted("accepted");
  const response = await push(application);
  assert.deepEqual([response.status, response.headers.get("cache-control")], [201, "no-store"]);
  const { request_uri, ...rest } = await response.json();
  assert.deepEqual(rest, { expires_in: 60 });
  assert.match(request_uri, /^urn:ietf:params:oauth:request_uri:snt_pr_\w{71}$/);
  assert.equal(await counted("accepted"), before + 1);

  const ignored = { redirect_uri: "https://evil.example/", state: "another", response_type: "token", scope: "roles" };
  const { path } = await browser.open(pathOf(application.id, request_uri, ignored));
  assert.ok(path.startsWith(`${application.redirectUri}?code=snt_ac_`), path);
  const { code, ...answer } = answerIn(path);
  assert.deepEqual(answer, { state: "a state", iss: issuer });
  const exchange = { grant_type: "authorization_code", code: code!, redirect_uri: application.redirectUri };
  const tokens = await askAs(sentinel, application, { ...exchange, code_verifier: codeVerifier });
  assert.deepEqual([tokens.status, (await tokens.json()).scope], [200, "openid"]);
});

test("POST /oauth/par binds the code to the key of a proof, and refuses proofs that are wrong or of another key than dpop_jkt (RFC 9449 §10.1)", async () => {
  const [application, key, other] = [await newApplication(sentinel), await newDpopKey(), await newDpopKey()];
  const proof = () => proven(key, { path: "/oauth/par" });
  assert.deepEqual(await refusal(await push(application, {}, await proven(key))), [400, "invalid_dpop_proof"]);
  const mismatch = await push(application, { dpop_jkt: other.jkt }, await proof());
  assert.deepEqual(await refusal(mismatch), [400, "invalid_dpop_proof"]);
  assert.deepEqual(await tickets(application), []);
  for (const dpop_jkt of [undefined, key.jkt]) {
    const { request_uri } = await (await push(application, { dpop_jkt }, await proof())).json();
    const { code } = answerIn((await browser.open(pathOf(application.id, request_uri))).path);
    const form = { grant_type: "authorization_code", code: code!, redirect_uri: application.redirectUri };
    const exchange = (headers: Record<string, string>) =>
      sentinel.fetch("/oauth/token", {
        form: { ...form, code_verifier: codeVerifier },
        headers: { ...basic(application), ...headers },
      });
    for (const headers of [{}, await proven(other)]) {
      assert.deepEqual(await refusal(await exchange(headers)), [400, "invalid_grant"]);
    }
    assert.equal((await exchange(await proven(key))).status, 200);
  }
});

test("a request that was pushed gets one answer, and opening it again stays here", async () => {
  const application = await newApplication(sentinel);
  const path = pathOf(application.id, await pushed(application));
  assert.match((await browser.open(path)).path, /code=/);
  await staysHere(path);
  await sentinel.clientRefusals.flush();
  const [{ reason } = { reason: "" }] = await sentinel.clientRefusals.list(application.id);
  assert.equal(reason, "the request_uri is unknown, used, expired or of another client");
});

test("a request that was pushed goes on through sign-in and consent after its 60 seconds, once in two tabs", async () => {
  const application = await othersApplication(sentinel);
  const request_uri = await pushed(application, { scope: "openid email" });
  const path = pathOf(application.id, request_uri);
  const own = openBrowser(sentinel);
  const [first, second] = [await own.open(path), await own.open(path)];
  assert.match(first.path, /^\/signin\?/);
  await sentinel.db.query("test", "update tickets set expires_at = now() - interval '1 minute' where kind = 'par'");
  await staysHere(path, own);
  const { username, password } = people.grace;
  const asked = await own.submit(first, "/signin", { username, password });
  assert.match(textOf(asked), /Ledger wants access to your account/);
  const other = await own.open(new URL(second.path, issuer).searchParams.get("next")!);
  const allowed = await own.submit(asked, "/consent", { decision: "allow" });
  assert.match(allowed.path, /code=snt_ac_/);
  const late = await own.submit(other, "/consent", { decision: "allow" });
  assert.deepEqual([late.status, late.path.startsWith("/consent")], [403, true]);
  assert.deepEqual((await tickets(application)).map(({ is_consumed }) => is_consumed), [true]);
});

test("of 10 browsers that open a pushed request at once one gets a code", async () => {
  const application = await newApplication(sentinel);
  const path = pathOf(application.id, await pushed(application));
  const shown = await Promise.all(Array.from({ length: 10 }, () => browser.open(path)));
  assert.equal(shown.filter(({ path }) => path.includes("code=")).length, 1);
});

test("a request_uri of another client, a changed one and one that has expired stay here", async () => {
  const [application, other] = [await newApplication(sentinel), await newApplication(sentinel)];
  const request_uri = await pushed(application);
  await staysHere(pathOf(other.id, request_uri));
  await staysHere(pathOf(application.id, request_uri.slice(0, -1)));
  await staysHere(pathOf(application.id, "urn:ietf:params:oauth:request_uri:"));
  const unknown = await browser.open(pathOf(crypto.randomUUID(), request_uri));
  assert.match(unknown.html, /<code>unknown_client<\/code>/);
  assert.match((await browser.open(pathOf(application.id, request_uri))).path, /code=/, "none of these used it up");
  const expired = await pushed(application);
  await sentinel.db.query("test", "update tickets set expires_at = now() where kind = 'par' and client_id = $1", [
    application.id,
  ]);
  await staysHere(pathOf(application.id, expired));
});

test("a request_uri of another form is refused as before", async () => {
  const application = await newApplication(sentinel);
  const query = authorizeQuery(application, { request_uri: "https://evil.example/request.jwt" });
  const { error } = answerIn((await browser.open(`/oauth/authorize?${query}`)).path);
  assert.equal(error, "request_uri_not_supported");
});

test("T237 POST /oauth/par authenticates clients as the token endpoint does", async () => {
  const [application, other] = [await newApplication(sentinel), await newApplication(sentinel, { isPublic: true })];
  assert.equal((await push(other)).status, 201);
  assert.equal((await push({ ...application, isPublic: true }, { client_secret: application.secret })).status, 201);
  assert.deepEqual(await refusal(await push({ ...application, isPublic: true })), [401, "invalid_client"]);
  assert.deepEqual(await refusal(await push({ ...application, secret: other.id })), [401, "invalid_client"]);
  assert.deepEqual(await refusal(await push({ ...other, id: crypto.randomUUID() })), [401, "invalid_client"]);
  assert.deepEqual(await refusal(await push(application, { client_id: other.id })), [400, "invalid_request"]);
  assert.deepEqual(await refusal(await push(application, { client_secret: application.secret })), [
    400,
    "invalid_request",
  ]);
  const stored = await tickets(application);
  assert.deepEqual([stored.length, stored[0]!.params.query.includes("snt_cs_")], [1, false]);
});

test("POST /oauth/par answers what the authorization endpoint would refuse as JSON, and keeps nothing", async () => {
  const application = await newApplication(sentinel);
  const { documents } = await newApis(sentinel);
  const machine = await newApplication(sentinel, { grant_types: [], redirect_uris: ["https://a.example/"] });
  const before = await counted("refused");
  const cases: [Changed, string][] = [
    [{ redirect_uri: "https://ledger.example.com/callback/" }, "invalid_request"],
    [{ redirect_uri: undefined }, "invalid_request"],
    [{ response_type: "token" }, "unsupported_response_type"],
    [{ scope: "openid nonsense" }, "invalid_scope"],
    [{ scope: "a".repeat(50_000) }, "invalid_scope"],
    [{ resource: documents }, "invalid_target"],
    [{ resource: [documents, documents + "/a"] }, "invalid_target"],
    [{ code_challenge: undefined }, "invalid_request"],
    [{ code_challenge_method: "plain" }, "invalid_request"],
    [{ prompt: "none login" }, "invalid_request"],
    [{ request: "eyJhbGciOiJub25lIn0.e30." }, "request_not_supported"],
    [{ registration: "{}" }, "registration_not_supported"],
    [{ request_uri: "https://a.example/" }, "invalid_request"],
    [{ request_uri: "urn:ietf:params:oauth:request_uri:a" }, "invalid_request"],
    [{ id_token_hint: "a".repeat(9_000) }, "invalid_request"],
    [{ state: "a".repeat(5_000) }, "invalid_request"],
  ];
  for (const [changed, error] of cases) {
    assert.deepEqual(
      await refusal(await push(application, changed)),
      [400, error],
      JSON.stringify(changed).slice(0, 90),
    );
  }
  assert.deepEqual(await refusal(await push(machine)), [400, "unauthorized_client"]);
  assert.equal(await counted("refused"), before + cases.length + 1);
  assert.deepEqual(await tickets(application), []);
});

test("T240 T245 T247 POST /oauth/par refuses repeated parameters and huge ones, and ignores unknown ones", async () => {
  const application = await newApplication(sentinel);
  assert.deepEqual(await refusal(await push(application, { state: ["a", "b"] })), [400, "invalid_request"]);
  assert.equal((await push(application, { scope: "a".repeat(100_000) })).status, 413);
  assert.deepEqual(await tickets(application), []);
  const path = pathOf(application.id, await pushed(application, { unknown: "a", client_name: "b", nonce: "" }));
  assert.match((await browser.open(path)).path, /code=/);
  assert.deepEqual((await tickets(application)).map(({ params }) => params.query.includes("unknown")), [false]);
});

test("a client that must push its requests has no other way", async () => {
  const application = await newApplication(sentinel, { require_pushed_authorization_requests: true });
  const refused = answerIn((await browser.open(`/oauth/authorize?${authorizeQuery(application)}`)).path);
  assert.deepEqual([refused.error, refused.state], ["invalid_request", "a state"]);
  assert.match((await browser.open(pathOf(application.id, await pushed(application)))).path, /code=/);
});

test("prompt and max_age of a pushed request count, and so does the POST of another site", async () => {
  const application = await newApplication(sentinel);
  const login = await browser.open(pathOf(application.id, await pushed(application, { prompt: "login" })));
  assert.match(login.path, /^\/signin\?/);
  const stranger = openBrowser(sentinel);
  const none = await stranger.open(pathOf(application.id, await pushed(application, { prompt: "none" })));
  assert.equal(answerIn(none.path).error, "login_required");
  const form = { client_id: application.id, request_uri: await pushed(application) };
  const posted = await browser.post("/oauth/authorize", form, { "sec-fetch-site": "cross-site" });
  assert.match(posted.path, /code=/);
});

test("POST /oauth/par can be read by pages of a public client's origins alone", async () => {
  const application = await newApplication(sentinel, { isPublic: true });
  const from = async (origin: string) =>
    (await push(application, {}, { origin })).headers.get("access-control-allow-origin");
  assert.deepEqual([await from("https://ledger.example.com"), await from("https://evil.example")], [
    "https://ledger.example.com",
    null,
  ]);
});

test("T238 POST /oauth/par takes the assertion of a client with keys, once, and not its client_id alone", async () => {
  const redirectUri = "https://ledger.example.com/callback";
  const client = await newKeyClient(sentinel, {
    ...{ grant_types: ["authorization_code", "refresh_token"], redirect_uris: [redirectUri], scopes: ["openid"] },
    first_party: true,
  });
  const request = Object.fromEntries(authorizeQuery({ id: client.id, redirectUri }));
  const par = (form: Record<string, string>) => sentinel.fetch("/oauth/par", { form });
  assert.deepEqual(await refusal(await par(request)), [401, "invalid_client"]);
  const assertion = await assertionOf(client);
  const answer = await par(asserted(assertion, request) as Record<string, string>);
  assert.equal(answer.status, 201);
  assert.deepEqual(await refusal(await par(asserted(assertion, request) as Record<string, string>)), [
    401,
    "invalid_client",
  ]);
  const { request_uri } = await answer.json();
  const { code } = answerIn((await browser.open(pathOf(client.id, request_uri))).path);
  const exchange = { grant_type: "authorization_code", code: code!, code_verifier: codeVerifier };
  const form = asserted(await assertionOf(client), { ...exchange, redirect_uri: redirectUri });
  assert.equal((await sentinel.fetch("/oauth/token", { form })).status, 200);
});
