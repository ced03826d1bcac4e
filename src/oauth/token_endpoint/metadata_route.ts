import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { anyone, ok, operation, problems } from "../../http/contract/contract.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";

/** How clients authenticate, the default of RFC 8414 §2 first. */
const clientMethods = ["client_secret_basic", "client_secret_post"];

const Metadata = z.strictObject({
  issuer: z.string(),
  token_endpoint: z.string(),
  revocation_endpoint: z.string(),
  introspection_endpoint: z.string(),
  introspection_endpoint_auth_methods_supported: z.array(z.string()).openapi({
    description:
      "A client's id and secret, or a bearer token with `tokens:introspect` (RFC 8414 §2 allows names of token types here)",
  }),
  jwks_uri: z.string(),
  service_documentation: z.string().optional().openapi({ description: "Absent when `/docs` is off" }),
  response_types_supported: z.array(z.string()).openapi({ description: "Empty: there is no authorization endpoint" }),
  grant_types_supported: z.array(z.string()),
  token_endpoint_auth_methods_supported: z.array(z.string()),
  revocation_endpoint_auth_methods_supported: z.array(z.string()),
}).openapi("AuthorizationServerMetadata", { example: metadataOf("http://localhost:8000", true) });

const route = operation({
  method: "get",
  path: "/.well-known/oauth-authorization-server",
  operationId: "getAuthorizationServerMetadata",
  tags: ["sessions"],
  summary: "The addresses of the OAuth endpoints (RFC 8414)",
  ...anyone,
  ...ok(Metadata, "The metadata", { headers: { "cache-control": "public, max-age=300" } }),
  ...problems(),
});

/** `GET /.well-known/oauth-authorization-server` */
export const metadataRoute = resource([route], (app, { settings }: { settings: Settings }) => {
  const metadata = metadataOf(settings.SENTINEL_PUBLIC_URL, settings.SENTINEL_DOCS);
  app.add(route, () => metadata);
});

function metadataOf(issuer: string, docs: boolean) {
  return {
    issuer,
    token_endpoint: `${issuer}/oauth/token`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    introspection_endpoint: `${issuer}/oauth/introspect`,
    introspection_endpoint_auth_methods_supported: [...clientMethods, "Bearer"],
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    ...(docs && { service_documentation: `${issuer}/docs` }),
    response_types_supported: [],
    grant_types_supported: ["client_credentials", "password", "refresh_token"],
    token_endpoint_auth_methods_supported: [...clientMethods, "none"],
    revocation_endpoint_auth_methods_supported: [...clientMethods, "none"],
  };
}
