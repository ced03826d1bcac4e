import type { access } from "../access/mod.ts";
import type { credentials } from "../credentials/mod.ts";
import type { delivery } from "../delivery/mod.ts";
import type { tokens } from "../tokens/mod.ts";
import { feature, type ServicesOf } from "../http/contract/feature.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import { createBrowserSessions } from "./browser/browser_sessions.ts";
import { createSignIns } from "./browser/sign_in.ts";
import { createEnrolments } from "./enrolment/enrolments.ts";
import { createFactorCount } from "./enrolment/factor_count.ts";
import { createFactorRequirement } from "./enrolment/factor_requirement.ts";
import { createLoginEnrolments } from "./enrolment/login_enrolment.ts";
import { loginEnrolmentPasskeyRoute } from "./enrolment/login_enrolment_passkey_route.ts";
import { loginEnrolmentRoute } from "./enrolment/login_enrolment_route.ts";
import { createFactorCheck } from "./factors/factor_check.ts";
import { createLogins } from "./login/login.ts";
import { loginRoute } from "./login/login_route.ts";
import { createSessionStart } from "./login/session_start.ts";
import { createThrottle, type RateLimits, type Throttle } from "./login/throttle.ts";
import { createClientSessions } from "./clients/client_sessions.ts";
import { createRevocationFeed } from "./ended/revocation_feed.ts";
import { createSignOuts } from "./ended/sign_outs.ts";
import type { RefreshOutcome } from "./rotation/refresh_rotation.ts";
import { createPasskeyLogins } from "./passkeys/passkey_login.ts";
import { passkeyLoginRoute } from "./passkeys/passkey_login_route.ts";
import { createRotation } from "./rotation/rotation.ts";
import { createSessionStepUp } from "./rotation/session_step_up.ts";
import { createUnansweredRotations } from "./rotation/unanswered_rotations.ts";
import { createAuthentication } from "./sessions/authentication.ts";
import { createClientTokens } from "./sessions/client_tokens.ts";
import { createLoginFactors } from "./second_step/login_factor.ts";
import { loginFactorRoute } from "./second_step/login_factor_route.ts";
import { createSecondSteps } from "./second_step/second_steps.ts";
import { logoutRoute } from "./sessions/logout_route.ts";
import { mySessionsRoute } from "./sessions/my_sessions_route.ts";
import { purge } from "./sessions/purge.ts";
import { createSessionLists } from "./sessions/session_lists.ts";
import { createSessionRevocation, type SessionRevocation } from "./sessions/session_revocation.ts";
import { userSessionsRoute } from "./sessions/user_sessions_route.ts";
import type { MintLimits } from "../tokens/access_tokens/mint.ts";
import { countBy } from "../platform/metrics.ts";
import type { Instruments, Settings } from "../vocabulary/dictionary.ts";
import "./dictionary.ts";

type Needs =
  & Foundation
  & ServicesOf<typeof access>
  & ServicesOf<typeof credentials>
  & ServicesOf<typeof delivery>
  & ServicesOf<typeof tokens>;

const second = 1_000;
const minute = 60 * second;

/** Logins, the sessions that they create, and how these are refreshed, listed and revoked. */
export const sessions = feature({
  name: "sessions",
  compose({ settings, instruments, ...needs }: Needs) {
    const { db, principals, secrets, tokens, clock } = needs;
    const idleSeconds = settings.SENTINEL_SESSION_IDLE_SECONDS;
    const throttle = createThrottle({
      db,
      subkey: secrets.subkey("throttle"),
      limits: rateLimits(settings),
      counted: countBy(instruments.sentinel_throttled_total, "limit"),
    });
    const refreshes = {
      ...needs,
      unanswered: createUnansweredRotations(db),
      idleSeconds,
      graceSeconds: settings.SENTINEL_REFRESH_GRACE_SECONDS,
      countRefresh: countRefreshes(instruments),
    };
    const mintLimits = mintLimitsOf(settings);
    const rotation = createRotation({ ...refreshes, mintLimits });
    const sessionRevocation = createSessionRevocation({ db, principals, tokens, rotation });
    const clientTokens = createClientTokens({ principals, clients: needs.clients, clock });
    return {
      mintLimits,
      sessionStepUp: createSessionStepUp({ ...needs, mintLimits, idleSeconds }),
      throttle,
      factorCheck: createFactorCheck({ ...needs, throttle }),
      rotation,
      sessionRevocation,
      clientSessions: createClientSessions({
        ...refreshes,
        sessionRevocation,
        sessionMaxSeconds: settings.SENTINEL_SESSION_MAX_SECONDS,
      }),
      clientTokens,
      revocationFeed: createRevocationFeed({ db, ownTtlSeconds: settings.SENTINEL_ACCESS_TOKEN_TTL_SECONDS }),
      signOuts: createSignOuts({ db, idleSeconds }),
      authentication: createAuthentication({
        tokens,
        keys: needs.keyAuthentication,
        clientTokens,
        principals,
        clock,
        counted: countBy(instruments.sentinel_token_verifications_total, "result"),
      }),
      sessionLists: createSessionLists({ db, principals, idleSeconds }),
      ...composeLogins({ ...needs, settings, instruments, throttle, sessionRevocation }),
    };
  },
  jobs: [
    {
      name: "password schemes",
      everyMs: minute,
      everyWorker: true,
      atOnce: true, // failed logins wait for it
      run: ({ logins }) => logins.watchSchemes(),
    },
    {
      name: "unanswered rotations",
      everyMs: second,
      everyWorker: true,
      run: ({ rotation }) => rotation.storeUnanswered(),
    },
    { name: "factor count", everyMs: 15 * minute, run: ({ factorCount }) => factorCount.take() },
    { name: "refunds", everyMs: second, everyWorker: true, run: ({ throttle }) => throttle.refundOwed() },
    { name: "expired sessions", everyMs: 10 * second, run: ({ signOuts }) => signOuts.endExpiredSessions() },
    { name: "idle sessions", everyMs: 5 * minute, run: ({ signOuts }) => signOuts.endIdleSessions() },
    { name: "purge", everyMs: minute, run: ({ db, settings }) => purge(db, settings.SENTINEL_SESSION_MAX_SECONDS) },
  ],
  memory: ({ revocationFeed: { forget } }) => ({
    changed: { session: forget, user: forget, client: forget },
    forgetAll: forget,
  }),
  resources: [
    loginRoute,
    loginFactorRoute,
    loginEnrolmentRoute,
    loginEnrolmentPasskeyRoute,
    passkeyLoginRoute,
    logoutRoute,
    mySessionsRoute,
    userSessionsRoute,
  ],
});

