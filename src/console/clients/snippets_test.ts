import assert from "node:assert/strict";
import type { OAuthClient } from "../../oauth/clients/clients.ts";
import { sectionsOf } from "../../testing/documents/blocks.ts";
import { snippetsOf } from "./snippets.ts";

const issuer = "https://auth.example.com";

/** The client that the page has in its blocks. */
const client = {
  id: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e",
  redirect_uris: ["https://app.example.com/oauth2/callback"],
  scopes: ["openid", "profile", "email", "roles"],
  grant_types: ["authorization_code", "refresh_token"],
  application_type: "web",
  token_endpoint_auth_method: "client_secret_basic",
} as unknown as OAuthClient;

const textOf = (of: OAuthClient, title: string) => snippetsOf(of, issuer).find((each) => each.title === title)!.text;
const blockOf = (page: string, heading: string, index = 0) => sectionsOf(page).get(heading)![index]!.script.trim();

const page = "docs/sign-in-with-sentinel.md";

Deno.test("the blocks to paste are those of the page, with the client's values", () => {
  assert.equal(textOf(client, "oauth2-proxy"), blockOf(page, "oauth2-proxy"));
  assert.equal(textOf(client, "Spring Boot"), blockOf(page, "Spring Boot"));
  const machine = { ...client, grant_types: ["client_credentials"], redirect_uris: [] } as OAuthClient;
  assert.equal(textOf(machine, "Prometheus"), blockOf("docs/oauth-clients.md", "Get a token", 2));
});

Deno.test("the block for openid-client is that of the page, with its imports and values", () => {
  const text = textOf({ ...client, scopes: ["openid", "profile", "roles"] }, "openid-client 6 (JavaScript)");
  const shown = blockOf(page, "A server application", 1);
  const own = text.split("\n\n").slice(1).join("\n\n").split("\n").slice(2).join("\n");
  assert.equal(own, shown);
  const used = [...own.matchAll(/\b([A-Za-z]+)\(/g)].map(([, name]) => name!);
  const imported = /import \{([^}]*)\}/.exec(text)![1]!.match(/\w+/g)!;
  assert.deepEqual(imported.filter((name) => !used.includes(name)), []);
});

Deno.test("the block of a client with keys has no secret", () => {
  const snippets = snippetsOf({ ...client, token_endpoint_auth_method: "private_key_jwt" }, issuer);
  assert.deepEqual(snippets.map(({ title }) => title), ["openid-client 6 (JavaScript)"]);
  assert.ok(!/snt_cs_|secret/i.test(snippets[0]!.text));
});

Deno.test("a URI that another wrote is one word for the shell that it is pasted into", () => {
  const hostile = "https://app.example.com/a;reboot&$(id)'$(id)";
  const lines = textOf({ ...client, redirect_uris: [hostile] }, "OpenID Connect").split("\n");
  const quoted = String.raw`'https://app.example.com/a;reboot&$(id)'\''$(id)'`;
  assert.equal(lines.at(-1), `OIDC_REDIRECT_URI=${quoted}`);
  const plain = textOf(client, "OpenID Connect").split("\n");
  assert.equal(plain.at(-1), `OIDC_REDIRECT_URI=${client.redirect_uris[0]}`);
});

Deno.test("a secret is in the blocks only while it is shown", () => {
  assert.ok(snippetsOf(client, issuer, "snt_cs_secret").some(({ text }) => text.includes("snt_cs_secret")));
  assert.ok(snippetsOf(client, issuer).every(({ text }) => !/snt_cs_[^…]/.test(text)));
});
