import { anyone, crossOrigin, ok, operation, problems } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { Metadata, metadataOf } from "./metadata.ts";

const Document = Metadata.openapi("AuthorizationServerMetadata", {
  example: metadataOf("http://localhost:8000", true),
});

const answer = ok(Document, "The metadata", {
  headers: { "cache-control": "public, max-age=300", "access-control-allow-origin": "*" },
});

const forOAuth = operation({
  method: "get",
  path: "/.well-known/oauth-authorization-server",
  operationId: "getAuthorizationServerMetadata",
  tags: ["sessions"],
  summary: "The addresses of the OAuth endpoints, and what they support (RFC 8414)",
  ...anyone,
  ...crossOrigin,
  ...answer,
  ...problems(),
});

const forOpenId = operation({
  method: "get",
  path: "/.well-known/openid-configuration",
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
  const metadata = metadataOf(settings.SENTINEL_PUBLIC_URL, settings.SENTINEL_DOCS);
  app.add(forOAuth, () => metadata);
  app.add(forOpenId, () => metadata);
});
