import type { App } from "../http/request/app.ts";
import { loginRoute } from "./login/login_route.ts";
import type { Sessions } from "./login/login.ts";
import { logoutRoute } from "./sessions/logout_route.ts";
import { mySessionsRoute, type SessionListDeps } from "./sessions/my_sessions_route.ts";
import type { Endings } from "./sessions/session_revocation.ts";
import { userSessionsRoute } from "./sessions/user_sessions_route.ts";

/** Logins and the sessions they begin. */
export function sessionRoutes(app: App, deps: SessionListDeps & { sessions: Sessions; endings: Endings }) {
  loginRoute(app, deps);
  logoutRoute(app, deps);
  mySessionsRoute(app, deps);
  userSessionsRoute(app, deps);
}
