import { createDecisions } from "../access/decisions/decisions.ts";
import { createEffectivePermissions } from "../access/decisions/effective_permissions.ts";
import { createExclusions } from "../access/exclusions/exclusions.ts";
import { createGrants } from "../access/grants/grants.ts";
import type { LiveState } from "../access/principals/principal_cache.ts";
import { createPermissionRegistry } from "../access/permissions/permission_registry.ts";
import { createRoleAdministration } from "../access/roles/role_administration.ts";
import type { Roles } from "../access/roles/permission_evaluator.ts";
import { createRegistrations, type RegistrationsDeps } from "../accounts/registration/registrations.ts";
import { createReservedUsernames } from "../accounts/registration/reserved_usernames.ts";
import { createOwnAccount } from "../accounts/users/own_account.ts";
import { createUsers, type UsersDeps } from "../accounts/users/users.ts";
import { createCheckpoints } from "../audit/chain/checkpoints.ts";
import { createSealer } from "../audit/chain/sealer.ts";
import { createVerification } from "../audit/chain/verification.ts";
import type { Config } from "./config.ts";
import type { Instruments } from "../operations/metrics/instruments.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/db.ts";
import type { Hashing } from "../platform/hashing/hashing.ts";
import type { Secrets } from "../vocabulary/secrets.ts";
import { createAccessTokens } from "../tokens/access_tokens/access_token.ts";
import { createAuthentication } from "../sessions/sessions/authentication.ts";
import { createEndings } from "../sessions/sessions/session_revocation.ts";
import { createIntrospection } from "../oauth/token_endpoint/introspection.ts";
import type { Keys } from "../tokens/keys/keys.ts";
import { createPasswordChanges } from "../accounts/recovery/password_change.ts";
import { createPasswordProof } from "../accounts/recovery/password_proof.ts";
import { createPasswordPolicy } from "../credentials/passwords/password_policy.ts";
import { createPasswords } from "../credentials/passwords/passwords.ts";
import { createRotation } from "../sessions/rotation/rotation.ts";
import { createSessionLists } from "../sessions/sessions/session_lists.ts";
import { createSessions } from "../sessions/login/login.ts";
import { createThrottle } from "../sessions/login/throttle.ts";

/** What the rules stand on. */
export interface Foundation {
  config: Config;
  db: Database;
  instruments: Instruments;
  hashing: Hashing;
  live: LiveState;
  roles: Roles;
  secrets: Secrets;
  keys: Keys;
  clock: Clock;
}

/** Everything that decides. */
export type Rules = ReturnType<typeof createRules>;

/** Milliseconds that never go back. */
const monotonic = () => performance.now();

export function createRules({ config, db, instruments, hashing, live, roles, secrets, keys, clock }: Foundation) {
  const { counted } = instruments;
  const { publicUrl: issuer, accessTokenTtlSeconds: accessTtlSeconds, sessionIdleSeconds: idleSeconds } = config;
  const passwords = createPasswords({ hashing, policy: config.passwordPolicy, monotonic });
  const verification = { clock, counted: counted.tokenVerification };
  const tokens = createAccessTokens({ ...verification, keys, issuer, ttlSeconds: accessTtlSeconds });
  const authentication = createAuthentication({ ...verification, tokens, live });
  const limits = { limits: config.rateLimits, counted: counted.throttled };
  const throttle = createThrottle({ ...limits, db, subkey: secrets.subkey("throttle") });
  const rotation = createRotation({
    db,
    tokens,
    secrets,
    live,
    idleSeconds,
    graceSeconds: config.refreshGraceSeconds,
    accessTtlSeconds,
    counted: counted.refresh,
  });
  const endings = createEndings({ db, live, tokens, rotation });
  const sessions = createSessions({
    db,
    passwords,
    throttle,
    tokens,
    secrets,
    endings,
    accessTtlSeconds,
    sessionMaxSeconds: config.sessionMaxSeconds,
    sessionsPerUserMax: config.sessionsPerUserMax,
    idleSeconds,
    monotonic,
    counted: counted.login,
    countedAccount: counted.guessedAccount,
  });
  const introspection = createIntrospection({ tokens, authentication, rotation, live, roles, issuer });
  const policy = createPasswordPolicy(config);
  const guarded = { db, passwords, policy, throttle };
  const passwordChanges = createPasswordChanges({ ...guarded, endings, counted: counted.passwordChange });
  const grants = createGrants({ db, live, clock });
  return {
    passwords,
    passwordChanges,
    throttle,
    tokens,
    authentication,
    sessions,
    rotation,
    endings,
    sessionLists: createSessionLists({ db, live, idleSeconds }),
    introspection,
    grants,
    ...createAccountRules(config, { ...guarded, live, roles, grants, endings, counted: counted.registration }),
    ...createAccessRules({ db, live, roles, instruments }),
    ...createAuditChain({ db, secrets, instruments }),
  };
}

/** How accounts are created, changed and deleted. */
function createAccountRules(
  { registration, reservedUsernames: names }: Config,
  given: Omit<RegistrationsDeps & UsersDeps, "reservedUsernames" | "isOpen">,
) {
  const reservedUsernames = createReservedUsernames(names);
  const deps = { ...given, reservedUsernames };
  return {
    reservedUsernames,
    registrations: createRegistrations({ ...deps, isOpen: registration === "open" }),
    users: createUsers(deps),
    ownAccount: createOwnAccount({ ...deps, proof: createPasswordProof(deps) }),
  };
}

/** Who may what, but for grants, which making a user needs. */
function createAccessRules(
  { db, live, roles, instruments }: Pick<Foundation, "db" | "live" | "roles" | "instruments">,
) {
  return {
    roleAdministration: createRoleAdministration({ db, roles, live }),
    exclusions: createExclusions({ db }),
    permissionRegistry: createPermissionRegistry({ db, roles }),
    effectivePermissions: createEffectivePermissions({ live, roles }),
    decisions: createDecisions({ db, live, roles, counted: instruments.counted.decision }),
  };
}

/** What seals the audit log, vouches for it and proves it. */
function createAuditChain({ db, secrets, instruments }: Pick<Foundation, "db" | "secrets" | "instruments">) {
  const lag = instruments.sentinel_audit_seal_lag_seconds.with({});
  const lagged = (seconds: number) => lag.set(seconds);
  const checkpoints = createCheckpoints({ db, secrets });
  return {
    sealer: createSealer({ db, lagged, sealed: instruments.counted.auditEvent }),
    checkpoints,
    auditVerification: createVerification({ db, checkpoints }),
  };
}
