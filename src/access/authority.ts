import type { By } from "../audit/audit.ts";
import type { Db } from "../platform/db.ts";
import { Problem } from "../problems.ts";
import { type Asked, countAdministrators, findHoldsAll, lockAdministrators, lockUsers } from "./authority_store.ts";

/*
 * What holds however many replicas act at once. Whatever changes who holds what locks first, always in this order:
 * the administrators, the role graph, the users by their ids; and asks second, in statements of their own.
 */

/**
 * Nobody gives, takes or touches what they do not hold themselves, by what they hold now and not by what a token or a
 * memory says (T152). A verb of the binary may do all.
 *
 * @throws {Problem} `forbidden`
 */
export async function refuseUnlessHolds(tx: Db, { actor_id }: By, asked: Asked, detail: string): Promise<void> {
  if (actor_id !== null && !await findHoldsAll(tx, actor_id, asked)) throw new Problem("forbidden", { detail });
}

/**
 * Nobody touches somebody who holds more than they do (T158). Themselves they do hold; the permission they must still.
 *
 * @throws {Problem} `forbidden`
 */
export async function refuseToTouch(tx: Db, by: By, userId: string, permission: string): Promise<void> {
  await refuseUnlessHolds(tx, by, { permission, userId }, "This user holds more than you do.");
}

/**
 * Nobody gets into the account of somebody who holds more than they do, or for longer: what they hold until a date they
 * would have beyond it.
 *
 * @throws {Problem} `forbidden`
 */
export async function refuseToTakeOver(tx: Db, by: By, userId: string, permission: string): Promise<void> {
  const asked = { permission, userId, lasting: true };
  await refuseUnlessHolds(tx, by, asked, "This user holds more than you do, or holds it for longer.");
}

/** Holds the user, and whoever acts, still. @throws {Problem} `not_found` */
export async function lockUser(tx: Db, userId: string, { actor_id }: By): Promise<void> {
  const found = await lockUsers(tx, actor_id === null ? [userId] : [userId, actor_id]);
  if (!found.includes(userId)) throw new Problem("not_found", { detail: "There is no such user." });
}

/**
 * Does what may leave nobody in charge, alone among all that could, and refuses it if it does: a count in the deed's
 * own statement would not see a concurrent deed.
 *
 * @throws {Problem} `last_admin`
 */
export async function keepAdministrator<T>(tx: Db, deed: () => Promise<T>): Promise<T> {
  await lockAdministrators(tx);
  const before = await countAdministrators(tx);
  const result = await deed();
  if (before > 0 && await countAdministrators(tx) === 0) throw new Problem("last_admin");
  return result;
}

/** Whether somebody is in charge. */
export async function hasAdministrator(db: Db): Promise<boolean> {
  return await countAdministrators(db) > 0;
}

/** Whether nobody is in charge; true for one transaction at a time (T176). */
export async function lockedWithoutAdministrator(tx: Db): Promise<boolean> {
  await lockAdministrators(tx);
  return await countAdministrators(tx) === 0;
}
