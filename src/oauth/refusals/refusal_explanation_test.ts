import assert from "node:assert/strict";
import { explainRefusal } from "./refusal_explanation.ts";
import type { ExplainedClient } from "./refusal_rules.ts";
import { differenceOf } from "./uri_difference.ts";

const callback = "https://ledger.example.com/callback";

const client: ExplainedClient = {
  redirect_uris: ["http://localhost:5173/callback", callback],
  post_logout_redirect_uris: [],
  scopes: ["openid", "profile"],
  resources: ["https://api.example.com"],
  grant_types: ["authorization_code"],
  disabled_at: null,
  require_pkce: true,
  require_pushed_authorization_requests: true,
  dpop_bound_access_tokens: true,
  token_endpoint_auth_method: "client_secret_basic",
};

const differences: [sent: string, kind: string, sentPart: string, registeredPart: string][] = [
  [`${callback}/`, "slash_more", "/", ""],
  ["http://ledger.example.com/callback", "scheme", "", "s"],
  ["https://www.ledger.example.com/callback", "host", "www.", ""],
  ["https://ledger.example.com:8443/callback", "port", ":8443", ""],
  ["https://ledger.example.com/Callback", "case", "C", "c"],
  ["https://ledger.example.com/oauth/callback", "path", "oauth/", ""],
  ["https://ledger.example.com/callback?a=1", "query", "?a=1", ""],
  ["http://localhost:3000/callback", "port", "3000", "5173"],
  ["not a uri", "other", "not a uri", callback],
];

Deno.test("a difference names the characters that a sent address has in another way than the nearest registered one", () => {
  for (const [sent, kind, sentPart, registeredPart] of differences.slice(0, -1)) {
    const found = differenceOf(sent, client.redirect_uris)!;
    assert.deepEqual([found.kind, found.sent_part, found.registered_part], [kind, sentPart, registeredPart], sent);
    assert.equal(found.before + found.sent_part + found.after, sent);
    assert.equal(found.before + found.registered_part + found.after, found.registered);
  }
  assert.equal(differenceOf("not a uri", client.redirect_uris)!.kind, "other");
  assert.equal(differenceOf(callback, []), null);
  assert.equal(differenceOf(callback, [`${callback}/`])!.kind, "slash_less");
});

Deno.test("an address of the same origin in which at most two characters differ is a typing error", () => {
  const { origin } = new URL(callback);
  const isTypingError = (sent: string, registered: string) => differenceOf(sent, [registered])!.typing_error;
  for (const path of ["/callback/", "/calback", "/callbakc", "/Callback", "/callbac", "/callback22", "/cllback/"]) {
    assert.equal(isTypingError(origin + path, callback), true, path);
    assert.equal(isTypingError(callback, origin + path), true, path);
  }
  const others = [`${origin}/callback222`, `${origin}/oauth/callback`, `${origin}:8443/callback`, "not a uri"];
  for (const sent of [...others, callback.replace("https", "http"), callback.replace("ledger", "ledgers")]) {
    assert.equal(isTypingError(sent, callback), false, sent);
  }
  assert.equal(isTypingError("com.example.app:/calback", "com.example.app:/callback"), true);
});

const reasons: [reason: string, cause: string, error: string, value: string | null][] = [
  [`redirect_uri not registered: ${callback}/`, "redirect_uri_not_registered", "page", `${callback}/`],
  ["invalid_scope: scope not allowed: invoice:write", "scope_not_allowed", "invalid_scope", "invoice:write"],
  ["scope not allowed: invoice:write", "scope_not_allowed", "invalid_scope", "invoice:write"],
  [
    "invalid_request: the client must push its request to /oauth/par",
    "request_not_pushed",
    "invalid_request",
    null,
  ],
  ["the request_uri is unknown, used, expired or of another client", "request_uri_unknown", "page", null],
  ["invalid_request: code_challenge is missing", "challenge_missing", "invalid_request", null],
  ["wrong secret: 3kQz", "secret_wrong", "invalid_client", "3kQz"],
  ["wrong secret", "secret_wrong", "invalid_client", null],
  ["not a client's secret", "secret_malformed", "invalid_client", null],
  ["the secret of another client", "secret_of_another_client", "invalid_client", null],
  ["the code was used before", "code_used", "invalid_grant", null],
  ["a DPoP proof is missing", "proof_missing", "invalid_dpop_proof", null],
  [
    "invalid DPoP proof: The claim htm must be POST.",
    "proof_invalid",
    "invalid_dpop_proof",
    "The claim htm must be POST.",
  ],
  ["the proven key is not that of dpop_jkt", "proof_of_another_key", "invalid_grant", null],
  ["access_denied: the user did not allow it", "user_denied", "access_denied", null],
  ["resource not allowed: https://a.example.com", "resource_not_allowed", "invalid_target", "https://a.example.com"],
  ["invalid_request: state contains a control character", "other", "invalid_request", null],
];

Deno.test("every noted reason has its cause, the error that the client was told, and what was sent", () => {
  for (const [reason, cause, error, value] of reasons) {
    const found = explainRefusal(reason, client);
    assert.deepEqual([found.cause, found.error, found.value], [cause, error, value], reason);
    assert.equal(found.mended, false, reason);
  }
});

Deno.test("what a public client sends as a secret is explained as that, whatever it was", () => {
  const open = { ...client, token_endpoint_auth_method: "none" as const };
  for (const reason of ["not a client's secret", "the secret of another client", "a public client sent a secret"]) {
    assert.equal(explainRefusal(reason, open).cause, "secret_of_public_client", reason);
  }
});

Deno.test("a refusal is mended once the client is as the request wanted it", () => {
  const of = (reason: string, change: Partial<ExplainedClient>) =>
    explainRefusal(reason, { ...client, ...change }).mended;
  assert.equal(of(`redirect_uri not registered: ${callback}/`, { redirect_uris: [`${callback}/`] }), true);
  assert.equal(of("scope not allowed: email", { scopes: ["email"] }), true);
  assert.equal(of("the client is disabled", { disabled_at: new Date() }), false);
  assert.equal(of("the client is disabled", {}), true);
  assert.equal(of("grant type not allowed: refresh_token", { grant_types: ["refresh_token"] }), true);
  assert.equal(of("no secret was sent", { token_endpoint_auth_method: "none" }), true);
  assert.equal(of("a DPoP proof is missing", { dpop_bound_access_tokens: false }), true);
  assert.equal(of("wrong secret: 3kQz", {}), false);
});

Deno.test("what users decide is refused without anything to mend", () => {
  const of = (reason: string, change: Partial<ExplainedClient> = {}) =>
    explainRefusal(reason, { ...client, ...change }).failing;
  assert.equal(of("access_denied: the user did not allow it"), false);
  assert.equal(of("login_required: the user has to sign in"), false);
  assert.equal(of("wrong secret: 3kQz"), true);
  assert.equal(of("invalid_request: state contains a control character"), true);
  assert.equal(of("scope not allowed: email"), true);
  assert.equal(of("scope not allowed: email", { scopes: ["email"] }), false);
});
