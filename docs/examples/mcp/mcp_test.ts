import assert from "node:assert/strict";
// @ts-types="@modelcontextprotocol/sdk/client/index"
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
// @ts-types="@modelcontextprotocol/sdk/client/auth"
import {
  auth,
  extractWWWAuthenticateParams,
  type OAuthClientProvider,
  UnauthorizedError,
} from "@modelcontextprotocol/sdk/client/auth.js";
// @ts-types="@modelcontextprotocol/sdk/client/streamableHttp"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
// @ts-types="@modelcontextprotocol/sdk/shared/auth"
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from "@modelcontextprotocol/sdk/shared/auth.js";
import { decodeJwt } from "jose";
import { type Sentinel, startSentinel } from "../../../src/testing/harness.ts";
import { type Browser, openBrowser, textOf } from "../../../src/testing/people/browser.ts";
import { people } from "../../../src/testing/people/people.ts";
import { createCertificates } from "../../../src/testing/servers/certificates.ts";
import { overSockets } from "../../../src/testing/traffic/sockets.ts";
import { createNotesServer } from "./notes_server.ts";

const callback = "http://127.0.0.1:33418/callback";

/** A client of the SDK as an application would write one: it keeps what it is given in memory. */
function newProvider(metadata: Partial<OAuthClientMetadata> = {}, known?: OAuthClientInformationMixed) {
  const kept: { client?: OAuthClientInformationMixed; tokens?: OAuthTokens; verifier?: string; sentTo?: URL } = {};
  if (known) kept.client = known;
  const provider: OAuthClientProvider = {
    redirectUrl: callback,
    clientMetadata: {
      client_name: "Robot",
      redirect_uris: [callback],
      grant_types: ["authorization_code", "refresh_token"],
      token_endpoint_auth_method: "none",
      application_type: "native",
      ...metadata,
    } as OAuthClientMetadata,
    clientInformation: () => kept.client,
    saveClientInformation: (client) => void (kept.client = client),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => void (kept.tokens = tokens),
    redirectToAuthorization: (url) => void (kept.sentTo = url),
    saveCodeVerifier: (verifier) => void (kept.verifier = verifier),
    codeVerifier: () => kept.verifier!,
    invalidateCredentials: () => void delete kept.tokens,
    state: () => crypto.randomUUID(),
  };
  return { provider, kept };
}

type Kept = ReturnType<typeof newProvider>["kept"];

/** Sentinel, and a server of notes that it protects, both on ports of this machine. */
async function withNotes(
  work: (at: { sentinel: Sentinel; url: string; browser: Browser }) => Promise<void>,
  settings: Record<string, string> = {},
): Promise<void> {
  const started: { sentinel?: Sentinel; answer?: (request: Request) => Promise<Response> } = {};
  await using server = overSockets((...given) => started.sentinel!.handle(...given));
  const issuer = `http://localhost:${server.port}`;
  const resolve = () => Promise.resolve(["127.0.0.1"]);
  const all = { SENTINEL_PUBLIC_URL: issuer, ...settings };
  await using sentinel = await startSentinel({ lasting: false, settings: all, resolve });
  started.sentinel = sentinel;
  const silent = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
  await using serving = Deno.serve(silent, (request) => started.answer!(request));
  const url = `http://localhost:${serving.addr.port}/mcp`;
  const scopes = ["notes:read", "notes:write"];
  const resource = { uri: url, name: "Notes", scopes, open_to_dynamic: true };
  const registered = await sentinel.fetch("/resources", { json: resource }, "ada");
  assert.equal(registered.status, 201);
  const client = await created(sentinel, { name: "notes server", resources: [url], scopes: [] });
  started.answer = createNotesServer({ issuer, url, client: { id: client.id, secret: client.client_secret! } });
  const browser = openBrowser(sentinel);
  await sentinel.settled("grace");
  await work({ sentinel, url, browser });
}

async function created(sentinel: Sentinel, wanted: object): Promise<{ id: string; client_secret?: string }> {
  const answer = await sentinel.fetch("/clients", { json: wanted }, "ada");
  assert.equal(answer.status, 201, await answer.clone().text());
  return await answer.json();
}

/** Registers a client for the notes as an administrator does for a client that cannot register itself. */
function registeredClient(sentinel: Sentinel, url: string, more: object = {}) {
  return created(sentinel, {
    name: "Robot",
    token_endpoint_auth_method: "none",
    application_type: "native",
    redirect_uris: ["http://127.0.0.1/callback"],
    resources: [url],
    scopes: ["notes:read", "notes:write"],
    ...more,
  });
}

/**
 * What grace's browser brings back from where the client sent it: she signs in if she is asked, and allows everything.
 */
