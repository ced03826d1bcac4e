import { recordAudit } from "../../audit/events/audit.ts";
import {
  credentialIdOf,
  type PasskeyAssertion,
  type PasskeyKey,
  type PasskeyRequestOptions,
  type Passkeys,
} from "../../credentials/passkeys/passkeys.ts";
import type { SignInChallenges } from "../../credentials/passkeys/sign_in_challenges.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import { networkOf } from "../../platform/network.ts";
import type { Tokens } from "../../tokens/access_tokens/mint.ts";
import type { Client } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Authenticated, SessionStart, Verified } from "../login/session_start.ts";
import type { Throttle } from "../login/throttle.ts";
import type { PasskeyLoginRow } from "./passkey_login_store.ts";
import { byPasskey, createPasskeyStatements, type SignedLogin } from "./passkey_statements.ts";

/** An authenticator's answer to the challenge with this id. */
export type PasskeyAnswer = { challenge_id: string; assertion: PasskeyAssertion };

/** What a passkey is asked to sign in with. */
export type PasskeySignIn = { challenge_id: string; publicKey: PasskeyRequestOptions };

/** `wrong`: it is unknown or proves nothing; `without_verification`: it does not say that the user was verified. */
export type PasskeyLoginOutcome =
  | "succeeded"
  | "expired"
  | "wrong"
  | "without_verification"
  | "disabled"
  | "unverified"
  | "superseded"
  | "rate_limited";

export type PasskeyLogins = ReturnType<typeof createPasskeyLogins>;

/**
 * Signs users in with a passkey alone, which verifies them and says who they are. No name is asked for, so no answer
 * tells which users exist.
 */
export function createPasskeyLogins(deps: {
  db: Database;
  passkeys: Passkeys;
  signInChallenges: SignInChallenges;
  throttle: Throttle;
  sessionStart: SessionStart;
  /** Whether an address must be confirmed before its owner can sign in. */
  mustConfirm: boolean;
  counted: (outcome: PasskeyLoginOutcome) => void;
}) {
  const { db, passkeys, signInChallenges, throttle, sessionStart, mustConfirm, counted } = deps;
  const statements = createPasskeyStatements(deps);
  return { begin, login, attempt };

  /** A challenge for anyone; `browser` is the secret of the only browser that may answer it. */
  function begin(browser?: string): PasskeySignIn {
    const { id, challenge } = signInChallenges.issue(browser);
    return { challenge_id: id, publicKey: passkeys.requestOptions(challenge) };
  }

  /**
   * The tokens of a session.
   *
   * @throws {Problem} as {@link attempt}
   */
  async function login(answer: PasskeyAnswer, client: Client): Promise<Tokens> {
    const complete = (tx: Tx, user: Verified) => sessionStart.startIn(tx, user, client, "api", byPasskey);
    const startAmongOthers = (login: SignedLogin) =>
      statements.start({ ...login, client, alone: () => startAlone(login, client, complete) });
    return await sessionStart.tokensOf(await judge(answer, undefined, client, startAmongOthers));
  }

  /**
   * What `complete` starts for the user of the passkey, in the browser that asked.
   *
   * @throws {Problem} `invalid_passkey`, `login_expired`, `email_unverified`, `rate_limited`
   */
  async function attempt<Session>(
    answer: PasskeyAnswer,
    browser: string,
    client: Client,
    complete: Complete<Session>,
  ): Promise<Session> {
    return await judge(answer, browser, client, (login) => startAlone(login, client, complete));
  }

  /** A wrong answer counts for its address. Of right answers to one challenge, one starts a session. */
  async function judge<Session>(
    { challenge_id, assertion }: PasskeyAnswer,
    browser: string | undefined,
    client: Client,
    startSession: StartSession<Session>,
  ): Promise<Session> {
    const taken = await throttle.takePasskey(client.ip).catch(countLimit);
    const session = await throttle.finishAttempt(
      taken,
      start(challenge_id, assertion, browser, client, startSession),
      () => true,
    );
    counted("succeeded");
    return session;
  }

  async function start<Session>(
    challengeId: string,
    assertion: PasskeyAssertion,
    browser: string | undefined,
    client: Client,
    startSession: StartSession<Session>,
  ): Promise<Session> {
    const challenge = signInChallenges.find(challengeId, browser);
    if (!challenge) throw expired();
    const user = await statements.find({ credentialId: credentialIdOf(assertion), network: networkOf(client.ip) });
    const signed = await passkeys.verify(user ? keyOf(user) : undefined, { assertion, challenge });
    if (!user || "refused" in signed) {
      throw await refusal("wrong", user?.id, client, "refused" in signed ? signed.cause : undefined);
    }
    if (!signed.uv) throw await refusal("without_verification", user.id, client);
    if (user.disabled) throw await refusal("disabled", user.id, client);
    if (mustConfirm && !user.verified) throw await refusal("unverified", user.id, client);
    const session = await startSession({ challengeId, user, signed });
    if (session === undefined) throw await refusal("superseded", user.id, client);
    return session;
  }

  /** Undefined if the account has changed. */
  async function startAlone<Session>(
    { challengeId, user, signed }: SignedLogin,
    client: Client,
    complete: Complete<Session>,
  ): Promise<Session | undefined> {
    return await sessionStart.inTurnOf(user.id, async (tx) => {
      const [started, isUnused] = await Promise.all([
        complete(tx, user, byPasskey), // locks the user, whose passkeys stay from now on, before anything else
        signInChallenges.spendIn(tx, challengeId),
      ]);
      if (!isUnused) throw expired();
      if (started !== undefined && !await passkeys.useIn(tx, signed, client)) throw new Problem("invalid_passkey");
      return started;
    });
  }

  /** Only the holder of a passkey is told that the address is not confirmed. */
  async function refusal(
    reason: PasskeyLoginOutcome,
    userId: string | undefined,
    client: Client,
    cause?: unknown,
  ): Promise<Problem> {
    counted(reason);
    await recordAudit(db, {
      action: "login.failed",
      outcome: "failure",
      actor_id: null,
      client,
      subject: { type: "user", id: userId ?? null },
      details: { reason, by: "passkey" },
    });
    return new Problem(reason === "unverified" ? "email_unverified" : "invalid_passkey", { cause });
  }

  function expired(): Problem {
    counted("expired");
    return new Problem("login_expired");
  }

  function countLimit(error: unknown): never {
    if (error instanceof Problem) counted("rate_limited");
    throw error;
  }
}

/** Starts what the login is for. Undefined if the account has changed since the signature was verified. */
type StartSession<Session> = (login: SignedLogin) => Promise<Session | undefined>;

type Complete<Session> = (tx: Tx, user: Verified, how: Authenticated) => Promise<Session | undefined>;

function keyOf({ id, passkey_id, credential_id, public_key, device_type }: PasskeyLoginRow): PasskeyKey {
  return { id: passkey_id, user_id: id, credential_id, public_key, device_type };
}
