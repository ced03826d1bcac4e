import type { App } from "../http/app.ts";
import { jwksRoute } from "./jwks_route.ts";
import type { Keys } from "./keys.ts";
import { loginRoute } from "./login_route.ts";
import type { Sessions } from "./sessions.ts";

/** Logins, tokens and the keys that sign them. */
export function sessionRoutes(app: App, deps: { sessions: Sessions; keys: Keys }) {
  loginRoute(app, deps);
  jwksRoute(app, deps);
}
