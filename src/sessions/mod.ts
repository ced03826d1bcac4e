import type { PrincipalCache } from "../access/principals/principal_cache.ts";
import type { Passwords } from "../credentials/passwords/passwords.ts";
import { feature } from "../http/contract/feature.ts";
import type { Pages } from "../http/contract/list_page.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/db.ts";
import type { AccessTokens } from "../tokens/access_tokens/access_token.ts";
import type { Secrets } from "../vocabulary/secrets.ts";
import { createLogins, type LoginOutcome } from "./login/login.ts";
import { loginRoute } from "./login/login_route.ts";
import { createThrottle, type RateLimits } from "./login/throttle.ts";
import { createRotation, type RefreshOutcome } from "./rotation/rotation.ts";
import { createAuthentication } from "./sessions/authentication.ts";
import { logoutRoute } from "./sessions/logout_route.ts";
import { mySessionsRoute } from "./sessions/my_sessions_route.ts";
import { purge } from "./sessions/purge.ts";
import { createSessionLists } from "./sessions/session_lists.ts";
import { createSessionRevocation } from "./sessions/session_revocation.ts";
import { userSessionsRoute } from "./sessions/user_sessions_route.ts";

interface Needs {
  config: {
    accessTokenTtlSeconds: number;
    refreshGraceSeconds: number;
    sessionIdleSeconds: number;
    sessionMaxSeconds: number;
    sessionsPerUserMax: number;
    /** Undefined when nothing is limited. */
    rateLimits: RateLimits | undefined;
  };
  db: Database;
  clock: Clock;
  /** Milliseconds from any origin, never going back. */
  monotonic: () => number;
  secrets: Secrets;
  principals: PrincipalCache;
  tokens: AccessTokens;
  passwords: Passwords;
  pages: Pages;
  counted: {
    tokenVerification(result: "revoked"): void;
    throttled(limit: keyof RateLimits): void;
    refresh(outcome: RefreshOutcome): void;
    login(outcome: LoginOutcome): void;
    guessedAccount(): void;
  };
}

const second = 1_000;
const minute = 60 * second;

/** Logins, the sessions that they create, and how these are refreshed, listed and revoked. */
export const sessions = feature({
  name: "sessions",
  compose({ config, counted, ...needs }: Needs) {
    const { db, principals, secrets, tokens, clock } = needs;
    const { accessTokenTtlSeconds: accessTtlSeconds, sessionIdleSeconds: idleSeconds } = config;
    const limits = { limits: config.rateLimits, counted: counted.throttled };
    const throttle = createThrottle({ db, subkey: secrets.subkey("throttle"), ...limits });
    const lifetimes = { accessTtlSeconds, idleSeconds, graceSeconds: config.refreshGraceSeconds };
    const rotation = createRotation({ db, tokens, secrets, principals, ...lifetimes, counted: counted.refresh });
    const sessionRevocation = createSessionRevocation({ db, principals, tokens, rotation });
    return {
      throttle,
      rotation,
      sessionRevocation,
      authentication: createAuthentication({ tokens, principals, clock, counted: counted.tokenVerification }),
      sessionLists: createSessionLists({ db, principals, idleSeconds }),
      logins: createLogins({
        ...needs,
        throttle,
        sessionRevocation,
        accessTtlSeconds,
        idleSeconds,
        sessionMaxSeconds: config.sessionMaxSeconds,
        sessionsPerUserMax: config.sessionsPerUserMax,
        counted: counted.login,
        countedAccount: counted.guessedAccount,
      }),
    };
  },
  jobs: [
    { name: "password schemes", everyMs: minute, run: ({ logins }) => logins.watchSchemes() },
    { name: "unanswered rotations", everyMs: second, run: ({ rotation }) => rotation.storeUnanswered() },
    { name: "refunds", everyMs: second, run: ({ throttle }) => throttle.refundOwed() },
    { name: "purge", everyMs: minute, run: ({ db, config }) => purge(db, config.sessionMaxSeconds) },
  ],
  resources: [loginRoute, logoutRoute, mySessionsRoute, userSessionsRoute],
});
