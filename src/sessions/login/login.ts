import { createHmac } from "node:crypto";
import type { Database } from "../../platform/db/db.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Passwords } from "../../credentials/passwords/passwords.ts";
import { HashQueueFull } from "../../platform/hashing/hashing.ts";
import { networkOf } from "../../platform/network.ts";
import type { Tokens } from "../../tokens/access_tokens/mint.ts";
import type { Client } from "../../vocabulary/actor.ts";
import { canonicalIdentifier } from "../../vocabulary/identifiers.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { createKnownNetworks } from "./known_networks.ts";
import { findLogin, type LoginRow } from "./login_store.ts";
import { createMinimumFailureTime } from "./minimum_failure_time.ts";
import { createPasswordCheck, type LoginFailure } from "./password_check.ts";
import type { SessionStart } from "./session_start.ts";
import { createSharedAttempts } from "./shared_attempts.ts";
import type { Throttle } from "./throttle.ts";

/** A name, which is a username or an e-mail address, and a password. */
export type Credentials = { username: string; password: string };

export type { Tokens };

/** One login attempt: the canonical name, the password, and the address and network of the client. */
type Attempt = { name: string; password: string; ip: string | null; network: string | null };

/**
 * The user with that name, why the password does not open the account, and the start of the minimum time of a failure.
 */
type Checked = { user: LoginRow | undefined; failure: LoginFailure | undefined; fromMs: number };

/** `superseded`: the user was disabled or deleted, or the password changed, after it was verified. */
export type LoginOutcome =
  | "succeeded"
  | "factor_required"
  | "enrolment_required"
  | LoginFailure
  | "superseded"
  | "overloaded"
  | "rate_limited";

/** What stands between the right password and the session: nothing, the second factor, or the set-up of one. */
export type LoginStep = "none" | "factor" | "enrolment";

/** A step that tokens wait for. */
interface LaterStep {
  /** The refusal that leads to the step. Undefined if the account has changed since the password was verified. */
  require(user: LoginRow): Promise<Problem | undefined>;
}

export type Logins = ReturnType<typeof createLogins>;

export interface LoginsDeps {
  db: Database;
  secrets: Secrets;
  sessionStart: SessionStart;
  loginFactors: LaterStep;
  loginEnrolments: LaterStep;
  factorRequirement: { isRequiredOf(userId: string): Promise<boolean> };
  passwords: Passwords;
  throttle: Throttle;
  /** Whether an address must be confirmed before its owner can log in. */
  mustConfirm: boolean;
  /** Milliseconds from any origin, never going back. */
  monotonic: () => number;
  counted: (outcome: LoginOutcome) => void;
  /** Called when a login failed at an account or an unknown name for the first time in a while. */
  countedAccount: () => void;
}

