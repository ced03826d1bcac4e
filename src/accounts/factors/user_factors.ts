import { lockUser, requireMayTakeOver } from "../../access/authority/authority.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { FactorRow, Factors } from "../../credentials/factors/factors.ts";
import { recoveryCodesLeft } from "../../credentials/recovery_codes/recovery_codes.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import type { Database } from "../../platform/db/db.ts";
import { type Actor, localActor } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Users } from "../users/users.ts";

const ownFactors = "To remove your own factors, use DELETE /users/me/factors/{id}, which requires one of them.";

export type UserFactors = ReturnType<typeof createUserFactors>;

/** Helps users who have lost their second factors. No mail can do this: only an administrator. */
export function createUserFactors({ db, factors, users, mails }: {
  db: Database;
  factors: Factors;
  users: Users;
  mails: Mails;
}) {
  return { list, reset, resetNamed };

  /** @throws {Problem} `not_found` */
  async function list(id: string): Promise<{ items: FactorRow[]; recovery_codes_left: number }> {
    await users.find(id);
    const [items, left] = await Promise.all([factors.list(db, id), recoveryCodesLeft(db, id)]);
    return { items, recovery_codes_left: left };
  }

  /**
   * Removes all second factors and recovery codes of a user who holds no more than the actor, and for no longer: with
   * the password and without the factors the actor could sign in as the user.
   *
   * @throws {Problem} `not_found`, `forbidden`
   */
  async function reset(id: string, actor: Actor): Promise<void> {
    if (actor.actor_id === id) throw new Problem("forbidden", { detail: ownFactors });
    await db.transaction(async (tx) => {
      await lockUser(tx, id, actor);
      await requireMayTakeOver(tx, actor, id, "users:write");
      const count = await factors.removeAllIn(tx, id);
      await recordAudit(tx, { action: "factor.reset", ...actor, subject: { type: "user", id }, details: { count } });
      await mails.notify(tx, id, "factors_reset", actor.client, {});
    });
  }

  /** As {@link reset}, for the command line. */
  async function resetNamed(name: string) {
    const user = await users.named(name);
    await reset(user.id, localActor);
    return await users.find(user.id);
  }
}
