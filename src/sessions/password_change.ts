import type { LiveUser } from "../access/live_state.ts";
import { type Client, recordAudit } from "../audit/audit.ts";
import type { Database } from "../platform/db.ts";
import { Problem } from "../problems.ts";
import type { Endings } from "./endings.ts";
import type { PasswordPolicy } from "./password_policy.ts";
import type { Passwords } from "./passwords.ts";
import { findPasswordHash, updatePasswordHash } from "./session_store.ts";
import type { Throttle } from "./throttle.ts";

export type PasswordChange = { current_password: string; new_password: string };

export type PasswordChanges = ReturnType<typeof createPasswordChanges>;

/** People change their own passwords. */
export function createPasswordChanges({ db, passwords, policy, throttle, endings }: {
  db: Database;
  passwords: Passwords;
  policy: PasswordPolicy;
  throttle: Throttle;
  endings: Endings;
}) {
  return { change };

  /**
   * Changes one's own password and ends one's other sessions (ASVS 7.4.3). The current password is asked for, and
   * guesses at it are counted as logins are.
   *
   * @throws {Problem} `wrong_password`, `invalid_request`, `rate_limited`.
   */
  async function change(
    user: LiveUser,
    sessionId: string,
    { current_password, new_password }: PasswordChange,
    client: Client,
  ): Promise<void> {
    const errors = await policy.errors(new_password, user, "#/new_password");
    if (errors.length > 0) throw new Problem("invalid_request", { errors });
    passwords.admit();
    const taken = await throttle.takeLogin({ ip: client.ip, account: user.id, known: true });
    const stored = await findPasswordHash(db, user.id);
    if (!stored || !await passwords.verify(current_password, stored)) throw new Problem("wrong_password");
    const hash = await passwords.hash(new_password);
    await db.transaction(async (tx) => {
      if (!await updatePasswordHash(tx, user.id, stored, hash)) throw new Problem("wrong_password");
      const by = { actor_id: user.id, client };
      await endings.endOthers(tx, user.id, sessionId, by);
      await recordAudit(tx, { action: "user.password_changed", ...by, subject: { type: "user", id: user.id } });
    });
    await throttle.refund(taken);
  }
}