/** Logs users in. */
export function createLogins(deps: LoginsDeps) {
  const { db, passwords, throttle, secrets, sessionStart, monotonic, counted, countedAccount } = deps;
  const { loginFactors, loginEnrolments, factorRequirement } = deps;
  const attempts = createSharedAttempts<Checked>();
  const knownNetworks = createKnownNetworks();
  const passwordCheck = createPasswordCheck(deps);
  const minimumFailureTime = createMinimumFailureTime(deps);
  const { watchSchemes, whenKnown: whenMinimumKnown } = minimumFailureTime;
  return { login, attempt, watchSchemes, whenMinimumKnown };

  /**
   * Exchanges a name and a password for tokens. Unknown name, wrong password and disabled account fail alike, in body
   * and in time (ASVS 6.3.8). Requests with the same name and password from the same network at the same time are one
   * attempt; each of them gets a session, or a refusal, of its own.
   *
   * @throws {Problem} `invalid_credentials`, `email_unverified`, `rate_limited`; `mfa_required` for a user who
   * has a second factor, or must have one; {HashQueueFull} when too many passwords are being checked.
   */
  async function login(credentials: Credentials, client: Client): Promise<Tokens> {
    const begun = await attempt<Tokens | Problem>(
      credentials,
      client,
      (user, step) => begin(user, step, client),
    );
    if (begun instanceof Problem) throw begun;
    return begun;
  }

  async function begin(user: LoginRow, step: LoginStep, client: Client): Promise<Tokens | Problem | undefined> {
    if (step === "factor") return await loginFactors.require(user);
    if (step === "enrolment") return await loginEnrolments.require(user);
    return await sessionStart.start(user, client);
  }

  /**
   * As {@link login}, for sign-ins in general: `begin` starts the session of the user whose password was verified, or
   * the step that is left. Undefined from it means that the account has changed since. `via` is for the log.
   */
  async function attempt<Session>(
    { username, password }: Credentials,
    client: Client,
    begin: (user: LoginRow, step: LoginStep) => Promise<Session | undefined>,
    via?: "page",
  ): Promise<Session> {
    const arrivedMs = monotonic();
    const network = networkOf(client.ip);
    const asked = { name: canonicalIdentifier(username), password, ip: client.ip, network };
    try {
      return await attempts.share(
        [asked.name, password, network],
        () => checkPassword(asked),
        async (checked, isRecorded) => {
          const session = await beginSession(checked, network, begin);
          if (session) return session;
          const outcome = checked.failure ?? "superseded";
          counted(outcome);
          if (isRecorded) await record(outcome, checked.user, asked.name, client, via);
          if (outcome === "unverified") throw new Problem("email_unverified"); // only who knows the password is told
          const fromMs = Math.max(arrivedMs, checked.fromMs); // a request that joined the attempt late waits as long
          await minimumFailureTime.waitOut(fromMs, password);
          throw new Problem("invalid_credentials");
        },
      );
    } catch (error) {
      if (error instanceof HashQueueFull) counted("overloaded");
      if (error instanceof Problem && error.code === "rate_limited") counted("rate_limited");
      throw error;
    }
  }

  /**
   * Checks in the order of their cost: a full queue is known in memory, then the attempt is counted, and only then is a
   * hash computed. The right password refunds its attempt before anything else can fail.
   */
  async function checkPassword({ name, password, ip, network }: Attempt): Promise<Checked> {
    const timer = minimumFailureTime.start();
    const networkKind = knownNetworks.kindOf(network);
    passwords.admit(networkKind);
    const user = await findLogin(db, name, network);
    timer.mark();
    const taken = await throttle.takeLogin({ ip, name, knownUserId: user?.known ? user.id : undefined });
    if (taken.waited) timer.leaveOut();
    timer.mark();
    const options = { networkKind, onStart: timer.leaveOut };
    const checking = passwordCheck.failureOf(user, { name, password }, options); // the queue may be full by now
    const failure = await throttle.finishAttempt(taken, checking, isRightPassword);
    if (user && !failure) {
      return { user: await passwordCheck.upgrade(user, password), failure, fromMs: timer.fromMs() };
    }
    if (!isRightPassword(failure)) {
      if (taken.first) countedAccount();
      knownNetworks.remove(network);
    }
    return { user, failure, fromMs: timer.fromMs() };
  }

  /** Starts a session. Undefined after a failure, or if the account has changed since the password was verified. */
  async function beginSession<Session>(
    { user, failure }: Checked,
    network: string | null,
    begin: (user: LoginRow, step: LoginStep) => Promise<Session | undefined>,
  ): Promise<Session | undefined> {
    if (!user || failure) return undefined;
    const step = await stepOf(user);
    const session = await begin(user, step);
    if (!session) return undefined;
    knownNetworks.add(network);
    counted(outcomeOf[step]);
    return session;
  }

  async function stepOf(user: LoginRow): Promise<LoginStep> {
    if (needsFactor(user)) return "factor";
    return await factorRequirement.isRequiredOf(user.id) ? "enrolment" : "none";
  }

  async function record(
    reason: LoginOutcome,
    user: LoginRow | undefined,
    name: string,
    client: Client,
    via: "page" | undefined,
  ): Promise<void> {
    await recordAudit(db, {
      action: "login.failed",
      outcome: "failure",
      actor_id: null,
      client,
      subject: { type: "user", id: user?.id ?? null },
      details: { reason, ...(!user && { name_hmac: nameHmac(name) }), ...(via && { via }) },
    });
  }

  /** Users sometimes type a password in place of their name, so only this HMAC of an unknown name is recorded. */
  function nameHmac(name: string): string {
    return createHmac("sha256", secrets.subkey("audit")).update(name).digest("base64url");
  }
}

const outcomeOf = { none: "succeeded", factor: "factor_required", enrolment: "enrolment_required" } as const;

function isRightPassword(failure: LoginFailure | undefined): boolean {
  return failure === undefined || failure === "unverified";
}

/** Whether the user must prove a second factor. Recovery codes stand in for one, and are none by themselves. */
function needsFactor({ factors }: LoginRow): boolean {
  return factors.includes("totp") || factors.includes("passkey");
}
