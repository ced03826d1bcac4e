import { feature } from "../http/contract/feature.ts";
import { loginRoute } from "./login/login_route.ts";
import { logoutRoute } from "./sessions/logout_route.ts";
import { mySessionsRoute } from "./sessions/my_sessions_route.ts";
import { userSessionsRoute } from "./sessions/user_sessions_route.ts";

/** Logins and the sessions they create. */
export const sessions = feature("sessions", [loginRoute, logoutRoute, mySessionsRoute, userSessionsRoute]);
