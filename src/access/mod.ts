import type { App } from "../http/request/app.ts";
import { adminOnlyRoute } from "./decisions/admin_only_route.ts";
import { authzenMetadataRoute } from "./decisions/authzen_metadata_route.ts";
import { evaluationRoute } from "./decisions/evaluation_route.ts";
import { evaluationsRoute } from "./decisions/evaluations_route.ts";
import { permissionsRoute } from "./permissions/permissions_route.ts";
import { roleExclusionsRoute } from "./exclusions/role_exclusions_route.ts";
import { rolePartsRoute } from "./roles/role_parts_route.ts";
import { rolesRoute } from "./roles/roles_route.ts";
import { searchRoute } from "./decisions/search_route.ts";

type AccessDeps =
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
  adminOnlyRoute(app);
  evaluationRoute(app, deps);
  evaluationsRoute(app, deps);
  searchRoute(app, deps);
  authzenMetadataRoute(app, deps);
}
