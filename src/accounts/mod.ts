import { feature } from "../http/contract/feature.ts";
import { passwordRoute } from "./recovery/password_route.ts";
import { registerRoute } from "./registration/register_route.ts";
import { meRoute } from "./users/me_route.ts";
import { userRolesRoute } from "./users/user_roles_route.ts";
import { userRoute } from "./users/user_route.ts";
import { usersRoute } from "./users/users_route.ts";

/** User accounts: registration, one's own account, and administration. `/users/me` stands before `/users/{id}`. */
export const accounts = feature("accounts", [
  registerRoute,
  meRoute,
  usersRoute,
  userRoute,
  userRolesRoute,
  passwordRoute,
]);
