import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { type Browser, formsIn, openBrowser, textOf } from "../../testing/people/browser.ts";
import { newSession } from "../../testing/people/client_sessions.ts";
import { newClient } from "../../testing/people/clients.ts";
import { createForge, strangersHand } from "../../testing/forged_tokens.ts";
import { answerIn, authorizePath, codeVerifier } from "../../testing/people/applications.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, idTokens } = sentinel;

const path = "/oauth/end_session";
const name = 'Ledger <b>"quoted"</b>';

/** A client that users sign in to, and where they are afterwards. */
async function application(uris = [`https://${crypto.randomUUID()}.example.com/out?kind=a`]) {
  const { id } = await newClient(sentinel, {
    name,
    own_api: false,
    redirect_uris: ["https://ledger.example.com/in"],
    post_logout_redirect_uris: uris,
  });
  return { id, uri: uris[0]! };
}

/** A user who is signed in in a browser. */
async function inBrowser() {
  const username = `u${crypto.randomUUID()}`;
  const password = `only ${username} knows`;
  const { id } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  const browser = openBrowser(sentinel);
  await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  const [session] = await db.query<{ id: string }>(
    "test",
    "select id from sessions where user_id = $1 and kind = 'browser'",
    [id],
  );
  return { id, username, password, browser, session: session!.id };
}

type User = Awaited<ReturnType<typeof inBrowser>>;

/** The user signs in to the client in this browser: its session, and the id_token that it got. */
async function signInTo(clientId: string, { id: userId, session: parentId }: User) {
  const sid = await newSession(sentinel, { userId, kind: "client", clientId, parentId });
  const [row] = await db.query<{ rp_sid: string }>("test", "select rp_sid from sessions where id = $1", [sid]);
  const iat = Math.floor(Date.now() / 1000) - 100_000; // it has expired
  const claims = { sub: userId, aud: clientId, sid: row!.rp_sid, iat, exp: iat + 600, auth_time: iat, user: {} };
  return { sid, hint: await idTokens.sign(claims, "RS256") };
}

async function setUp() {
  const [client, user] = [await application(), await inBrowser()];
  return { client, user, ...await signInTo(client.id, user) };
}

const query = (parameters: Record<string, string>) => `${path}?${new URLSearchParams(parameters)}`;

/** Whether these sessions were revoked. */
async function revoked(...ids: string[]): Promise<boolean[]> {
  const rows = await db.query<{ id: string }>(
    "test",
    "select id from sessions where id = any($1) and revoked_at is not null",
    [ids],
  );
  return ids.map((id) => rows.some((row) => row.id === id));
}

const isSignedIn = async (browser: Browser) => (await browser.open("/account")).path === "/account";

for (const method of ["GET", "POST"]) {
  test(`T253 ${method} ${path} with a hint of this sign-in and a registered address signs out, and leads there with the state`, async () => {
    const { client: { id: client_id, uri }, user: { browser, session }, hint, sid } = await setUp();
    const parameters = {
      id_token_hint: hint,
      client_id,
      post_logout_redirect_uri: uri,
      state: "a &/b=ü",
      unknown: "x",
    };
    const left = method === "GET"
      ? await browser.open(query(parameters))
      : await browser.post(path, parameters, { "sec-fetch-site": "cross-site", origin: "https://ledger.example.com" });
    assert.equal(left.path, `${uri}&state=a%20%26%2Fb%3D%C3%BC`);
    assert.equal(left.response.status, 303);
    assert.ok(!browser.cookies.has("session"));
    assert.deepEqual(await revoked(session, sid), [true, true]);
  });
}

