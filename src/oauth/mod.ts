import type { App } from "../http/request/app.ts";
import { introspectRoute } from "./token_endpoint/introspect_route.ts";
import { metadataRoute } from "./token_endpoint/metadata_route.ts";
import { revokeRoute } from "./token_endpoint/revoke_route.ts";
import { tokenRoute } from "./token_endpoint/token_route.ts";

type OAuthDeps =
  & Parameters<typeof tokenRoute>[1]
  & Parameters<typeof revokeRoute>[1]
  & Parameters<typeof introspectRoute>[1]
  & Parameters<typeof metadataRoute>[1];

/** What OAuth clients use: tokens by grants, revocation, introspection, metadata. */
export function oauthRoutes(app: App, deps: OAuthDeps) {
  tokenRoute(app, deps);
  revokeRoute(app, deps);
  introspectRoute(app, deps);
  metadataRoute(app, deps);
}
