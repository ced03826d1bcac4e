import { feature } from "../http/contract/feature.ts";
import { adminOnlyRoute } from "./decisions/admin_only_route.ts";
import { authzenMetadataRoute } from "./decisions/authzen_metadata_route.ts";
import { evaluationRoute } from "./decisions/evaluation_route.ts";
import { evaluationsRoute } from "./decisions/evaluations_route.ts";
import { searchRoute } from "./decisions/search_route.ts";
import { roleExclusionsRoute } from "./exclusions/role_exclusions_route.ts";
import { permissionsRoute } from "./permissions/permissions_route.ts";
import { rolePartsRoute } from "./roles/role_parts_route.ts";
import { rolesRoute } from "./roles/roles_route.ts";

/** What users may do: roles, permissions, exclusions, and decisions. */
export const access = feature("access", [
  permissionsRoute,
  rolesRoute,
  rolePartsRoute,
  roleExclusionsRoute,
  adminOnlyRoute,
  evaluationRoute,
  evaluationsRoute,
  searchRoute,
  authzenMetadataRoute,
]);