async function allowed(
  browser: Browser,
  { sentTo }: Kept,
): Promise<{ code: string; asked: URLSearchParams; shown: string }> {
  const { username, password } = people.grace;
  let shown = await browser.open(`${sentTo!.pathname}${sentTo!.search}`);
  if (shown.path.startsWith("/signin")) shown = await browser.submit(shown, "/signin", { username, password });
  assert.match(shown.path, /^\/consent/, textOf(shown));
  const text = textOf(shown);
  const { searchParams } = new URL((await browser.submit(shown, "/consent", { decision: "allow" })).path);
  assert.equal(searchParams.get("state"), sentTo!.searchParams.get("state"));
  assert.equal(searchParams.get("iss"), sentTo!.origin);
  return { code: searchParams.get("code")!, asked: sentTo!.searchParams, shown: text };
}

const newConnection = (url: string, provider: OAuthClientProvider, options: { fetch?: typeof fetch } = {}) => ({
  transport: new StreamableHTTPClientTransport(new URL(url), { authProvider: provider, ...options }),
  client: new Client({ name: "robot", version: "1.0.0" }),
});

/** Connects as an application does: it is sent to sign in, and connects again with the code. */
async function connect(
  url: string,
  browser: Browser,
  { provider, kept }: ReturnType<typeof newProvider>,
  options = {},
) {
  const first = newConnection(url, provider, options);
  // deno-lint-ignore no-explicit-any -- the SDK's own types do not allow exactOptionalPropertyTypes
  await assert.rejects(first.client.connect(first.transport as any), UnauthorizedError);
  const { code, asked, shown } = await allowed(browser, kept);
  await first.transport.finishAuth(code);
  const next = newConnection(url, provider, options);
  // deno-lint-ignore no-explicit-any -- as above
  await next.client.connect(next.transport as any);
  return { ...next, asked, shown, [Symbol.asyncDispose]: () => next.client.close() };
}

const scopeOf = ({ tokens }: Kept) => decodeJwt(tokens!.access_token).scope;
const called = async (client: Client, name: string, args = {}) => {
  const { content } = await client.callTool({ name, arguments: args });
  return (content as { text: string }[])[0]!.text;
};

Deno.test("the MCP client of the SDK signs a user in, and signs them in again for a tool that needs another scope", async () => {
  await withNotes(async ({ sentinel, url, browser }) => {
    const { id } = await registeredClient(sentinel, url, { grant_types: ["authorization_code"] });
    const given = newProvider({}, { client_id: id });
    await using robot = await connect(url, browser, given);
    assert.deepEqual([robot.asked.get("resource"), robot.asked.get("scope")], [url, "notes:read"]);
    const { aud, iss } = decodeJwt(given.kept.tokens!.access_token);
    assert.deepEqual([aud, iss], [url, sentinel.settings.SENTINEL_PUBLIC_URL]);
    const { tools } = await robot.client.listTools();
    assert.deepEqual(tools.map(({ name }) => name), ["list_notes", "add_note"]);
    assert.equal(await called(robot.client, "list_notes"), "No notes");

    await assert.rejects(called(robot.client, "add_note", { note: "Buy milk" }), UnauthorizedError);
    const { code, asked } = await allowed(browser, given.kept);
    assert.equal(asked.get("scope"), "notes:read notes:write");
    await robot.transport.finishAuth(code);
    assert.equal(scopeOf(given.kept), "notes:read notes:write");
    assert.equal(await called(robot.client, "add_note", { note: "Buy milk" }), "Added");
    assert.equal(await called(robot.client, "list_notes"), "Buy milk");
  });
});

Deno.test("the MCP client of the SDK refreshes its token, and asks the user again when what they allowed was withdrawn", async () => {
  await withNotes(async ({ sentinel, url, browser }) => {
    const { id } = await registeredClient(sentinel, url);
    const given = newProvider({}, { client_id: id });
    await using robot = await connect(url, browser, given);
    const { refresh_token } = given.kept.tokens!;
    given.kept.tokens!.access_token = "expired";
    assert.equal(await called(robot.client, "list_notes"), "No notes");
    assert.notEqual(
      given.kept.tokens!.refresh_token,
      refresh_token,
      "the refresh token of a public client was rotated",
    );

    assert.equal(await auth(given.provider, { serverUrl: url }), "AUTHORIZED");
    const withdrawn = await sentinel.fetch(`/users/me/consents/${id}`, { method: "DELETE" }, "grace");
    assert.equal(withdrawn.status, 204);
    delete given.kept.sentTo;
    await assert.rejects(robot.client.listTools(), UnauthorizedError);
    assert.ok(given.kept.sentTo, "the user is asked again");
  });
});

