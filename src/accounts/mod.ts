import type { access } from "../access/mod.ts";
import type { credentials } from "../credentials/mod.ts";
import type { delivery } from "../delivery/mod.ts";
import { feature, type ServicesOf } from "../http/contract/feature.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import type { sessions } from "../sessions/mod.ts";
import { createEmailChanges } from "./addresses/email_change.ts";
import { emailChangeRoute } from "./addresses/email_change_route.ts";
import { createEmailVerifications } from "./addresses/email_verification.ts";
import { emailVerificationRoute } from "./addresses/email_verification_route.ts";
import { createFirstProof } from "./addresses/first_proof.ts";
import { type CountMailFlow, createMailProofs } from "./addresses/mail_proof.ts";
import { createOwnershipProof } from "./factors/ownership_proof.ts";
import { createOwnFactors } from "./factors/own_factors.ts";
import { createOwnPasskeys } from "./factors/own_passkeys.ts";
import { ownPasskeysRoute } from "./factors/own_passkeys_route.ts";
import { ownFactorsRoute } from "./factors/own_factors_route.ts";
import { createUserFactors } from "./factors/user_factors.ts";
import { userFactorsRoute } from "./factors/user_factors_route.ts";
import { createInvitations } from "./invitations/invitations.ts";
import { invitationsRoute } from "./invitations/invitations_route.ts";
import { createPasswordChanges } from "./recovery/password_change.ts";
import { createPasswordProof } from "./recovery/password_proof.ts";
import { createPasswordResets } from "./recovery/password_reset.ts";
import { passwordResetRoute } from "./recovery/password_reset_route.ts";
import { createResetTickets } from "./recovery/reset_tickets.ts";
import { passwordRoute } from "./recovery/password_route.ts";
import { registerRoute } from "./registration/register_route.ts";
import { createRegistrations } from "./registration/registrations.ts";
import { createReservedUsernames } from "./registration/reserved_usernames.ts";
import { serviceAccountPermissionsRoute } from "./service_accounts/service_account_permissions_route.ts";
import { serviceAccountKeysRoute } from "./service_accounts/service_account_keys_route.ts";
import { serviceAccountRolesRoute } from "./service_accounts/service_account_roles_route.ts";
import { createServiceAccounts } from "./service_accounts/service_accounts.ts";
import { serviceAccountsRoute } from "./service_accounts/service_accounts_route.ts";
import { createStepUps } from "./step_up/step_up.ts";
import { stepUpRoute } from "./step_up/step_up_route.ts";
import { meRoute } from "./users/me_route.ts";
import { createOwnAccount } from "./users/own_account.ts";
import { userPermissionsRoute } from "./users/user_permissions_route.ts";
import { userRolesRoute } from "./users/user_roles_route.ts";
import { userRoute } from "./users/user_route.ts";
import { createUsers } from "./users/users.ts";
import { usersRoute } from "./users/users_route.ts";
import { countBy } from "../platform/metrics.ts";
import type { Instruments } from "../vocabulary/dictionary.ts";
import "./dictionary.ts";

type Needs =
  & Foundation
  & ServicesOf<typeof access>
  & ServicesOf<typeof credentials>
  & ServicesOf<typeof sessions>
  & ServicesOf<typeof delivery>;

/**
 * User accounts: registration, one's own account, and administration; service accounts. `/users/me` stands before
 * `/users/{id}`.
 */
export const accounts = feature({
  name: "accounts",
  compose({ settings, instruments, ...needs }: Needs) {
    const reservedUsernames = createReservedUsernames(settings.SENTINEL_RESERVED_USERNAMES);
    const firstProof = createFirstProof(needs);
    const resetTickets = createResetTickets(needs);
    const proof = createPasswordProof(needs);
    const mailProofs = createMailProofs({ ...needs, countFlow: countFlows(instruments) });
    const publicUrl = settings.SENTINEL_PUBLIC_URL;
    const deps = { ...needs, reservedUsernames, firstProof, resetTickets, proof, mailProofs, publicUrl };
    const emailVerifications = createEmailVerifications(deps);
    const mustConfirm = settings.SENTINEL_EMAIL_VERIFICATION === "required";
    const ownershipProof = createOwnershipProof(deps);
    const users = createUsers(deps);
    const registrations = createRegistrations({
      ...deps,
      emailVerifications,
      isOpen: settings.SENTINEL_REGISTRATION === "open",
      mustConfirm,
      countRegistration: countBy(instruments.sentinel_registrations_total, "outcome"),
    });
    return {
      reservedUsernames,
      registrations,
      emailVerifications,
      invitations: createInvitations({ ...deps, registrations }),
      emailChanges: createEmailChanges(deps),
      passwordResets: createPasswordResets(deps),
      users,
      userFactors: createUserFactors({ ...deps, users }),
      ownFactors: createOwnFactors({ ...deps, ownershipProof, mustConfirm }),
      ownPasskeys: createOwnPasskeys({ ...deps, ownershipProof, mustConfirm }),
      stepUps: createStepUps({
        ...deps,
        ownershipProof,
        counted: countBy(instruments.sentinel_step_ups_total, "outcome"),
      }),
      serviceAccounts: createServiceAccounts(deps),
      ownAccount: createOwnAccount(deps),
      passwordChanges: createPasswordChanges({
        ...deps,
        countChange: countBy(instruments.sentinel_password_changes_total, "outcome"),
      }),
    };
  },
  resources: [
    registerRoute,
    emailVerificationRoute,
    passwordResetRoute,
    invitationsRoute,
    meRoute,
    emailChangeRoute,
    ownFactorsRoute,
    ownPasskeysRoute,
    usersRoute,
    userRoute,
    userRolesRoute,
    userPermissionsRoute,
    userFactorsRoute,
    stepUpRoute,
    passwordRoute,
    serviceAccountsRoute,
    serviceAccountRolesRoute,
    serviceAccountPermissionsRoute,
    serviceAccountKeysRoute,
  ],
});

function countFlows(instruments: Instruments): CountMailFlow {
  return (flow, outcome) => instruments.sentinel_mail_requests_total.with({ flow, outcome }).inc();
}
