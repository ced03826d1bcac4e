import type { Roles } from "../access/roles.ts";
import type { App } from "../http/app.ts";
import type { Pages } from "../http/page.ts";
import { meRoute } from "./me_route.ts";
import { registerRoute } from "./register_route.ts";
import type { Registrations } from "./registrations.ts";
import { userRoute } from "./user_route.ts";
import type { Users } from "./users.ts";
import { usersRoute } from "./users_route.ts";

/** People: registering, oneself, and administering users. `/users/me` stands before `/users/{id}`. */
export function accountRoutes(
  app: App,
  deps: { users: Users; registrations: Registrations; roles: Roles; pages: Pages },
) {
  registerRoute(app, deps);
  meRoute(app, deps);
  usersRoute(app, deps);
  userRoute(app, deps);
}