Deno.test("an MCP client with a refresh token gets the scopes of the challenge when it sends the user again", async () => {
  await withNotes(async ({ sentinel, url, browser }) => {
    const { id } = await registeredClient(sentinel, url);
    const given = newProvider({}, { client_id: id });
    let challenge: ReturnType<typeof extractWWWAuthenticateParams> = {};
    const watched: typeof fetch = async (...sent) => {
      const answer = await fetch(...sent);
      if (answer.status === 403) challenge = extractWWWAuthenticateParams(answer);
      return answer;
    };
    await using robot = await connect(url, browser, given, { fetch: watched });
    await assert.rejects(called(robot.client, "add_note", { note: "Buy milk" }), /403 after trying upscoping/);
    assert.deepEqual([challenge.error, challenge.scope], ["insufficient_scope", "notes:read notes:write"]);
    delete given.kept.tokens;
    const asked = { serverUrl: url, scope: challenge.scope!, resourceMetadataUrl: challenge.resourceMetadataUrl! };
    assert.equal(await auth(given.provider, asked), "REDIRECT");
    await robot.transport.finishAuth((await allowed(browser, given.kept)).code);
    assert.equal(await called(robot.client, "add_note", { note: "Buy milk" }), "Added");
  });
});

Deno.test("T257 an MCP server refuses tokens for another API, for userinfo and for Sentinel, and tokens in the query", async () => {
  await withNotes(async ({ sentinel, url }) => {
    const other = { uri: "https://pictures.example.com/mcp", name: "Pictures", scopes: ["notes:read"] };
    assert.equal((await sentinel.fetch("/resources", { json: other }, "ada")).status, 201);
    const robot = await created(sentinel, {
      name: "Robot",
      grant_types: ["client_credentials"],
      resources: [url, other.uri],
      own_api: true,
      scopes: ["notes:read"],
    });
    const credentials = { client_id: robot.id, client_secret: robot.client_secret! };
    const tokenFor = async (resource: string) => {
      const form = { grant_type: "client_credentials", resource, ...credentials };
      return (await (await sentinel.fetch("/oauth/token", { form })).json()).access_token;
    };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const listed = async (token: string, at = url) => {
      const answer = await fetch(at, {
        method: "POST",
        body,
        headers: { ...headers, authorization: `Bearer ${token}` },
      });
      await answer.body?.cancel();
      return [answer.status, extractWWWAuthenticateParams(answer).error];
    };
    const [right, wrong, own] = await Promise.all(
      [url, other.uri, sentinel.settings.SENTINEL_PUBLIC_URL].map(tokenFor),
    );
    assert.deepEqual(await listed(right), [200, undefined]);
    for (const token of [wrong, own, await sentinel.tokenOf("grace")]) {
      assert.deepEqual(await listed(token), [401, "invalid_token"]);
    }
    assert.deepEqual(await listed("", `${url}?access_token=${right}`), [401, "invalid_token"]);
  });
});

Deno.test("the MCP client of the SDK registers itself, and asks for more scopes than it registered with", async () => {
  await withNotes(async ({ url, browser }) => {
    const given = newProvider({ grant_types: ["authorization_code"] });
    await using robot = await connect(url, browser, given);
    assert.match(given.kept.client!.client_id, /^[0-9a-f-]{36}$/);
    assert.match(robot.shown, /127\.0\.0\.1/);
    assert.equal(await called(robot.client, "list_notes"), "No notes");
    await assert.rejects(called(robot.client, "add_note", { note: "Buy milk" }), UnauthorizedError);
    await robot.transport.finishAuth((await allowed(browser, given.kept)).code);
    assert.equal(await called(robot.client, "add_note", { note: "Buy milk" }), "Added");
  }, { SENTINEL_CLIENT_REGISTRATION: "open" });
});

Deno.test("the MCP client of the SDK is known by its metadata document, whose host the user is told", async () => {
  const folder = await Deno.makeTempDir();
  const { ca, ...files } = await createCertificates(folder, "DNS:robot.example");
  const [cert, key] = [files.certificate, files.key].map((path) => Deno.readTextFileSync(path)) as [string, string];
  const document: Record<string, unknown> = {};
  const options = { port: 0, hostname: "127.0.0.1", cert, key, onListen() {} };
  await using server = Deno.serve(options, () => Response.json(document));
  const clientMetadataUrl = `https://robot.example:${server.addr.port}/client.json`;
  const given = newProvider({ grant_types: ["authorization_code"] });
  Object.assign(document, { client_id: clientMetadataUrl, ...given.provider.clientMetadata });
  given.provider.clientMetadataUrl = clientMetadataUrl;
  await withNotes(async ({ url, browser }) => {
    await using robot = await connect(url, browser, given);
    assert.equal(decodeJwt(given.kept.tokens!.access_token).client_id, clientMetadataUrl);
    assert.match(robot.shown, /robot\.example/);
    assert.equal(await called(robot.client, "list_notes"), "No notes");
    await assert.rejects(called(robot.client, "add_note", { note: "Buy milk" }), UnauthorizedError);
    await robot.transport.finishAuth((await allowed(browser, given.kept)).code);
    assert.equal(await called(robot.client, "add_note", { note: "Buy milk" }), "Added");
  }, {
    SENTINEL_CLIENT_METADATA_DOCUMENTS: new URL(clientMetadataUrl).host,
    SENTINEL_OUTBOUND_ALLOW: "127.0.0.0/8",
    SENTINEL_OUTBOUND_CA: ca,
  });
  await Deno.remove(folder, { recursive: true });
});
