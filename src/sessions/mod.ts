import type { App } from "../http/app.ts";
import type { Endings } from "./endings.ts";
import { introspectRoute } from "./introspect_route.ts";
import type { Introspection } from "./introspection.ts";
import { jwksRoute } from "./jwks_route.ts";
import type { Keys } from "./keys.ts";
import { loginRoute } from "./login_route.ts";
import { logoutRoute } from "./logout_route.ts";
import { metadataRoute } from "./metadata_route.ts";
import { mySessionsRoute, type SessionListDeps } from "./my_sessions_route.ts";
import type { PasswordChanges } from "./password_change.ts";
import { passwordRoute } from "./password_route.ts";
import { revokeRoute } from "./revoke_route.ts";
import type { Rotation } from "./rotation.ts";
import type { Sessions } from "./sessions.ts";
import { tokenRoute } from "./token_route.ts";
import { userSessionsRoute } from "./user_sessions_route.ts";

/** Logins, tokens, the sessions behind them and the keys that sign them. */
export function sessionRoutes(
  app: App,
  deps: SessionListDeps & {
    sessions: Sessions;
    rotation: Rotation;
    endings: Endings;
    introspection: Introspection;
    passwordChanges: PasswordChanges;
    keys: Keys;
    publicUrl: string;
    docs: boolean;
  },
) {
  loginRoute(app, deps);
  tokenRoute(app, deps);
  revokeRoute(app, deps);
  introspectRoute(app, deps);
  logoutRoute(app, deps);
  mySessionsRoute(app, deps);
  userSessionsRoute(app, deps);
  passwordRoute(app, deps);
  jwksRoute(app, deps);
  metadataRoute(app, deps);
}
