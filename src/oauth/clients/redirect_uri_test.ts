import assert from "node:assert/strict";
import type { PrincipalClient } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { matchesRedirectUri, requireRedirectUris } from "./redirect_uri.ts";

type Type = PrincipalClient["application_type"];

/** Why the URI is refused; undefined if it is not. */
function refusal(uri: string, type: Type = "web"): string | undefined {
  try {
    requireRedirectUris([uri], type, "#/redirect_uris");
  } catch (error) {
    assert.ok(error instanceof Problem);
    const [found] = error.errors!;
    assert.equal(found!.pointer, "#/redirect_uris/0");
    return found!.detail;
  }
  return undefined;
}

const allowedTo: Record<Type, string[]> = {
  web: [
    "https://app.example.com",
    "https://app.example.com/",
    "https://app.example.com/callback?tenant=1",
    "https://app.example.com:8443/callback",
    "https://192.0.2.7/callback",
    "http://localhost:3000/callback",
    "http://127.0.0.1:3000",
    "http://[::1]:3000/callback",
  ],
  native: [
    "com.example.app:/callback",
    "com.example.app://callback",
    "https://app.example.com/callback",
    "http://127.0.0.1/callback",
    "http://localhost/callback",
  ],
};

for (const [type, uris] of Object.entries(allowedTo)) {
  Deno.test(`T227 a ${type} client may register its redirect_uris`, () => {
    for (const uri of uris) assert.equal(refusal(uri, type as Type), undefined, uri);
  });
}

const refused: Record<string, [uri: string, why: RegExp]> = {
  "http": ["http://app.example.com/callback", /needs https/],
  "http of a host that begins as loopback": ["http://localhost.example.com/callback", /needs https/],
  "http of another loopback address": ["http://127.0.0.2/callback", /needs https/],
  "a port that cannot be": ["http://127.0.0.1:65536/callback", /needs https/],
  "a fragment": ["https://app.example.com/callback#x", /No fragment/],
  "a user": ["https://ada@app.example.com/callback", /No user/],
  "a user before loopback": ["http://localhost@app.example.com/callback", /needs https/],
  "two @": ["https://app.example.com@x@evil.example.com/callback", /No user/],
  "an empty user": ["https://@app.example.com/callback", /No user/],
  "dot segments": ["https://app.example.com/a/../callback", /Write it as browsers do/],
  "escaped dot segments": ["https://app.example.com/a/%2e%2e/callback", /Write it as browsers do/],
  "dot segments with parameters": ["https://app.example.com/a/..;/callback", /No dot segments/],
  "a wildcard": ["https://*.example.com/callback", /No wildcard/],
  "a wildcard in the path": ["https://app.example.com/*", /No wildcard/],
  "a dot after the host": ["https://app.example.com./callback", /No dot at the end/],
  "capitals in the host": ["https://APP.example.com/callback", /browsers do: https:\/\/app\.example\.com\/callback/],
  "a default port": ["https://app.example.com:443/callback", /Write it as browsers do/],
  "a number as the host": ["https://0x7f000001/callback", /Write it as browsers do/],
  "a backslash": ["https://app.example.com\\@evil.example.com/callback", /Only ASCII/],
  "a line break": ["https://app.example.com/\r\ncallback", /Only ASCII/],
  "other letters": ["https://äpp.example.com/callback", /Only ASCII/],
  "no host": ["https://", /not a URL/],
  "no scheme": ["app.example.com/callback", /needs https/],
  "a private scheme": ["com.example.app:/callback", /needs https/],
  "2,049 characters": [`https://app.example.com/${"x".repeat(2_025)}`, /At most 2048/],
};

for (const [what, [uri, why]] of Object.entries(refused)) {
  Deno.test(`T227 a web client cannot register a redirect_uri with ${what}`, () => assert.match(refusal(uri)!, why));
}

Deno.test("T227 no client can register a redirect_uri that a browser would run or open as a file", () => {
  const uris = ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "blob:https://x.example.com/1"];
  for (const uri of [...uris, "app:/callback", "com.example.app:callback", "com.example.app:/a/../b"]) {
    for (const type of ["web", "native"] as const) assert.notEqual(refusal(uri, type), undefined, `${type} ${uri}`);
  }
});

const matches = (registered: string, uri: string, client: Partial<PrincipalClient> = {}) =>
  matchesRedirectUri({
    application_type: "web",
    token_endpoint_auth_method: "client_secret_basic",
    native_localhost: false,
    redirect_uris: [registered],
    ...client,
  } as PrincipalClient, uri);

Deno.test("T227 a redirect_uri matches only if it is equal", () => {
  const registered = "https://app.example.com/callback";
  assert.equal(matches(registered, registered), true);
  for (
    const uri of [
      `${registered}/`,
      `${registered}?x=1`,
      `${registered}#x`,
      "https://app.example.com/Callback",
      "https://APP.example.com/callback",
      "https://sub.app.example.com/callback",
      "https://app.example.com:443/callback",
      "https://app.example.com:8443/callback",
      "https://ada@app.example.com/callback",
      "https://app.example.com@a@evil.example.com/callback",
      "https://app.example.com/%63allback",
      "https://app.example.com/x/%2e%2e/callback",
      "https://app.example.com/x/..;/callback",
      "https://app.example.com/*",
      "http://app.example.com/callback",
      "https://app.example.com./callback",
      "https://app.example.com.evil.example.com/callback",
      "",
    ]
  ) assert.equal(matches(registered, uri), false, uri);
});

const native = { application_type: "native", token_endpoint_auth_method: "none" } as const;

Deno.test("T228 a native public client may listen on any port of a loopback address that it registered", () => {
  for (const host of ["127.0.0.1", "[::1]"]) {
    const registered = `http://${host}/callback`;
    for (const port of [":1", ":51004", ":65535", ""]) {
      assert.equal(matches(registered, `http://${host}${port}/callback`, native), true, port);
      assert.equal(matches(`http://${host}:8000/callback`, `http://${host}${port}/callback`, native), true, port);
    }
    for (const rest of [":/callback", ":0/callback", ":65536/callback", ":08/callback", ":80x/callback", ":51004"]) {
      assert.equal(matches(registered, `http://${host}${rest}`, native), false, rest);
    }
    for (const uri of [`https://${host}:51004/callback`, `http://ada@${host}:51004/callback`]) {
      assert.equal(matches(registered, uri, native), false, uri);
    }
  }
  assert.equal(matches("http://127.0.0.1/callback", "http://[::1]:51004/callback", native), false);
  assert.equal(matches("http://127.0.0.1/callback", "http://localhost:51004/callback", native), false);
});

Deno.test("T228 other clients may not, nor may a native one on localhost unless it is allowed to", () => {
  const [registered, uri] = ["http://127.0.0.1/callback", "http://127.0.0.1:51004/callback"];
  assert.equal(matches(registered, uri), false);
  assert.equal(matches(registered, uri, { ...native, token_endpoint_auth_method: "client_secret_basic" }), false);
  assert.equal(matches(registered, uri, { ...native, application_type: "web" }), false);
  const [named, port] = ["http://localhost/callback", "http://localhost:51004/callback"];
  assert.equal(matches(named, port, native), false);
  assert.equal(matches(named, named, native), true);
  assert.equal(matches(named, port, { ...native, native_localhost: true }), true);
  assert.equal(matches(named, uri, { ...native, native_localhost: true }), false);
});
