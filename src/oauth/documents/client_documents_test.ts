import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { type Browser, openBrowser, type Shown, textOf } from "../../testing/people/browser.ts";
import {
  answerIn,
  authorizePath,
  authorizeQuery,
  codeVerifier,
  newVisitor,
} from "../../testing/people/applications.ts";
import { bound, newDpopKey, proven } from "../../testing/people/dpop.ts";
import { asserted, assertionOf, newKeyPair } from "../../testing/people/key_clients.ts";
import { newApiResource } from "../../testing/people/clients.ts";
import { newSession } from "../../testing/people/client_sessions.ts";
import { callsWith } from "../../testing/people/people.ts";
import { createCertificates } from "../../testing/servers/certificates.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import { clientUuid } from "../../vocabulary/clients/client_id.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { isDocumentUrl, isHostOf } from "./document_url.ts";
import { lifetimeMs } from "./document_lifetime.ts";

const folder = await Deno.makeTempDir({ prefix: "sentinel-documents-" });
const files = await createCertificates(folder, "DNS:notes.example");
const [cert, key] = [files.certificate, files.key].map((path) => Deno.readTextFileSync(path)) as [string, string];

/** What the web server of all applications answers, by path, and how often it was asked. */
const pages = new Map<string, () => Response | Promise<Response>>();
const asked = new Map<string, number>();
const server = Deno.serve({ port: 0, hostname: "127.0.0.1", cert, key, onListen() {} }, (request) => {
  const { pathname } = new URL(request.url);
  asked.set(pathname, (asked.get(pathname) ?? 0) + 1);
  return pages.get(pathname)?.() ?? new Response(null, { status: 404 });
});
const origin = `https://notes.example:${(server.addr as Deno.NetAddr).port}`;

const settings = {
  SENTINEL_CLIENT_METADATA_DOCUMENTS: [new URL(origin).host, "inner.example", "unreachable.example:1"].join(","),
  SENTINEL_CLIENT_REGISTRATION: "open",
  SENTINEL_OUTBOUND_ALLOW: "127.0.0.0/8",
  SENTINEL_OUTBOUND_CA: files.ca,
};
const resolve = (host: string) => Promise.resolve([host === "inner.example" ? "10.0.0.1" : "127.0.0.1"]);
const sentinel = await startSentinel({ lasting: false, settings, resolve });
Deno.test.afterAll(async () => {
  await sentinel[Symbol.asyncDispose]();
  await server.shutdown();
  await Deno.remove(folder, { recursive: true });
});

/** A new URL whose document has these members. */
function described(members: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
  const path = `/${crypto.randomUUID()}/client.json`;
  const url = `${origin}${path}`;
  const redirectUri = `${origin}/callback`;
  const write = (changed: Record<string, unknown>) =>
    pages.set(path, () =>
      Response.json({
        client_id: url,
        client_name: "Bank of Ledger",
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
        token_endpoint_auth_method: "none",
        ...changed,
      }, { headers }));
  write(members);
  return { id: url, url, path, redirectUri, write };
}

type Described = ReturnType<typeof described>;

async function signedIn(): Promise<Browser & { userId: string; given: { username: string; password: string } }> {
  const given = { username: `u${crypto.randomUUID()}`, password: `words ${crypto.randomUUID()}` };
  const { id } = await sentinel.registrations.create(given, ["user"], localActor);
  const browser = openBrowser(sentinel);
  await browser.submit(await browser.open("/signin"), "/signin", given);
  return { ...browser, userId: id, given };
}

/** A token of the user's own, from a login. */
async function tokenOf(given: { username: string; password: string }): Promise<string> {
  return (await (await sentinel.fetch("/login", { json: given })).json()).access_token;
}

const isAsked = (shown: Shown) => assert.ok(shown.path.startsWith("/consent?flow="), `${shown.path} ${textOf(shown)}`);
const allow = (browser: Browser, shown: Shown) => browser.submit(shown, "/consent", { decision: "allow" });

/** A page on which the sign-in stops, for this reason. */
function isStopped(shown: Shown, reason: string, detail?: RegExp) {
  assert.deepEqual([shown.status, shown.path.startsWith("/oauth/authorize")], [400, true], shown.path);
  assert.ok(textOf(shown).includes(reason), textOf(shown));
  if (detail) assert.match(textOf(shown), detail);
}

