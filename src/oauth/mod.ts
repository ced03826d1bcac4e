import { feature } from "../http/contract/feature.ts";
import { introspectRoute } from "./token_endpoint/introspect_route.ts";
import { metadataRoute } from "./token_endpoint/metadata_route.ts";
import { revokeRoute } from "./token_endpoint/revoke_route.ts";
import { tokenRoute } from "./token_endpoint/token_route.ts";

/** What OAuth clients use: the token endpoint, revocation, introspection, metadata. */
export const oauth = feature("oauth", [tokenRoute, revokeRoute, introspectRoute, metadataRoute]);
