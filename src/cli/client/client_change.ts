import { validate } from "../../http/parsing/validation.ts";
import type { OAuthClient } from "../../oauth/clients/clients.ts";
import { ClientChangeRequest } from "../../oauth/clients/clients_route.ts";
import { expectedBy, revisionOf } from "../../platform/revision.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { type Given, listBy, printChange, requireChange, switchBy } from "../changes.ts";
import { command } from "../command.ts";
import { withServices } from "../setup.ts";
import { keyFlags, keysOf } from "./client_keys.ts";

/** The members with two values, each with the flags that set it. */
const switches = {
  disabled: { on: "disable", off: "enable" },
  first_party: { on: "first-party", off: "third-party" },
  own_api: { on: "own-api", off: "without-own-api" },
  require_pkce: { on: "require-pkce", off: "without-pkce" },
  require_pushed_authorization_requests: { on: "require-par", off: "without-par" },
  refresh_id_token: { on: "refresh-id-token", off: "without-refresh-id-token" },
  dpop_bound_access_tokens: { on: "dpop", off: "without-dpop" },
  token_endpoint_audience: { on: "token-endpoint-audience", off: "issuer-audience" },
  native_localhost: { on: "any-localhost-port", off: "named-localhost-port" },
} as const;

export const change = command({
  name: "change",
  summary: "Change an OAuth client, and print what is different",
  words: ["ID"],
  about: `What no flag names stays as it is. A flag that may be given several times replaces the whole list; given once
with '', it empties it.`,
  flags: {
    name: { value: "TEXT", about: "what it is called" },
    disable: { about: "refuse it, its tokens and its service account" },
    enable: { about: "allow it again" },
    scope: { value: "SCOPE", multiple: true, about: "a scope that its tokens may carry" },
    resource: { value: "URI", multiple: true, about: "an API that it may get tokens for, and introspect tokens of" },
    "grant-type": { value: "GRANT", multiple: true, about: "authorization_code, refresh_token, client_credentials, …" },
    "redirect-uri": { value: "URI", multiple: true, about: "where users return to" },
    "post-logout-redirect-uri": { value: "URI", multiple: true, about: "where users who signed out may return to" },
    "backchannel-logout-uri": { value: "URI", about: "it is told there that a user's session has ended; '': nowhere" },
    ...keyFlags,
    "auth-method": {
      value: "METHOD",
      about: "client_secret_basic, or none for a public client; without --jwks and --jwks-uri",
    },
    "token-endpoint-audience": { about: "its assertions may name the token endpoint, too, as aud" },
    "issuer-audience": { about: "its assertions name the issuer alone" },
    "id-token-alg": { value: "ALG", about: "RS256 or ES256" },
    "first-party": { about: "users are not asked for consent" },
    "third-party": { about: "users are asked for consent" },
    "own-api": { about: "it may use Sentinel's own API" },
    "without-own-api": { about: "it may not" },
    "require-pkce": { about: "it must send a code challenge" },
    "without-pkce": { about: "it need not" },
    "require-par": { about: "it must push its authorization requests (RFC 9126)" },
    "without-par": { about: "it need not" },
    "refresh-id-token": { about: "a refresh answers an id_token" },
    "without-refresh-id-token": { about: "a refresh answers none" },
    dpop: { about: "it gets tokens only with a proof of a key (DPoP)" },
    "without-dpop": { about: "it need not prove a key" },
    "any-localhost-port": { about: "a native one may use any port of http://localhost" },
    "named-localhost-port": { about: "only the ports of its redirect URIs" },
  },
  async run({ words: [id], flags, io, out }) {
    const asked = { ...changeBy(flags), ...await keysOf(flags, io) };
    requireChange(asked);
    const wanted = validate(ClientChangeRequest, asked, "#");
    const { before, after } = await withServices(io, async ({ oauthClients }) => {
      const before = await oauthClients.find(id);
      const after = await oauthClients.change(id, wanted, expectedBy(`"${revisionOf(before)}"`), localActor);
      return { before, after };
    });
    printChange(out, { what: `the client ${after.name}`, kind: "client", before, after, shown });
  },
});

function changeBy(flags: Given): Record<string, unknown> {
  const logoutUri = flags["backchannel-logout-uri"];
  return {
    ...Object.fromEntries(Object.entries(switches).map(([member, flagsOf]) => [member, switchBy(flags, flagsOf)])),
    name: flags.name,
    scopes: listBy(flags, "scope"),
    resources: listBy(flags, "resource"),
    grant_types: listBy(flags, "grant-type"),
    redirect_uris: listBy(flags, "redirect-uri"),
    post_logout_redirect_uris: listBy(flags, "post-logout-redirect-uri"),
    backchannel_logout_uri: logoutUri === "" ? null : logoutUri,
    token_endpoint_auth_method: flags["auth-method"],
    id_token_signed_response_alg: flags["id-token-alg"],
  };
}

/** As its lines show it: of its keys the ids. */
function shown({ jwks, ...others }: OAuthClient): Record<keyof OAuthClient, unknown> {
  return { ...others, jwks: jwks?.keys.map(({ kid }) => kid) };
}