function redeem({ url, redirectUri }: Described, shown: Pick<Shown, "path">) {
  const { code } = answerIn(shown.path);
  const form = {
    grant_type: "authorization_code",
    code: code!,
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
  };
  return sentinel.fetch("/oauth/token", { form: { ...form, client_id: url } });
}

let days = 0;

/** What the browser is shown when memory holds every document for longer than it may. */
async function openLater(browser: Browser, path: string): Promise<Shown> {
  const { now } = sentinel.clock;
  const ahead = (days += 2) * 86_400_000;
  sentinel.clock.now = () => now() + ahead;
  try {
    return await browser.open(path);
  } finally {
    sentinel.clock.now = now;
  }
}

test("a client that describes itself signs users in, and its URL is in every token", async () => {
  const client = described();
  const browser = await signedIn();
  const question = await browser.open(authorizePath(client, { scope: "openid offline_access", prompt: "consent" }));
  isAsked(question);
  const shown = await allow(browser, question);
  assert.equal(answerIn(shown.path).iss, sentinel.settings.SENTINEL_PUBLIC_URL);
  const tokens = await (await redeem(client, shown)).json();
  const { aud } = decodeJwt(tokens.id_token);
  const { client_id, sub } = decodeJwt(tokens.access_token);
  assert.deepEqual([aud, client_id, sub], [client.url, client.url, browser.userId]);
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  assert.equal((await sentinel.fetch("/oauth/userinfo", { headers })).status, 200);
  const ada = callsWith(sentinel, (await sentinel.login("ada")).access_token);
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    const introspected = await (await ada("/oauth/introspect", { form: { token } })).json();
    assert.deepEqual([introspected.active, introspected.client_id], [true, client.url]);
  }
  const form = { grant_type: "refresh_token", refresh_token: tokens.refresh_token, client_id: client.url };
  const refreshed = await (await sentinel.fetch("/oauth/token", { form })).json();
  assert.equal(decodeJwt(refreshed.id_token).aud, client.url);
  const revoked = await sentinel.fetch("/oauth/revoke", {
    form: { token: refreshed.refresh_token, client_id: client.url },
  });
  assert.equal(revoked.status, 200);
  assert.equal((await sentinel.fetch("/oauth/userinfo", { headers })).status, 401);
  const [stored] = await sentinel.db.query<{ id: string; source: string }>(
    "test",
    "select id, source from clients where url = $1",
    [client.url],
  );
  assert.deepEqual(stored, { id: clientUuid(client.url), source: "document" });
});

test("T254 consent for a client that describes itself names its host first, and what it calls itself only after", async () => {
  const client = described();
  const text = textOf(await (await signedIn()).open(authorizePath(client)));
  const host = new URL(origin).host;
  assert.ok(text.indexOf(`${host} wants access`) < text.indexOf("It calls itself “Bank of Ledger”"), text);
  assert.ok(text.includes(`return to ${origin}`), text);
});

test("the lists of a user name a client that describes itself by its URL, and DELETE /users/me/consents/{client_id} takes it", async () => {
  const client = described();
  const browser = await signedIn();
  const { access_token } = await (await redeem(client, await allow(browser, await browser.open(authorizePath(client)))))
    .json();
  assert.ok(access_token);
  const call = callsWith(sentinel, await tokenOf(browser.given));
  const ofClient = async (path: string) =>
    (await (await call(path)).json()).items.flatMap(({ client_id }: { client_id: string | null }) => client_id ?? []);
  const lists = ["/users/me/consents", "/users/me/sessions"];
  for (const path of lists) assert.deepEqual(await ofClient(path), [client.url], path);
  const account = await browser.open("/account");
  const known = `${new URL(origin).host} (Bank of Ledger)`;
  assert.equal(account.html.match(/Bank of Ledger/g)!.length, account.html.split(known).length - 1, account.html);
  const remove = (id: string) => call(`/users/me/consents/${encodeURIComponent(id)}`, { method: "DELETE" });
  for (const other of [`${client.url}?`, "https://nothing.example/"]) {
    assert.equal((await remove(other)).status, 404, other);
  }
  assert.equal((await remove(client.url)).status, 204);
  for (const path of lists) assert.deepEqual(await ofClient(path), [], path);
});

test("nothing is stored before a user allows it", async () => {
  const client = described();
  const browser = await signedIn();
  const of = async () => {
    const { tickets: _, ...rows } = await rowCounts(sentinel);
    return rows;
  };
  const before = await of();
  const question = await browser.open(authorizePath(client));
  isAsked(question);
  const denied = await browser.submit(question, "/consent", { decision: "deny" });
  assert.equal(answerIn(denied.path).error, "access_denied");
  assert.deepEqual(await of(), before);
});

