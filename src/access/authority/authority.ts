import type { Actor, UserKind } from "../../vocabulary/actor.ts";
import type { Db } from "../../platform/db/db.ts";
import type { Permission } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { type Asked, findHeld, findHoldsAll, lockUsers } from "./authority_store.ts";

/**
 * Rules that hold however many replicas change access at the same time. A change of what users hold takes its locks
 * first, always in this order: the administrators, the role graph, the users by id. It checks its conditions
 * afterwards, in later statements.
 */

/**
 * Refuses an actor who does not hold everything in `asked`. It reads the database, never a token or a cache, and
 * considers the scopes of the actor's credential. A command of the binary acts for no user and may do everything.
 *
 * @throws {Problem} `forbidden`
 */
export async function requireHolds(tx: Db, actor: Actor, asked: Asked, detail: string): Promise<void> {
  if (!await holdsAll(tx, actor, asked)) throw new Problem("forbidden", { detail });
}

async function holdsAll(tx: Db, { actor_id, scopes }: Actor, asked: Asked): Promise<boolean> {
  return actor_id === null || await findHoldsAll(tx, { id: actor_id, scopes }, asked);
}

/**
 * Refuses an actor who does not hold the permission, even while the cache of this replica is stale.
 *
 * @throws {Problem} `forbidden`
 */
export async function requireMay(tx: Db, actor: Actor, permission: Permission): Promise<void> {
  await requireHolds(tx, actor, { permission }, `This requires the permission ${permission}.`);
}

/**
 * Refuses to change a user who holds more than the actor. Users who change themselves still need the permission.
 *
 * @throws {Problem} `forbidden`
 */
export async function requireMayEdit(tx: Db, actor: Actor, userId: string, permission: string): Promise<void> {
  await requireHolds(tx, actor, { permission, userId }, "This account holds more than you do.");
}

/**
 * Refuses access to the account of a user who holds more than the actor, or holds it for longer: with that account the
 * actor would keep permissions beyond the end of their own grants.
 *
 * @throws {Problem} `forbidden`
 */
export async function requireMayTakeOver(tx: Db, actor: Actor, userId: string, permission: string): Promise<void> {
  const asked = { permission, userId, lasting: true };
  await requireHolds(tx, actor, asked, "This account holds more than you do, or holds it for longer.");
}

/**
 * Refuses to edit or delete a role that the actor does not hold, because applications may trust the role's name alone.
 * For a role that no user holds yet, the actor needs to hold only its permissions, so that its author can finish it;
 * its first grant needs an administrator.
 *
 * @throws {Problem} `forbidden`
 */
export async function requireMayEditRole(tx: Db, actor: Actor, role: string, detail: string): Promise<void> {
  const permission = "roles:write";
  if (await holdsAll(tx, actor, { permission, roles: [role] })) return;
  if (await findHeld(tx, role)) throw new Problem("forbidden", { detail });
  await requireHolds(tx, actor, { permission, givenBy: [role] }, detail);
}

/**
 * Locks the user, who must be of this kind, and the actor.
 *
 * @throws {Problem} `not_found`, and `invalid_token` for an actor who was deleted.
 */
export async function lockUser(
  tx: Db,
  userId: string,
  { actor_id }: Actor,
  kind: UserKind = "person",
): Promise<void> {
  const found = await lockUsers(tx, actor_id === null ? [userId] : [userId, actor_id]);
  if (actor_id !== null && !found.some(({ id }) => id === actor_id)) throw new Problem("invalid_token");
  if (!found.some((each) => each.id === userId && each.kind === kind)) throw noSuchUser(kind);
}

/** What is answered about a user whom there is not, or not of this kind. */
export function noSuchUser(kind: UserKind = "person"): Problem {
  return new Problem("not_found", { detail: `There is no such ${kind === "person" ? "user" : "service account"}.` });
}
