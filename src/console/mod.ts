import type { access } from "../access/mod.ts";
import type { accounts } from "../accounts/mod.ts";
import type { audit } from "../audit/mod.ts";
import type { credentials } from "../credentials/mod.ts";
import type { delivery } from "../delivery/mod.ts";
import { feature, type ServicesOf } from "../http/contract/feature.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import type { clientRegistry, oauth } from "../oauth/mod.ts";
import type { operations } from "../operations/mod.ts";
import type { sessions } from "../sessions/mod.ts";
import type { tokens } from "../tokens/mod.ts";
import { auditPagesRoute } from "./audit/audit_route.ts";
import { clientDeedsRoute } from "./client_changes/client_deeds_route.ts";
import { clientSecretsPagesRoute } from "./client_changes/client_secrets_route.ts";
import { clientEditRoute } from "./client_changes/edit_route.ts";
import { newClientRoute } from "./new_client/new_client_route.ts";
import { clientsPagesRoute } from "./clients/clients_route.ts";
import { exclusionsRoute } from "./exclusions/exclusions_route.ts";
import { resourceChangesRoute } from "./resources/resource_changes_route.ts";
import { resourcesPagesRoute } from "./resources/resources_route.ts";
import { keysPagesRoute } from "./keys/keys_route.ts";
import { homeRoute } from "./home/home_route.ts";
import { startRoute } from "./home/start_route.ts";
import { invitationsRoute } from "./invitations/invitations_route.ts";
import { newUserRoute } from "./users/new_user_route.ts";
import { deedRoutes } from "./user_deeds/deeds_route.ts";
import { editRoute } from "./user_deeds/edit_route.ts";
import { grantRoute } from "./user_deeds/grant_route.ts";
import { sessionsRoute } from "./user_deeds/sessions_route.ts";
import { logoutTokensRoute } from "./logout_tokens/logout_tokens_route.ts";
import { mailRoute } from "./mail/mail_route.ts";
import { settingsRoute } from "./settings/settings_route.ts";
import { systemRoute } from "./system/system_route.ts";
import { userRoute } from "./user/user_route.ts";
import { newPermissionRoute } from "./permissions/new_permission_route.ts";
import { permissionsRoute } from "./permissions/permissions_route.ts";
import { roleChangeRoute } from "./role_changes/change_route.ts";
import { roleCreateRoute } from "./role_changes/create_route.ts";
import { roleDeleteRoute } from "./role_changes/delete_route.ts";
import { rolesRoute } from "./roles/roles_route.ts";
import { serviceAccountConfirmRoute } from "./service_account_deeds/confirm_route.ts";
import { serviceAccountEditRoute } from "./service_account_deeds/edit_route.ts";
import { serviceAccountKeyPagesRoute } from "./service_account_deeds/keys_route.ts";
import { serviceAccountPagesRoute } from "./service_accounts/accounts_route.ts";
import { usersRoute } from "./users/users_route.ts";
import "./dictionary.ts";

type Needs =
  & Foundation
  & ServicesOf<typeof access>
  & ServicesOf<typeof accounts>
  & ServicesOf<typeof audit>
  & ServicesOf<typeof credentials>
  & ServicesOf<typeof delivery>
  & ServicesOf<typeof oauth>
  & ServicesOf<typeof clientRegistry>
  & ServicesOf<typeof operations>
  & ServicesOf<typeof sessions>
  & ServicesOf<typeof tokens>;

/** The pages on which administrators manage the installation, by the rules that the API has. */
export const adminConsole = feature({
  name: "console",
  compose: (_: Needs) => ({}),
  resources: [
    startRoute,
    homeRoute,
    usersRoute,
    newUserRoute,
    invitationsRoute,
    userRoute,
    clientsPagesRoute,
    clientEditRoute,
    clientDeedsRoute,
    clientSecretsPagesRoute,
    newClientRoute,
    keysPagesRoute,
    resourcesPagesRoute,
    resourceChangesRoute,
    rolesRoute,
    roleChangeRoute,
    roleCreateRoute,
    roleDeleteRoute,
    ...deedRoutes,
    editRoute,
    grantRoute,
    sessionsRoute,
    auditPagesRoute,
    exclusionsRoute,
    permissionsRoute,
    newPermissionRoute,
    mailRoute,
    logoutTokensRoute,
    settingsRoute,
    systemRoute,
    serviceAccountPagesRoute,
    serviceAccountEditRoute,
    serviceAccountConfirmRoute,
    serviceAccountKeyPagesRoute,
  ],
});
