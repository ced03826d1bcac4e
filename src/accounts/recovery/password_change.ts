import type { Actor, PrincipalUser } from "../../vocabulary/actor.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import type { Database } from "../../platform/db/db.ts";
import { networkOf } from "../../platform/network.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { SessionRevocation } from "../../sessions/sessions/session_revocation.ts";
import type { PasswordPolicy } from "../../credentials/passwords/password_policy.ts";
import { findPasswordHash, updatePasswordHash } from "../../credentials/passwords/passwords.ts";
import type { Passwords } from "../../credentials/passwords/passwords.ts";
import { createSharedAttempts } from "../../sessions/login/shared_attempts.ts";
import type { Throttle } from "../../sessions/login/throttle.ts";

export type PasswordChange = { current_password: string; new_password: string };

/** The outcome under which each refusal is counted. */
const refusals = {
  wrong_password: "wrong_password",
  invalid_request: "rejected",
  rate_limited: "rate_limited",
} as const;

export type PasswordChangeOutcome = "succeeded" | typeof refusals[keyof typeof refusals];

/** Requests of logged-in users do not queue behind login attempts. */
const networkKind = "known";

export type PasswordChanges = ReturnType<typeof createPasswordChanges>;

/** Lets users change their own passwords. */
export function createPasswordChanges(
  { db, passwords, policy, throttle, sessionRevocation, mails, countChange = () => {} }: {
    db: Database;
    passwords: Passwords;
    policy: PasswordPolicy;
    throttle: Throttle;
    sessionRevocation: SessionRevocation;
    mails: Mails;
    countChange?: (outcome: PasswordChangeOutcome) => void;
  },
) {
  const attempts = createSharedAttempts<{ proven: boolean }>();
  return { change };

  /**
   * Ends the user's other sessions (ASVS 7.4.3). Guesses are limited (ASVS 6.3.1), and equal requests at once are one
   * change. @throws {Problem} `wrong_password`, `invalid_request`, `rate_limited`
   */
  async function change(...asked: Parameters<typeof attempt>): Promise<void> {
    try {
      await attempt(...asked);
      countChange("succeeded");
    } catch (error) {
      if (error instanceof Problem && Object.hasOwn(refusals, error.code)) {
        countChange(refusals[error.code as keyof typeof refusals]);
      }
      throw error;
    }
  }

  async function attempt(
    user: PrincipalUser,
    sessionId: string,
    { current_password, new_password }: PasswordChange,
    actor: Actor,
  ): Promise<void> {
    const errors = await policy.errors(new_password, user, "#/new_password");
    if (errors.length > 0) throw new Problem("invalid_request", { errors });
    await attempts.share(
      [sessionId, current_password, new_password, networkOf(actor.client.ip)],
      () => proveAndReplace(user.id, sessionId, { current_password, new_password }, actor),
      async ({ proven }, isRecorded) => {
        if (proven) return;
        if (isRecorded) await recordRefusal(user.id, actor);
        throw new Problem("wrong_password");
      },
    );
  }

  /** Counts as a guess, unless the current password is right or another failure comes first. */
  async function proveAndReplace(userId: string, sessionId: string, change: PasswordChange, actor: Actor) {
    passwords.admit(networkKind);
    const taken = await throttle.takePasswordChange({ ip: actor.client.ip, sessionId });
    const proven = await throttle.finishAttempt(
      taken,
      replaceIfProven(userId, sessionId, change, actor),
      (proven) => proven,
    );
    return { proven };
  }

  /** @throws {Problem} `invalid_token` when the user was deleted. */
  async function replaceIfProven(
    userId: string,
    sessionId: string,
    { current_password, new_password }: PasswordChange,
    actor: Actor,
  ): Promise<boolean> {
    let hash: string | undefined;
    // A login may upgrade the hash of the same password meanwhile; then the new hash is verified again.
    for (;;) {
      const stored = await findPasswordHash(db, userId);
      if (stored === undefined) throw new Problem("invalid_token");
      if (stored === null || !await passwords.verify(current_password, stored, { networkKind })) return false;
      hash ??= await passwords.hash(new_password, { networkKind });
      if (await replace(userId, sessionId, { stored, hash }, actor)) return true;
    }
  }

  async function recordRefusal(userId: string, { actor_id, client }: Actor): Promise<void> {
    const fact = { actor_id, client, subject: { type: "user", id: userId } } as const;
    await recordAudit(db, { action: "user.password_refused", outcome: "failure", ...fact });
  }

  /** Stores the new hash and returns true, or false if `stored` is no longer the user's hash. */
  async function replace(
    userId: string,
    sessionId: string,
    { stored, hash }: { stored: string; hash: string },
    actor: Actor,
  ): Promise<boolean> {
    return await db.transaction(async (tx) => {
      if (!await updatePasswordHash(tx, userId, stored, hash)) return false;
      await sessionRevocation.revokeOtherSessionsIn(tx, userId, sessionId, actor);
      await recordAudit(tx, { action: "user.password_changed", ...actor, subject: { type: "user", id: userId } });
      await mails.notify(tx, userId, "password_changed", actor.client, {});
      return true;
    });
  }
}
