import type { Actor } from "../../vocabulary/actor.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import { findPasswordHash, type Passwords } from "../../credentials/passwords/passwords.ts";
import type { Database } from "../../platform/db/db.ts";
import type { Throttle } from "../../sessions/login/throttle.ts";
import { Problem } from "../../vocabulary/problems.ts";

/** Requests of logged-in users do not queue behind login attempts. */
const networkKind = "known";

export type PasswordProof = ReturnType<typeof createPasswordProof>;

/** Asks users for their current password before changes that a stolen token must not make. */
export function createPasswordProof({ db, passwords, throttle }: {
  db: Database;
  passwords: Passwords;
  throttle: Throttle;
}) {
  return { requirePassword };

  /**
   * Guesses share the limit of password changes (ASVS 6.3.1); the right password counts for nothing. @throws {Problem}
   * `wrong_password`, `rate_limited`; `invalid_token` when the user was deleted.
   */
  async function requirePassword(userId: string, sessionId: string, password: string, actor: Actor): Promise<void> {
    passwords.admit(networkKind);
    const taken = await throttle.takePasswordChange({ ip: actor.client.ip, sessionId });
    const isRight = await throttle.finishAttempt(taken, matches(userId, password), (matches) => matches);
    if (!isRight) throw await recordRefusal(userId, actor);
  }

  async function matches(userId: string, password: string): Promise<boolean> {
    const stored = await findPasswordHash(db, userId);
    if (stored === undefined) throw new Problem("invalid_token");
    return stored !== null && await passwords.verify(password, stored, { networkKind });
  }

  async function recordRefusal(userId: string, { actor_id, client }: Actor): Promise<Problem> {
    const fact = { actor_id, client, subject: { type: "user", id: userId } } as const;
    await recordAudit(db, { action: "user.password_refused", outcome: "failure", ...fact });
    return new Problem("wrong_password");
  }
}
