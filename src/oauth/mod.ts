import type { PrincipalCache } from "../access/principals/principal_cache.ts";
import type { PermissionEvaluator } from "../access/roles/permission_evaluator.ts";
import { feature } from "../http/contract/feature.ts";
import type { Logins } from "../sessions/login/login.ts";
import type { Rotation } from "../sessions/rotation/rotation.ts";
import type { Authentication } from "../sessions/sessions/authentication.ts";
import type { SessionRevocation } from "../sessions/sessions/session_revocation.ts";
import type { AccessTokens } from "../tokens/access_tokens/access_token.ts";
import { introspectRoute } from "./token_endpoint/introspect_route.ts";
import { createIntrospection } from "./token_endpoint/introspection.ts";
import { metadataRoute } from "./token_endpoint/metadata_route.ts";
import { revokeRoute } from "./token_endpoint/revoke_route.ts";
import { tokenRoute } from "./token_endpoint/token_route.ts";
import type { Settings } from "../vocabulary/dictionary.ts";
import "./dictionary.ts";

interface Needs {
  settings: Settings;
  principals: PrincipalCache;
  evaluator: PermissionEvaluator;
  tokens: AccessTokens;
  authentication: Authentication;
  logins: Logins;
  rotation: Rotation;
  sessionRevocation: SessionRevocation;
}

/** The OAuth endpoints: token, revocation, introspection, metadata. */
export const oauth = feature({
  name: "oauth",
  compose: ({ settings, ...needs }: Needs) => ({
    introspection: createIntrospection({ ...needs, issuer: settings.SENTINEL_PUBLIC_URL }),
  }),
  resources: [tokenRoute, revokeRoute, introspectRoute, metadataRoute],
});
