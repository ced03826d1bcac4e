import { feature } from "../http/contract/feature.ts";
import type { Settings } from "../vocabulary/dictionary.ts";
import type { EmailChanges } from "../accounts/addresses/email_change.ts";
import type { EmailVerifications } from "../accounts/addresses/email_verification.ts";
import type { Invitations } from "../accounts/invitations/invitations.ts";
import type { PasswordResets } from "../accounts/recovery/password_reset.ts";
import type { PasswordChanges } from "../accounts/recovery/password_change.ts";
import type { Registrations } from "../accounts/registration/registrations.ts";
import type { OwnFactors } from "../accounts/factors/own_factors.ts";
import type { OwnAccount } from "../accounts/users/own_account.ts";
import type { Authorizations } from "../oauth/authorize/authorizations.ts";
import type { Logouts } from "../oauth/logout/logouts.ts";
import type { Consents } from "../oauth/consents/consents.ts";
import type { SignIns } from "../sessions/browser/sign_in.ts";
import type { SessionLists } from "../sessions/sessions/session_lists.ts";
import type { SessionRevocation } from "../sessions/sessions/session_revocation.ts";
import { accountRoute } from "./profile/account_route.ts";
import { applicationsRoute } from "./profile/applications_route.ts";
import { credentialsRoute } from "./profile/credentials_route.ts";
import { emailChangePagesRoute } from "./mail/email_change_route.ts";
import { inviteRoute } from "./mail/invite_route.ts";
import { resetRoute } from "./mail/reset_route.ts";
import { verifyRoute } from "./mail/verify_route.ts";
import { factorsRoute } from "./factors/factors_route.ts";
import { signInFactorRoute } from "./signin/factor_route.ts";
import { signInRoute } from "./signin/signin_route.ts";
import { signOutRoute } from "./signin/signout_route.ts";
import { signUpRoute } from "./signin/signup_route.ts";

interface Needs {
  settings: Settings;
  signIns: SignIns;
  authorizations: Authorizations;
  sessionLists: SessionLists;
  sessionRevocation: SessionRevocation;
  consents: Consents;
  registrations: Registrations;
  passwordChanges: PasswordChanges;
  ownAccount: OwnAccount;
  ownFactors: OwnFactors;
  passwordResets: PasswordResets;
  emailVerifications: EmailVerifications;
  emailChanges: EmailChanges;
  invitations: Invitations;
  logouts: Logouts;
}

/** The pages on which users sign in and manage their accounts, by the rules that the API has. */
export const account = feature({
  name: "account",
  compose: (_: Needs) => ({}),
  resources: [
    signInRoute,
    signInFactorRoute,
    signUpRoute,
    signOutRoute,
    accountRoute,
    applicationsRoute,
    credentialsRoute,
    factorsRoute,
    resetRoute,
    verifyRoute,
    emailChangePagesRoute,
    inviteRoute,
  ],
});
