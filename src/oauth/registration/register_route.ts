import { z } from "@hono/zod-openapi";
import {
  anyoneOrToken,
  createdNowhere,
  crossOrigin,
  json,
  operation,
  problems,
  resource,
} from "../../http/contract/contract.ts";
import { KeySetResponse } from "../client_keys/key_metadata_route.ts";
import { originsOf } from "../clients/redirect_uri.ts";
import type { ClientRegistrations, RegisteredClient } from "./registrations.ts";

const RegistrationRequest = z.record(z.string().max(256), z.unknown()).openapi("ClientRegistrationRequest", {
  description:
    "Metadata of RFC 7591 §2 and OpenID Connect Dynamic Client Registration 1.0 §2; unknown ones are ignored",
  example: {
    client_name: "Notes",
    redirect_uris: ["http://127.0.0.1/callback"],
    grant_types: ["authorization_code", "refresh_token"],
    token_endpoint_auth_method: "none",
    scope: "openid profile",
  },
});

const uris = z.array(z.string()).openapi({ example: ["http://127.0.0.1/callback"] });

const RegistrationResponse = z.strictObject({
  client_id: z.string().openapi({ example: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e" }),
  client_id_issued_at: z.int().openapi({ description: "Seconds since the epoch", example: 1_768_469_400 }),
  client_secret: z.string().optional().openapi({
    description: "Shown once. A public client and one with keys have none",
    example: "snt_cs_0CJ3zGhq…",
  }),
  client_secret_expires_at: z.literal(0).optional().openapi({ description: "It does not expire", example: 0 }),
  client_name: z.string().openapi({ example: "Notes" }),
  client_uri: z.string().optional().openapi({ example: "https://notes.example.com" }),
  redirect_uris: uris,
  post_logout_redirect_uris: uris.optional(),
  grant_types: z.array(z.string()).openapi({ example: ["authorization_code", "refresh_token"] }),
  response_types: z.array(z.literal("code")).openapi({ example: ["code"] }),
  token_endpoint_auth_method: z.string().openapi({ example: "none" }),
  application_type: z.enum(["web", "native"]).openapi({ example: "native" }),
  scope: z.string().optional().openapi({
    example: "openid profile",
    description: "Absent: all that tells who the user is, and the scopes of every API that is open to such clients",
  }),
  id_token_signed_response_alg: z.enum(["RS256", "ES256"]).openapi({ example: "RS256" }),
  jwks: KeySetResponse.optional().openapi({
    example: { keys: [{ kid: "2026", kty: "EC", crv: "P-256", x: "f83OJ3D2…", y: "x_FEzRu9…" }] },
  }),
  jwks_uri: z.string().optional().openapi({ example: "https://notes.example.com/jwks.json" }),
  token_endpoint_auth_signing_alg: z.string().optional().openapi({ example: "ES256" }),
  dpop_bound_access_tokens: z.boolean().openapi({ example: false }),
  require_pushed_authorization_requests: z.boolean().openapi({ example: false }),
  backchannel_logout_uri: z.string().optional().openapi({ example: "https://notes.example.com/logout" }),
  backchannel_logout_session_required: z.boolean().optional().openapi({ example: false }),
}).openapi("ClientRegistration");

const route = operation("POST /oauth/register", {
  operationId: "registerClient",
  tags: ["clients"],
  summary: "Register an OAuth client (RFC 7591)",
  description:
    "Served with `SENTINEL_CLIENT_REGISTRATION=token`, for users and API keys that hold `clients:register`, " +
    "or `open`, for everybody. Users are asked for consent. The client may get tokens for APIs with `open_to_dynamic`, " +
    "and is deleted when nobody used it for 30 days.",
  errors: "oauth",
  ...anyoneOrToken,
  ...crossOrigin,
  ...json(RegistrationRequest),
  ...createdNowhere(RegistrationResponse, "What was taken of the metadata, and the `client_id`"),
  ...problems(
    "token_missing",
    "forbidden",
    "invalid_redirect_uri",
    "invalid_client_metadata",
    "rate_limited",
    "too_many_clients",
    "unavailable",
  ),
});

/** `POST /oauth/register` */
export const registerRoute = resource(
  [route],
  (app, { clientRegistrations }: { clientRegistrations: ClientRegistrations }) => {
    app.add(route, async ({ body, actor, readableBy }) => {
      const client = await clientRegistrations.register(body, actor());
      readableBy(originsOf(client));
      return shown(client);
    });
  },
);

/** RFC 7591 §3.2.1 */
function shown(client: RegisteredClient): z.output<typeof RegistrationResponse> {
  const { id, secret, issuedAt, name, client_uri, sentMethod, scopes, open_scopes } = client;
  return {
    client_id: id,
    client_id_issued_at: issuedAt,
    ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: 0 as const }),
    client_name: name,
    ...(client_uri !== null && { client_uri }),
    redirect_uris: client.redirect_uris,
    ...(client.post_logout_redirect_uris.length > 0 && {
      post_logout_redirect_uris: client.post_logout_redirect_uris,
    }),
    grant_types: client.grant_types,
    response_types: ["code"],
    token_endpoint_auth_method: sentMethod,
    application_type: client.application_type,
    ...(!open_scopes && { scope: scopes.join(" ") }),
    id_token_signed_response_alg: client.id_token_signed_response_alg,
    ...shownKeys(client),
    dpop_bound_access_tokens: client.dpop_bound_access_tokens,
    require_pushed_authorization_requests: client.require_pushed_authorization_requests,
    ...(client.backchannel_logout_uri !== null && {
      backchannel_logout_uri: client.backchannel_logout_uri,
      backchannel_logout_session_required: client.backchannel_logout_session_required,
    }),
  };
}

function shownKeys({ jwks, jwks_uri, token_endpoint_auth_signing_alg }: RegisteredClient) {
  return {
    ...(jwks !== null && { jwks }),
    ...(jwks_uri !== null && { jwks_uri }),
    ...(token_endpoint_auth_signing_alg !== null && { token_endpoint_auth_signing_alg }),
  };
}
