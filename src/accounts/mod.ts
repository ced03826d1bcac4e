import type { Roles } from "../access/roles/permission_evaluator.ts";
import type { App } from "../http/request/app.ts";
import type { Pages } from "../http/contract/list_page.ts";
import { meRoute } from "./users/me_route.ts";
import { registerRoute } from "./registration/register_route.ts";
import type { Registrations } from "./registration/registrations.ts";
import { userRoute } from "./users/user_route.ts";
import type { Users } from "./users/users.ts";
import { userRolesRoute } from "./users/user_roles_route.ts";
import { usersRoute } from "./users/users_route.ts";
import type { PasswordChanges } from "./recovery/password_change.ts";
import { passwordRoute } from "./recovery/password_route.ts";

/** People: registering, oneself, and administering users. `/users/me` stands before `/users/{id}`. */
export function accountRoutes(
  app: App,
  deps:
    & { users: Users; registrations: Registrations; roles: Roles; pages: Pages; passwordChanges: PasswordChanges }
    & Parameters<typeof userRolesRoute>[1],
) {
  registerRoute(app, deps);
  meRoute(app, deps);
  usersRoute(app, deps);
  userRoute(app, deps);
  userRolesRoute(app, deps);
  passwordRoute(app, deps);
}
