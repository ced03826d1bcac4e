import { z } from "@hono/zod-openapi";
import { anyone, crossOrigin, ok, operation, problems } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { metadataOf } from "./metadata.ts";

const url = z.string();
const texts = z.array(z.string());

const Document = z.strictObject({
  issuer: url,
  authorization_endpoint: url,
  token_endpoint: url,
  pushed_authorization_request_endpoint: url.openapi({ description: "RFC 9126 §5" }),
  device_authorization_endpoint: url.openapi({ description: "RFC 8628 §4" }),
  userinfo_endpoint: url,
  backchannel_logout_supported: z.boolean().openapi({ description: "Back-Channel Logout 1.0 §2.1" }),
  backchannel_logout_session_supported: z.boolean(),
  end_session_endpoint: url.openapi({ description: "RP-Initiated Logout 1.0 §2.1" }),
  revocation_endpoint: url,
  introspection_endpoint: url,
  registration_endpoint: url.optional().openapi({ description: "Absent when clients cannot register themselves" }),
  jwks_uri: url,
  service_documentation: url.optional().openapi({ description: "Absent when `/docs` is off" }),
  scopes_supported: texts.openapi({ description: "Permissions, and scopes of registered APIs, are scopes too" }),
  response_types_supported: texts,
  response_modes_supported: texts,
  grant_types_supported: texts.openapi({ description: "`password` is for logins without a client" }),
  subject_types_supported: texts,
  id_token_signing_alg_values_supported: texts,
  claims_supported: texts,
  ui_locales_supported: texts,
  acr_values_supported: texts.openapi({ description: "`aal2`: with a second factor, if the user has one (RFC 9470)" }),
  prompt_values_supported: texts.openapi({ description: "Initiating User Registration 1.0 §4.2" }),
  code_challenge_methods_supported: texts,
  token_endpoint_auth_methods_supported: texts,
  token_endpoint_auth_signing_alg_values_supported: texts,
  revocation_endpoint_auth_methods_supported: texts,
  revocation_endpoint_auth_signing_alg_values_supported: texts,
  introspection_endpoint_auth_signing_alg_values_supported: texts,
  introspection_endpoint_auth_methods_supported: texts.openapi({
    description:
      "A client's id and secret, or a bearer token with `tokens:introspect` (RFC 8414 §2 allows names of token types here)",
  }),
  dpop_signing_alg_values_supported: texts.openapi({ description: "RFC 9449 §5.1" }),
  authorization_response_iss_parameter_supported: z.boolean().openapi({ description: "RFC 9207 §3" }),
  client_id_metadata_document_supported: z.literal(true).optional().openapi({
    description: "Absent when clients cannot describe themselves",
  }),
  request_uri_parameter_supported: z.boolean(),
}).openapi("AuthorizationServerMetadata", {
  example: metadataOf("http://localhost:8000", { docs: true, registers: false, readsDocuments: false }),
});

const answer = ok(Document, "The metadata", {
  headers: { "cache-control": "public, max-age=300", "access-control-allow-origin": "*" },
});

const forOAuth = operation("GET /.well-known/oauth-authorization-server", {
  operationId: "getAuthorizationServerMetadata",
  tags: ["sessions"],
  summary: "The addresses of the OAuth endpoints, and what they support (RFC 8414)",
  ...anyone,
  ...crossOrigin,
  ...answer,
  ...problems(),
});

const forOpenId = operation("GET /.well-known/openid-configuration", {
  operationId: "getOpenIdConfiguration",
  tags: ["sessions"],
  summary: "The same for OpenID Connect (OpenID Connect Discovery 1.0 §4)",
  ...anyone,
  ...crossOrigin,
  ...answer,
  ...problems(),
});

/** `GET /.well-known/oauth-authorization-server`, `GET /.well-known/openid-configuration` */
export const metadataRoute = resource([forOAuth, forOpenId], (app, { settings }: { settings: Settings }) => {
  const metadata = metadataOf(settings.SENTINEL_PUBLIC_URL, {
    docs: settings.SENTINEL_DOCS,
    registers: settings.SENTINEL_CLIENT_REGISTRATION !== "off",
    readsDocuments: settings.SENTINEL_CLIENT_METADATA_DOCUMENTS !== "off",
  });
  app.add(forOAuth, () => metadata);
  app.add(forOpenId, () => metadata);
});
