import type { App } from "../http/app.ts";
import { adminOnlyRoute } from "./admin_only_route.ts";
import { authzenMetadataRoute } from "./authzen_metadata_route.ts";
import { evaluationRoute } from "./evaluation_route.ts";
import { evaluationsRoute } from "./evaluations_route.ts";
import { permissionsRoute } from "./permissions_route.ts";
import { roleExclusionsRoute } from "./role_exclusions_route.ts";
import { rolePartsRoute } from "./role_parts_route.ts";
import { rolesRoute } from "./roles_route.ts";
import { searchRoute } from "./search_route.ts";
import { userRolesRoute } from "./user_roles_route.ts";

type AccessDeps =
  & Parameters<typeof userRolesRoute>[1]
  & Parameters<typeof rolesRoute>[1]
  & Parameters<typeof rolePartsRoute>[1]
  & Parameters<typeof roleExclusionsRoute>[1]
  & Parameters<typeof permissionsRoute>[1]
  & Parameters<typeof evaluationRoute>[1]
  & Parameters<typeof searchRoute>[1]
  & Parameters<typeof authzenMetadataRoute>[1];

/** Who may what: roles, permissions, grants, exclusions, and decisions. */
export function accessRoutes(app: App, deps: AccessDeps) {
  permissionsRoute(app, deps);
  rolesRoute(app, deps);
  rolePartsRoute(app, deps);
  roleExclusionsRoute(app, deps);
  userRolesRoute(app, deps);
  adminOnlyRoute(app);
  evaluationRoute(app, deps);
  evaluationsRoute(app, deps);
  searchRoute(app, deps);
  authzenMetadataRoute(app, deps);
}