test(`the id_token of a whole sign-in signs out at ${path}, and what the application got with it ends`, async () => {
  const uri = "https://ledger.example.com/out";
  const { id } = await newClient(sentinel, {
    token_endpoint_auth_method: "none",
    first_party: true,
    own_api: false,
    redirect_uris: ["https://ledger.example.com/in"],
    post_logout_redirect_uris: [uri],
  });
  const { browser } = await inBrowser();
  const { path: back } = await browser.open(authorizePath({ id, redirectUri: "https://ledger.example.com/in" }));
  const grant = { grant_type: "authorization_code", client_id: id, redirect_uri: "https://ledger.example.com/in" };
  const form = { ...grant, code: answerIn(back).code!, code_verifier: codeVerifier };
  const tokens = await (await sentinel.fetch("/oauth/token", { form })).json();
  const userinfo = async () =>
    (await sentinel.fetch("/oauth/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } })).status;
  assert.equal(await userinfo(), 200);
  const left = await browser.open(query({ id_token_hint: tokens.id_token, post_logout_redirect_uri: uri }));
  assert.deepEqual([left.path, await userinfo()], [uri, 401]);
  const refresh = { grant_type: "refresh_token", client_id: id, refresh_token: tokens.refresh_token };
  assert.equal((await (await sentinel.fetch("/oauth/token", { form: refresh })).json()).error, "invalid_grant");
  assert.ok(!await isSignedIn(browser));
});

test(`${path} without a state leads to the address as it was registered; also after the key of the hint has retired`, async () => {
  const { client: { uri }, user: { browser }, hint } = await setUp();
  const { keys } = sentinel;
  await keys.retire((await keys.ring()).signing.get("RS256")!.kid);
  assert.equal((await browser.open(query({ id_token_hint: hint, post_logout_redirect_uri: uri }))).path, uri);
});

test(`${path} ends no session that is to last, and none of other browsers`, async () => {
  const { client, user, hint } = await setUp();
  const offline = await signInTo(client.id, user);
  await db.query("test", "update sessions set offline = true where id = $1", [offline.sid]);
  const other = openBrowser(sentinel);
  const { username, password } = user;
  await other.submit(await other.open("/signin"), "/signin", { username, password });
  await user.browser.open(query({ id_token_hint: hint, post_logout_redirect_uri: client.uri }));
  assert.deepEqual(await revoked(offline.sid, user.session), [false, true]);
  assert.ok(await isSignedIn(other));
});

type Case = Awaited<ReturnType<typeof setUp>>;
type Sent = Record<string, string>;

/** What is no proof that the application has signed this user in here. */
const asking: [what: string, sent: (given: Case) => Sent | Promise<Sent>, returns: boolean][] = [
  ["nothing", () => ({}), false],
  ["only a state", () => ({ state: "s" }), false],
  ["an address, but no hint", ({ client: { uri } }) => ({ post_logout_redirect_uri: uri, state: "s" }), false],
  ["a client and its address, but no hint", ({ client: { id, uri } }) => ({
    client_id: id,
    post_logout_redirect_uri: uri,
    state: "s",
  }), true],
  ["a hint, but no address", ({ hint }) => ({ id_token_hint: hint }), false],
  ["an address that is not registered", ({ hint }) => ({
    id_token_hint: hint,
    post_logout_redirect_uri: "https://evil.example/out",
  }), false],
  ["a query added to a registered address", ({ hint, client: { uri } }) => ({
    id_token_hint: hint,
    post_logout_redirect_uri: `${uri}&more=1`,
  }), false],
  ["a hint that a stranger signed", async ({ hint, client: { id, uri } }) => ({
    id_token_hint: await createForge(hint, await strangersHand("RS256")).token(),
    client_id: id,
    post_logout_redirect_uri: uri,
  }), false],
  ["a changed hint", async ({ hint, client: { uri } }) => ({
    id_token_hint: await createForge(hint, () => new Uint8Array()).token({ header: { alg: "none" } }),
    post_logout_redirect_uri: uri,
  }), false],
  ["a hint of another client than client_id", async ({ hint, client: { uri } }) => ({
    id_token_hint: hint,
    client_id: (await application()).id,
    post_logout_redirect_uri: uri,
  }), false],
  ["the address of another client", async ({ hint }) => ({
    id_token_hint: hint,
    post_logout_redirect_uri: (await application()).uri,
  }), false],
  ["a hint of another user", async ({ client: { id, uri } }) => ({
    id_token_hint: (await signInTo(id, await inBrowser())).hint,
    post_logout_redirect_uri: uri,
  }), true],
  ["a hint of another browser of this user", async ({ client: { id, uri }, user }) => {
    const session = await newSession(sentinel, { userId: user.id, kind: "browser" });
    return { id_token_hint: (await signInTo(id, { ...user, session })).hint, post_logout_redirect_uri: uri };
  }, true],
];

for (const [what, sent, returns] of asking) {
  test(`T253 ${path} with ${what} asks, and ${returns ? "leads back after the user's yes" : "leads nowhere"}`, async () => {
    const given = await setUp();
    const { browser, session } = given.user;
    const parameters = await sent(given);
    const before = await rowCounts(sentinel);
    const asked = await browser.open(query(parameters));
    assert.match(asked.path, /^\/signout(?:\?|$)/);
    assert.match(textOf(asked), /You are signed in as/);
    const isNamed = /asks to sign you out/.test(textOf(asked));
    assert.equal(isNamed, asked.path.includes("client_id="), "the page names the application that is known");
    assert.ok(isNamed || !returns);
    const isRefused = "post_logout_redirect_uri" in parameters && !returns;
    assert.equal(asked.html.includes('class="note warn"'), isRefused, "the page says that the address does not count");
    assert.ok(!asked.html.includes("eyJ") && !asked.path.includes("eyJ"), "the hint goes no further");
    assert.deepEqual([await revoked(session), await rowCounts(sentinel)], [[false], before]);
    const left = await browser.submit(asked, "/signout");
    assert.match(textOf(left), /You are signed out/);
    assert.equal(left.path.startsWith(given.client.uri), returns, left.path);
    if (!returns) assert.equal(left.path, "/signin?done=signed_out");
    assert.deepEqual(await revoked(session), [true]);
  });
}

test(`T253 the question of ${path} is no proof: another site cannot answer it`, async () => {
  const { client: { id, uri }, user: { browser, session } } = await setUp();
  const asked = await browser.open(query({ client_id: id, post_logout_redirect_uri: uri }));
  const [{ action, members }] = formsIn(asked.html) as [{ action: string; members: Record<string, string> }];
  for (
    const [sent, more] of [[{}, {}], [members, { "sec-fetch-site": "cross-site" }], [{ form_token: "x" }, {}]] as const
  ) {
    assert.equal((await browser.post(action, sent, more)).status, 403);
  }
  assert.deepEqual(await revoked(session), [false]);
});

test(`${path} in a browser where nobody is signed in offers the way back, and does not take it`, async () => {
  const { client: { id, uri }, hint } = await setUp();
  const browser = openBrowser(sentinel);
  const left = await browser.open(query({ id_token_hint: hint, post_logout_redirect_uri: uri, state: "s" }));
  assert.match(left.path, /^\/signout\?/);
  assert.match(textOf(left), /You are signed out You can return to Ledger <b>"quoted"<\/b>\. Continue/);
  assert.ok(left.html.includes(`href="${uri.replaceAll("&", "&amp;")}&amp;state=s"`));
  assert.equal((await browser.open(path)).path, "/signin?done=signed_out");
  const unregistered = await browser.open(query({ client_id: id, post_logout_redirect_uri: "https://evil.example" }));
  assert.equal(unregistered.path, "/signin?done=signed_out");
});

test(`${path} of a disabled client leads nowhere; what an application did wrong is noted for its operators`, async () => {
  const { client: { id, uri }, user: { browser }, hint } = await setUp();
  await browser.open(query({ id_token_hint: hint, post_logout_redirect_uri: "https://evil.example" }));
  await sentinel.clientRefusals.flush();
  const noted = (await sentinel.clientRefusals.list(id)).map(({ reason }) => reason);
  assert.deepEqual(noted, ["post_logout_redirect_uri not registered: https://evil.example"]);
  await sentinel.oauthClients.change(id, { disabled: true }, () => true, localActor);
  const asked = await browser.open(query({ id_token_hint: hint, post_logout_redirect_uri: uri }));
  assert.equal((await browser.submit(asked, "/signout")).path, "/signin?done=signed_out");
});

test(`${path} opens a program of the device only when the user says so, after a form`, async () => {
  const client = await newClient(sentinel, {
    name: "Pocket",
    own_api: false,
    application_type: "native",
    token_endpoint_auth_method: "none",
    redirect_uris: ["com.example.pocket:/in"],
    post_logout_redirect_uris: ["com.example.pocket:/out"],
  });
  const user = await inBrowser();
  const sent = { client_id: client.id, post_logout_redirect_uri: "com.example.pocket:/out", state: "s" };
  const left = await user.browser.submit(await user.browser.open(query(sent)), "/signout");
  assert.deepEqual([left.status, left.html.includes("http-equiv")], [200, false]);
  assert.match(left.html, /href="com\.example\.pocket:\/out\?state=s"/);
});

test(`${path} speaks the language of ui_locales, and takes what is too long for an address as no parameters`, async () => {
  const { user: { browser } } = await setUp();
  assert.match(textOf(await browser.open(query({ ui_locales: "fr de-CH en" }))), /Abmelden Sie sind als/);
  const long = await browser.post(path, { id_token_hint: "x".repeat(9_000), state: "s" });
  assert.equal(long.path, "/signout");
  const repeated = await browser.open(`${path}?state=a&state=b`);
  assert.equal(repeated.status, 400, "T245");
});

test("no id_token and no state is in the log", async () => {
  await openBrowser(sentinel).open(query({ id_token_hint: "eyJ.eyJ.a", state: "s" }));
  const log = await sentinel.logs();
  assert.doesNotMatch(log, /eyJ|id_token_hint|state=|"level":"error"/);
  assert.match(log, /"route":"\/oauth\/end_session"/);
});
