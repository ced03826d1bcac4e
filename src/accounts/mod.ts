import type { Roles } from "../access/roles.ts";
import type { App } from "../http/app.ts";
import { meRoute } from "./me_route.ts";
import { registerRoute } from "./register_route.ts";
import type { Users } from "./users.ts";

/** People: registering, and oneself. */
export function accountRoutes(app: App, deps: { users: Users; roles: Roles }) {
  registerRoute(app, deps);
  meRoute(app, deps);
}