test("consent is remembered for the redirection URIs of the document, and asked anew when they change", async () => {
  const client = described();
  const browser = await signedIn();
  await allow(browser, await browser.open(authorizePath(client)));
  assert.ok(answerIn((await browser.open(authorizePath(client))).path).code);
  client.write({ client_name: "Renamed" });
  assert.ok(answerIn((await openLater(browser, authorizePath(client))).path).code, "a name is no reason to ask");
  assert.equal((await sentinel.clients.get(clientUuid(client.url)!))!.name, "Renamed");
  client.write({ redirect_uris: [client.redirectUri, `${origin}/other`] });
  const question = await openLater(browser, authorizePath(client));
  isAsked(question);
  const other = await signedIn();
  await allow(browser, question);
  assert.ok(answerIn((await browser.open(authorizePath(client))).path).code);
  isAsked(await other.open(authorizePath(client)));
});

test("another user who consented before the redirection URIs changed is asked anew too", async () => {
  const client = described();
  const [first, second] = [await signedIn(), await signedIn()];
  for (const browser of [first, second]) await allow(browser, await browser.open(authorizePath(client)));
  client.write({ redirect_uris: [client.redirectUri, `${origin}/other`] });
  await allow(first, await openLater(first, authorizePath(client)));
  isAsked(await second.open(authorizePath(client)));
});

test("T254 consent is never remembered for a program on the user's device, which listens on any port of localhost", async () => {
  const client = described({ redirect_uris: ["http://localhost/callback"] });
  const browser = await signedIn();
  const at = (port: number) => authorizePath({ ...client, redirectUri: `http://localhost:${port}/callback` });
  await allow(browser, await browser.open(at(3118)));
  isAsked(await browser.open(at(4118)));
});

