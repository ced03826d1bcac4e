import { z } from "@hono/zod-openapi";
import { anyone, crossOrigin, ok, operation, problems } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { dpopAlgorithms } from "../../vocabulary/algorithms.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { resourceMetadataOf } from "./protected_resource.ts";

const texts = z.array(z.string());

const Document = z.strictObject({
  resource: z.string().openapi({ description: "The `resource` of requests for tokens (RFC 8707), and their audience" }),
  authorization_servers: texts,
  scopes_supported: texts.openapi({
    description: "The permissions that Sentinel brings; those of yours are scopes too",
  }),
  bearer_methods_supported: texts,
  dpop_signing_alg_values_supported: texts.openapi({ description: "Of proofs for tokens that are bound to a key" }),
  resource_name: z.string(),
  resource_documentation: z.string().optional().openapi({ description: "Absent when `/docs` is off" }),
}).openapi("ProtectedResourceMetadata", {
  example: {
    resource: "http://localhost:8000",
    authorization_servers: ["http://localhost:8000"],
    scopes_supported: ["users:read", "users:write"],
    bearer_methods_supported: ["header"],
    dpop_signing_alg_values_supported: [...dpopAlgorithms],
    resource_name: "Sentinel",
    resource_documentation: "http://localhost:8000/docs",
  },
});

const route = operation("GET /.well-known/oauth-protected-resource", {
  operationId: "getProtectedResourceMetadata",
  tags: ["sessions"],
  summary: "How clients get tokens for this API (RFC 9728)",
  ...anyone,
  ...crossOrigin,
  ...ok(Document, "The metadata", {
    headers: { "cache-control": "public, max-age=300", "access-control-allow-origin": "*" },
  }),
  ...problems(),
});

/** `GET /.well-known/oauth-protected-resource` */
export const protectedResourceRoute = resource([route], (app, { settings }: { settings: Settings }) => {
  const { SENTINEL_PUBLIC_URL: issuer, SENTINEL_BRAND_NAME: name, SENTINEL_DOCS: docs } = settings;
  const metadata = resourceMetadataOf(issuer, { name, docs });
  app.add(route, () => metadata);
});
