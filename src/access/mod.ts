import { feature } from "../http/contract/feature.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import { actionSearchRoute } from "./decisions/action_search_route.ts";
import { adminOnlyRoute } from "./decisions/admin_only_route.ts";
import { authzenMetadataRoute } from "./decisions/authzen_metadata_route.ts";
import { createDecisions } from "./decisions/decisions.ts";
import { createEffectivePermissions } from "./decisions/effective_permissions.ts";
import { createExplanations } from "./decisions/explanations.ts";
import { evaluationRoute } from "./decisions/evaluation_route.ts";
import { createEvaluations } from "./decisions/evaluations.ts";
import { evaluationsRoute } from "./decisions/evaluations_route.ts";
import { subjectSearchRoute } from "./decisions/subject_search_route.ts";
import { createSearches } from "./decisions/searches.ts";
import { createExclusions } from "./exclusions/exclusions.ts";
import { roleExclusionsRoute } from "./exclusions/role_exclusions_route.ts";
import { createGrants } from "./grants/grants.ts";
import { createPermissionRegistry } from "./permissions/permission_registry.ts";
import { permissionRoute } from "./permissions/permission_route.ts";
import { permissionsRoute } from "./permissions/permissions_route.ts";
import { createClientCache } from "./principals/client_cache.ts";
import { rolePreviewRoute } from "./previews/role_preview_route.ts";
import { createRolePreviews } from "./previews/role_previews.ts";
import { createPrincipalCache } from "./principals/principal_cache.ts";
import { createPermissionEvaluator } from "./roles/permission_evaluator.ts";
import { createRoles } from "./roles/roles.ts";
import { roleParentsRoute } from "./roles/role_parents_route.ts";
import { rolePermissionsRoute } from "./roles/role_permissions_route.ts";
import { rolesRoute } from "./roles/roles_route.ts";
import { countBy } from "../platform/metrics.ts";
import "./dictionary.ts";

/** What users may do: roles, permissions, exclusions, grants, and decisions. */
export const access = feature({
  name: "access",
  compose({ db, clock, cacheValidity, pages, instruments }: Foundation) {
    const principals = createPrincipalCache({ db, cacheValidity });
    const evaluator = createPermissionEvaluator({ db, clock, cacheValidity });
    const decisions = createDecisions({
      db,
      principals,
      evaluator,
      countDecision: countBy(instruments.sentinel_decisions_total, "decision"),
    });
    const roles = createRoles({ db, evaluator, principals });
    return {
      principals,
      clients: createClientCache({ db, cacheValidity }),
      evaluator,
      grants: createGrants({ db, principals, clock }),
      roles,
      rolePreviews: createRolePreviews({ db, evaluator, roles }),
      exclusions: createExclusions({ db }),
      permissionRegistry: createPermissionRegistry({ db, evaluator }),
      effectivePermissions: createEffectivePermissions({ principals, evaluator }),
      decisions,
      explanations: createExplanations({ principals, evaluator, decisions }),
      evaluations: createEvaluations({ decisions }),
      searches: createSearches({ decisions, pages }),
    };
  },
  memory: ({ principals, clients, evaluator }) => ({
    changed: {
      user: (ids) => ids.forEach(principals.forgetUser),
      session: (ids) => ids.forEach(principals.forgetSession),
      client: (ids) => ids.forEach(clients.forget),
      graph: evaluator.forget,
    },
    forgetAll() {
      principals.forgetAll();
      clients.forgetAll();
      evaluator.forget();
    },
  }),
  resources: [
    permissionsRoute,
    permissionRoute,
    rolesRoute,
    rolePermissionsRoute,
    roleParentsRoute,
    rolePreviewRoute,
    roleExclusionsRoute,
    adminOnlyRoute,
    evaluationRoute,
    evaluationsRoute,
    subjectSearchRoute,
    actionSearchRoute,
    authzenMetadataRoute,
  ],
});