test("T227 T229 a document that describes no client stops the sign-in, without a redirect", async () => {
  const browser = await signedIn();
  const before = await rowCounts(sentinel);
  const refused: [Record<string, unknown>, RegExp][] = [
    [{ client_id: `${origin}/other.json` }, /client_id is not its own URL/],
    [{ client_secret: "s" }, /client_secret/],
    [{ token_endpoint_auth_method: "client_secret_basic" }, /token_endpoint_auth_method/],
    [{ redirect_uris: ["https://evil.example/callback"] }, /origin of the document/],
    [{ redirect_uris: ["com.example.notes:/callback"] }, /origin of the document/],
    [{ redirect_uris: [] }, /redirect_uris/],
    [{ post_logout_redirect_uris: ["https://evil.example/"] }, /origin of the document/],
    [{ grant_types: ["client_credentials"] }, /authorization_code/],
    [{ token_endpoint_auth_method: "private_key_jwt" }, /jwks/],
    [
      { token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://evil.example/keys" },
      /origin of the document/,
    ],
    [{ backchannel_logout_uri: "https://evil.example/logout" }, /origin of the document/],
    [{ backchannel_logout_uri: "http://localhost/logout" }, /backchannel_logout_uri/],
  ];
  for (const [members, detail] of refused) {
    isStopped(await browser.open(authorizePath(described(members))), "client_unreadable", detail);
  }
  const { tickets: _, ...after } = await rowCounts(sentinel);
  const { tickets: __, ...rest } = before;
  assert.deepEqual(after, rest);
});

test("a document that cannot be fetched stops the sign-in, and says no more about the network", async () => {
  const browser = await signedIn();
  const from = (answer: () => Response | Promise<Response>) => {
    const client = described();
    pages.set(client.path, answer);
    return client;
  };
  const clients = [
    from(() => new Response(null, { status: 302, headers: { location: `${origin}/x` } })),
    from(() => new Response("x".repeat(1_048_576), { headers: { "content-type": "application/json" } })),
    from(() => new Response(null, { status: 500 })),
    { ...described(), id: "https://inner.example/client.json" },
    { ...described(), id: "https://unreachable.example:1/client.json" },
  ];
  for (const client of clients) {
    const shown = await browser.open(authorizePath(client));
    isStopped(shown, "client_unreadable", /the document cannot be fetched/);
    assert.ok(!/10\.0\.0\.1|refused|timeout|\b500\b/.test(textOf(shown)), textOf(shown));
  }
  const html = from(() => new Response("<p>", { headers: { "content-type": "text/html" } }));
  isStopped(await browser.open(authorizePath(html)), "client_unreadable", /media type/);
});

test("what memory knows is not fetched again, neither a document nor that there is none", async () => {
  const browser = await signedIn();
  const good = described();
  const bad = described({ client_id: "another" });
  for (let time = 0; time < 3; time++) {
    await browser.open(authorizePath(good));
    await browser.open(authorizePath(bad));
  }
  assert.deepEqual([asked.get(good.path), asked.get(bad.path)], [1, 1]);
});

test("one request is under way for a URL, however many ask", async () => {
  const browser = await signedIn();
  const client = described();
  const answer = pages.get(client.path)!;
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  pages.set(client.path, async () => {
    arrive();
    await gate;
    return await answer();
  });
  const all = [1, 2, 3].map(() => browser.open(authorizePath(client)));
  await arrived;
  open();
  for (const shown of await Promise.all(all)) isAsked(shown);
  assert.equal(asked.get(client.path), 1);
});

test("a failure never replaces a good document", async () => {
  const browser = await signedIn();
  const client = described();
  await allow(browser, await browser.open(authorizePath(client)));
  pages.set(client.path, () => new Response(null, { status: 500 }));
  assert.ok(answerIn((await openLater(browser, authorizePath(client))).path).code);
});

test("a document is of no use to a client that an administrator disabled", async () => {
  const browser = await signedIn();
  const client = described();
  await allow(browser, await browser.open(authorizePath(client)));
  const ada = callsWith(sentinel, (await sentinel.login("ada")).access_token);
  const at = `/clients/${clientUuid(client.url)}`;
  const headers = { "if-match": (await ada(at)).headers.get("etag")! };
  assert.equal((await ada(at, { method: "PATCH", json: { name: "Mine" }, headers })).status, 422);
  assert.equal((await ada(at, { method: "PATCH", json: { disabled: true }, headers })).status, 200);
  isStopped(await browser.open(authorizePath(client)), "disabled_client");
  client.write({ redirect_uris: [client.redirectUri, `${origin}/other`] });
  isStopped(await openLater(browser, authorizePath(client)), "disabled_client");
});

test("a client that describes itself gets APIs that are open to it, and never Sentinel's own", async () => {
  const uri = `https://${crypto.randomUUID()}.example.com/mcp`;
  const id = await newApiResource(sentinel, { uri, scopes: ["notes:read"] });
  const client = described();
  const browser = await signedIn();
  const own = { resource: sentinel.settings.SENTINEL_PUBLIC_URL, scope: "openid" };
  assert.equal(answerIn((await browser.open(authorizePath(client, own))).path).error, "invalid_target");
  const wish = { resource: uri, scope: "notes:read" };
  assert.equal(answerIn((await browser.open(authorizePath(client, wish))).path).error, "invalid_target");
  await sentinel.apiResources.change(id, { open_to_dynamic: true }, () => true, localActor);
  const tokens = await (await redeem(client, await allow(browser, await browser.open(authorizePath(client, wish)))))
    .json();
  assert.deepEqual([decodeJwt(tokens.access_token).aud, tokens.scope], [uri, "notes:read"]);
});

test("POST /oauth/par takes the request of a client that nobody has allowed anything yet", async () => {
  const client = described();
  const browser = await signedIn();
  const pushed = await sentinel.fetch("/oauth/par", { form: Object.fromEntries(authorizeQuery(client)) });
  assert.equal(pushed.status, 201, await pushed.clone().text());
  const { request_uri } = await pushed.json();
  const query = new URLSearchParams({ client_id: client.url, request_uri });
  const shown = await allow(browser, await browser.open(`/oauth/authorize?${query}`));
  assert.equal((await redeem(client, shown)).status, 200);
  const other = { ...client, redirectUri: `${origin}/other` };
  const refused = await sentinel.fetch("/oauth/par", { form: Object.fromEntries(authorizeQuery(other)) });
  assert.equal(refused.status, 400);
});

/** A client that describes itself, with a key at this path of its origin. */
async function describedWithKeys(members: Record<string, unknown> = {}) {
  const pair = await newKeyPair();
  const keysPath = `/${crypto.randomUUID()}/jwks.json`;
  pages.set(keysPath, () => Response.json({ keys: [pair.jwk] }));
  const keys = { token_endpoint_auth_method: "private_key_jwt", jwks_uri: `${origin}${keysPath}` };
  return { ...pair, ...described({ ...keys, ...members }), keys, keysPath };
}

test("a client that describes itself with keys pushes its first request, and gets tokens that are bound to another key", async () => {
  const client = await describedWithKeys({
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
  });
  const browser = await signedIn();
  const direct = await browser.open(authorizePath(client));
  assert.ok(!direct.path.startsWith("/consent"), "it must push its requests");
  const request = Object.fromEntries(authorizeQuery(client));
  assert.equal((await sentinel.fetch("/oauth/par", { form: request })).status, 401);
  const pushed = await sentinel.fetch("/oauth/par", { form: asserted(await assertionOf(client), request) });
  assert.equal(pushed.status, 201, await pushed.clone().text());
  assert.equal((await sentinel.db.query("test", "select from clients where url = $1", [client.url])).length, 0);
  const query = new URLSearchParams({ client_id: client.url, request_uri: (await pushed.json()).request_uri });
  const { code } = answerIn((await allow(browser, await browser.open(`/oauth/authorize?${query}`))).path);
  const form = { grant_type: "authorization_code", code: code!, redirect_uri: client.redirectUri };
  const ask = async (key: Awaited<ReturnType<typeof newDpopKey>>) =>
    await sentinel.fetch("/oauth/token", {
      form: asserted(await assertionOf(client), { ...form, code_verifier: codeVerifier }),
      headers: await proven(key),
    });
  assert.equal((await redeem(client, { path: `${client.redirectUri}?code=${code}` })).status, 401);
  const key = await newDpopKey();
  const answer = await ask(key);
  assert.equal(answer.status, 200, await answer.clone().text());
  const { access_token } = await answer.json();
  const { client_id, cnf } = decodeJwt(access_token);
  assert.deepEqual([client_id, cnf], [client.url, { jkt: key.jkt }]);
  const headers = await bound(access_token, key, "/oauth/userinfo");
  assert.equal((await sentinel.fetch("/oauth/userinfo", { headers })).status, 200);
});

test("the keys of the document as it was last read count, before the next user signs in", async () => {
  const [old, next] = [await newKeyPair(), await newKeyPair()];
  const members = ({ jwk }: typeof old) => ({ token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [jwk] } });
  const client = described(members(old));
  const browser = await signedIn();
  await allow(browser, await browser.open(authorizePath(client)));
  const push = async (pair: typeof old) => {
    const form = asserted(await assertionOf({ ...pair, id: client.url }), Object.fromEntries(authorizeQuery(client)));
    return (await sentinel.fetch("/oauth/par", { form })).status;
  };
  assert.deepEqual([await push(old), await push(next)], [201, 401]);
  client.write(members(next));
  const refused = { ...client, redirectUri: `${origin}/none` };
  await openLater(browser, authorizePath(refused)); // the document is read anew, and nothing is stored
  assert.deepEqual([await push(old), await push(next)], [401, 201]);
});