/** What starts sessions, for applications and in browsers. */
function composeLogins(
  { settings, instruments, ...needs }: Needs & { throttle: Throttle; sessionRevocation: SessionRevocation },
) {
  const idleSeconds = settings.SENTINEL_SESSION_IDLE_SECONDS;
  const sessionStart = createSessionStart({
    ...needs,
    idleSeconds,
    mintLimits: mintLimitsOf(settings),
    sessionMaxSeconds: settings.SENTINEL_SESSION_MAX_SECONDS,
    sessionsPerUserMax: settings.SENTINEL_SESSIONS_PER_USER_MAX,
  });
  const secondSteps = createSecondSteps({
    ...needs,
    sessionStart,
    counted: countBy(instruments.sentinel_second_steps_total, "outcome"),
  });
  const loginFactors = createLoginFactors({ secondSteps, sessionStart });
  const enrolments = createEnrolments({
    ...needs,
    sessionStart,
    counted: countBy(instruments.sentinel_enrolments_total, "outcome"),
  });
  const loginEnrolments = createLoginEnrolments({ enrolments, sessionStart });
  const factorRequirement = createFactorRequirement({ ...needs, policy: settings.SENTINEL_MFA });
  const factorCount = createFactorCount({ ...needs, factorRequirement, gauge: instruments.sentinel_factor_users });
  const logins = createLogins({
    ...needs,
    sessionStart,
    loginFactors,
    loginEnrolments,
    factorRequirement,
    mustConfirm: settings.SENTINEL_EMAIL_VERIFICATION === "required",
    counted: countBy(instruments.sentinel_logins_total, "outcome"),
    countedAccount: () => instruments.sentinel_guessed_accounts_total.with({}).inc(),
  });
  const passkeyLogins = createPasskeyLogins({
    ...needs,
    sessionStart,
    mustConfirm: settings.SENTINEL_EMAIL_VERIFICATION === "required",
    counted: countBy(instruments.sentinel_passkey_logins_total, "outcome"),
  });
  const browserSessions = createBrowserSessions({ ...needs, idleSeconds });
  const counted = countBy(instruments.sentinel_browser_sign_ins_total, "outcome");
  const steps = { logins, passkeyLogins, secondSteps, enrolments, sessionStart, browserSessions };
  const signIns = createSignIns({ ...needs, ...steps, idleSeconds, counted });
  const services = { logins, loginFactors, loginEnrolments, passkeyLogins, factorRequirement, factorCount };
  return { ...services, browserSessions, signIns };
}

function mintLimitsOf(settings: Settings): MintLimits {
  return {
    accessTtlSeconds: settings.SENTINEL_ACCESS_TOKEN_TTL_SECONDS,
    aal2MaxSeconds: settings.SENTINEL_AAL2_MAX_SECONDS,
  };
}

/** Wrong codes of mails a day for one account; its links still work (SP 800-63B-4 §3.2.2). */
const mailCodes = { count: 20, seconds: 86_400 };

/** Wrong codes of second factors for one account (SP 800-63B-4 §3.2.2). */
const factorCodes = { count: 10, seconds: 900 };

/** Undefined when nothing is limited. */
function rateLimits(settings: Settings): RateLimits | undefined {
  if (!settings.SENTINEL_RATE_LIMIT) return undefined;
  return {
    login_address: settings.SENTINEL_RATE_LIMIT_LOGIN_ADDRESS,
    login_account: settings.SENTINEL_RATE_LIMIT_LOGIN_ACCOUNT,
    register_address: settings.SENTINEL_RATE_LIMIT_REGISTER_ADDRESS,
    account_change: settings.SENTINEL_RATE_LIMIT_ACCOUNT_CHANGE,
    mail_address: settings.SENTINEL_RATE_LIMIT_MAIL_ADDRESS,
    mail_recipient: settings.SENTINEL_RATE_LIMIT_MAIL_RECIPIENT,
    mail_code: mailCodes,
    factor_account: factorCodes,
  };
}

function countRefreshes(instruments: Instruments): (outcome: RefreshOutcome) => void {
  const count = countBy(instruments.sentinel_refreshes_total, "outcome");
  return (outcome) => {
    count(outcome);
    if (outcome === "reused") instruments.sentinel_refresh_reuse_total.with({}).inc();
  };
}
