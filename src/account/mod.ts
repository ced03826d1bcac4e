import type { access } from "../access/mod.ts";
import type { accounts } from "../accounts/mod.ts";
import type { credentials } from "../credentials/mod.ts";
import type { oauth } from "../oauth/mod.ts";
import type { portability } from "../portability/mod.ts";
import type { sessions } from "../sessions/mod.ts";
import { feature, type ServicesOf } from "../http/contract/feature.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import { accountRoute } from "./profile/account_route.ts";
import { applicationsRoute } from "./profile/applications_route.ts";
import { usernameRoute } from "./profile/username_route.ts";
import { dataRoute } from "./profile/data_route.ts";
import { credentialsRoute } from "./profile/credentials_route.ts";
import { emailChangePagesRoute } from "./mail/email_change_route.ts";
import { inviteRoute } from "./mail/invite_route.ts";
import { resetRoute } from "./mail/reset_route.ts";
import { verifyRoute } from "./mail/verify_route.ts";
import { keysRoute } from "./keys/keys_route.ts";
import { factorsRoute } from "./factors/factors_route.ts";
import { signInEnrolRoute } from "./signin/enrol_route.ts";
import { passkeysRoute } from "./factors/passkeys_route.ts";
import { signInFactorRoute } from "./signin/factor_route.ts";
import { lostFactorRoute } from "./signin/lost_route.ts";
import { passkeySignInRoute } from "./signin/passkey_route.ts";
import { signInRoute } from "./signin/signin_route.ts";
import { signOutRoute } from "./signout/signout_route.ts";
import { signUpRoute } from "./signup/signup_route.ts";

type Needs =
  & Foundation
  & ServicesOf<typeof access>
  & ServicesOf<typeof credentials>
  & ServicesOf<typeof accounts>
  & ServicesOf<typeof oauth>
  & ServicesOf<typeof portability>
  & ServicesOf<typeof sessions>;

/** The pages on which users sign in and manage their accounts, by the rules that the API has. */
export const account = feature({
  name: "account",
  compose: (_: Needs) => ({}),
  resources: [
    signInRoute,
    passkeySignInRoute,
    lostFactorRoute,
    signInFactorRoute,
    signInEnrolRoute,
    signUpRoute,
    signOutRoute,
    accountRoute,
    applicationsRoute,
    credentialsRoute,
    dataRoute,
    usernameRoute,
    factorsRoute,
    passkeysRoute,
    keysRoute,
    resetRoute,
    verifyRoute,
    emailChangePagesRoute,
    inviteRoute,
  ],
});