test("a client that registered itself has Sentinel ask nothing in the networks of the operators", async () => {
  const client = await describedWithKeys();
  const { redirectUri, keys } = client;
  const logout = `/${crypto.randomUUID()}/logout`;
  const json = { redirect_uris: [redirectUri], ...keys, backchannel_logout_uri: `${origin}${logout}` };
  const { client_id: id } = await (await sentinel.fetch("/oauth/register", { json })).json();
  const push = async (id: string) => {
    const form = asserted(
      await assertionOf({ ...client, id }),
      Object.fromEntries(authorizeQuery({ id, redirectUri })),
    );
    return (await sentinel.fetch("/oauth/par", { form })).status;
  };
  assert.deepEqual([await push(id), asked.get(client.keysPath)], [401, undefined]);
  assert.deepEqual([await push(client.url), asked.get(client.keysPath)], [201, 1]);
  await endedSession(id);
  assert.equal(asked.get(logout), undefined);
  const [failed] = await sentinel.db.query<{ error_class: string }>(
    "test",
    "select error_class from outbox where kind = 'http' and payload->>'client_id' = $1",
    [id],
  );
  assert.equal(failed!.error_class, "refused_address");
});

/** Ends a user's session of the client, and runs the jobs once. */
async function endedSession(clientId: string): Promise<void> {
  const { userId, sessionId } = await newVisitor(sentinel);
  const session = await newSession(sentinel, { userId, kind: "client", clientId, parentId: sessionId });
  await sentinel.sessionRevocation.endSession(session, localActor);
  await sentinel.backChannelLogout.announce();
  await sentinel.outbox.deliver("http");
}

