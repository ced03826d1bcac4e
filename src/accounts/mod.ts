import type { Grants } from "../access/grants/grants.ts";
import type { EffectivePermissions } from "../access/decisions/effective_permissions.ts";
import type { PrincipalCache } from "../access/principals/principal_cache.ts";
import type { PermissionEvaluator } from "../access/roles/permission_evaluator.ts";
import type { PasswordPolicy } from "../credentials/passwords/password_policy.ts";
import type { Passwords } from "../credentials/passwords/passwords.ts";
import { feature } from "../http/contract/feature.ts";
import type { Pages } from "../http/contract/list_page.ts";
import type { Database } from "../platform/db/db.ts";
import type { Throttle } from "../sessions/login/throttle.ts";
import type { SessionRevocation } from "../sessions/sessions/session_revocation.ts";
import { createPasswordChanges, type PasswordChangeOutcome } from "./recovery/password_change.ts";
import { createPasswordProof } from "./recovery/password_proof.ts";
import { passwordRoute } from "./recovery/password_route.ts";
import { registerRoute } from "./registration/register_route.ts";
import { createRegistrations } from "./registration/registrations.ts";
import { createReservedUsernames } from "./registration/reserved_usernames.ts";
import { meRoute } from "./users/me_route.ts";
import { createOwnAccount } from "./users/own_account.ts";
import { userRolesRoute } from "./users/user_roles_route.ts";
import { userRoute } from "./users/user_route.ts";
import { createUsers } from "./users/users.ts";
import { usersRoute } from "./users/users_route.ts";

interface Needs {
  config: { registration: "open" | "off"; reservedUsernames: readonly string[] };
  db: Database;
  principals: PrincipalCache;
  evaluator: PermissionEvaluator;
  grants: Grants;
  effectivePermissions: EffectivePermissions;
  passwords: Passwords;
  policy: PasswordPolicy;
  throttle: Throttle;
  sessionRevocation: SessionRevocation;
  pages: Pages;
  counted: {
    passwordChange(outcome: PasswordChangeOutcome): void;
    registration(outcome: "succeeded" | "taken" | "rate_limited"): void;
  };
}

/** User accounts: registration, one's own account, and administration. `/users/me` stands before `/users/{id}`. */
export const accounts = feature({
  name: "accounts",
  compose({ config, counted, ...needs }: Needs) {
    const reservedUsernames = createReservedUsernames(config.reservedUsernames);
    const deps = { ...needs, reservedUsernames };
    const isOpen = config.registration === "open";
    return {
      reservedUsernames,
      registrations: createRegistrations({ ...deps, isOpen, counted: counted.registration }),
      users: createUsers(deps),
      ownAccount: createOwnAccount({ ...deps, proof: createPasswordProof(deps) }),
      passwordChanges: createPasswordChanges({ ...deps, counted: counted.passwordChange }),
    };
  },
  resources: [registerRoute, meRoute, usersRoute, userRoute, userRolesRoute, passwordRoute],
});