test("a client that describes itself is told at its own origin that a session has ended", async () => {
  const path = `/${crypto.randomUUID()}/logout`;
  pages.set(path, () => new Response(null));
  const client = described();
  const browser = await signedIn();
  await allow(browser, await browser.open(authorizePath(client)));
  client.write({ backchannel_logout_uri: `${origin}${path}` });
  assert.ok(answerIn((await openLater(browser, authorizePath(client))).path).code, "it is no reason to ask");
  await endedSession(clientUuid(client.url)!);
  assert.equal(asked.get(path), 1);
});

testOnPostgres("strangers cannot have Sentinel ask the web as often as they like", async () => {
  const limits = { SENTINEL_RATE_LIMIT: "on", SENTINEL_RATE_LIMIT_CLIENT_REGISTRATION: "2/3600" };
  await using limited = await startSentinel({ lasting: false, settings: { ...settings, ...limits }, resolve });
  const statuses = [];
  for (let time = 0; time < 3; time++) {
    const client = described({ client_id: "another" });
    statuses.push((await limited.fetch(authorizePath(client))).status, asked.get(client.path) ?? 0);
  }
  assert.deepEqual(statuses, [400, 1, 400, 1, 429, 0]);
});

testOnPostgres("documents are read of the hosts of the setting only, and of none by default", async () => {
  const client = described();
  const of = async (hosts: string) => {
    const one = { ...settings, SENTINEL_CLIENT_METADATA_DOCUMENTS: hosts };
    await using other = await startSentinel({ lasting: false, settings: one, resolve });
    const { status, headers } = await other.fetch(authorizePath(client));
    const metadata = await (await other.fetch("/.well-known/oauth-authorization-server")).json();
    return [status, headers.get("location")?.startsWith("/signin"), metadata.client_id_metadata_document_supported];
  };
  assert.deepEqual(await of("other.example"), [400, undefined, true]);
  assert.deepEqual(await of(new URL(origin).host), [303, true, true]);
  assert.equal(asked.get(client.path), 1);
  assert.deepEqual(await of("off"), [400, undefined, undefined]);
  assert.deepEqual(await of("open"), [400, undefined, true], "strangers do not reach the networks of the operators");
  assert.equal(asked.get(client.path), 1);
});

test("T227 a client_id is a URL as parsers write it, with a path and nothing else", () => {
  const issuer = "https://id.example.com";
  assert.ok(isDocumentUrl("https://notes.example/client.json", issuer));
  assert.ok(isDocumentUrl("https://notes.example:8443/client", issuer));
  for (
    const text of [
      ...["http://notes.example/c", "https://notes.example", "https://notes.example/", "https://notes.example/c?d"],
      ...[
        "https://notes.example/c#",
        "https://u@notes.example/c",
        "https://u:p@notes.example/c",
        "https://NOTES.example/c",
      ],
      ...["https://notes.example/a/../c", "https://notes.example/a/%2e%2E/c", "https://notes.example/./c"],
      ...[
        "https://notes.example./c",
        "https://notes.example:443/c",
        "https://notes.example\\c",
        "https://notes.example/ c",
      ],
      ...[
        "https://id.example.com/c",
        `https://notes.example/${"c".repeat(255)}`,
        "https:///c",
        "https://n\u00f6tes.example/c",
      ],
    ]
  ) assert.ok(!isDocumentUrl(text, issuer), text);
});

test("hosts of the setting are compared as a whole, and *. stands for every name below", () => {
  const hosts = ["notes.example", "*.example.org"];
  const of = (host: string) => isHostOf(hosts, `https://${host}/c`);
  assert.deepEqual(["notes.example", "a.example.org", "a.b.example.org"].map(of), [true, true, true]);
  assert.deepEqual(["example.org", "evilexample.org", "notes.example.evil.com", "a.notes.example"].map(of), [
    ...[false, false, false, false],
  ]);
  assert.deepEqual([isHostOf("open", "https://a.b/c"), isHostOf("off", "https://a.b/c")], [true, false]);
});

test("a document is kept as long as its server says, within 5 minutes and a day", () => {
  const minutes = (header?: string) => lifetimeMs(header) / 60_000;
  assert.deepEqual([undefined, "max-age=7200", "public, max-age=600", "no-store", "max-age=0"].map(minutes), [
    ...[60, 120, 10, 5, 5],
  ]);
  assert.equal(minutes("max-age=9999999999"), 1_440);
});
