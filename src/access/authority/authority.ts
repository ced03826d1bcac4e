import type { Actor, UserKind } from "../../vocabulary/actor.ts";
import type { Db } from "../../platform/db/db.ts";
import type { Permission } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { type Asked, findHeld, findHoldsAll, lockUsers } from "./authority_store.ts";

/** The built-in role that holds every permission by rule. No role inherits from it. */
export const adminRole = "admin";

/**
 * The order of locks for every change of what users hold: the administrators, the role graph, the users by id.
 * Conditions are checked afterwards, in later statements, and so hold however many replicas change access.
 */

/**
 * Refuses an actor who does not hold everything in `asked`, by the database and within the scopes of the credential. A
 * command of the binary acts for no user and may do everything. @throws {Problem} `forbidden`
 */
export async function requireHolds(tx: Db, actor: Actor, asked: Asked, detail: string): Promise<void> {
  if (!await holdsAll(tx, actor, asked)) throw new Problem("forbidden", { detail });
}

/**
 * Refuses to give anybody `admin` after a sign-in that is not fresh, where the operation declares it, and on pages.
 * Commands have none to ask for. @throws {Problem} `insufficient_user_authentication`, on pages `sign_in_required`
 */
export function requireFreshForAdmin({ requireFresh }: Actor, roles: readonly string[]): void {
  if (roles.includes(adminRole)) requireFresh?.();
}

async function holdsAll(tx: Db, { actor_id, scopes }: Actor, asked: Asked): Promise<boolean> {
  return actor_id === null || await findHoldsAll(tx, { id: actor_id, scopes }, asked);
}

/** Refuses an actor without the permission, even while this replica's cache is stale. @throws {Problem} `forbidden` */
export async function requireMay(tx: Db, actor: Actor, permission: Permission): Promise<void> {
  await requireHolds(tx, actor, { permission }, `This requires the permission ${permission}.`);
}

/** Refuses to change a user who holds more than the actor, and lack of the permission. @throws {Problem} `forbidden` */
export async function requireMayEdit(tx: Db, actor: Actor, userId: string, permission: string): Promise<void> {
  await requireHolds(tx, actor, { permission, userId }, "This account holds more than you do.");
}

/** Taking over an account would keep what it holds beyond the actor's own grants. @throws {Problem} `forbidden` */
export async function requireMayTakeOver(tx: Db, actor: Actor, userId: string, permission: string): Promise<void> {
  const asked = { permission, userId, lasting: true };
  await requireHolds(tx, actor, asked, "This account holds more than you do, or holds it for longer.");
}

/**
 * Refuses to edit a role that the actor does not hold, as applications may trust its name alone. Of a role that no user
 * holds, holding its permissions is enough, so that its author can finish it. @throws {Problem} `forbidden`
 */
export async function requireMayEditRole(tx: Db, actor: Actor, role: string, detail: string): Promise<void> {
  const permission = "roles:write";
  if (await holdsAll(tx, actor, { permission, roles: [role] })) return;
  if (await findHeld(tx, role)) throw new Problem("forbidden", { detail });
  await requireHolds(tx, actor, { permission, givenBy: [role] }, detail);
}

/** Locks a user of this kind, and the actor. @throws {Problem} `not_found`, `invalid_token` for a deleted actor. */
export async function lockUser(tx: Db, userId: string, { actor_id }: Actor, kind: UserKind = "person"): Promise<void> {
  const found = await lockUsers(tx, actor_id === null ? [userId] : [userId, actor_id]);
  if (actor_id !== null && !found.some(({ id }) => id === actor_id)) throw new Problem("invalid_token");
  if (!found.some((each) => each.id === userId && each.kind === kind)) throw noSuchUser(kind);
}

/** What is answered about a user whom there is not, or not of this kind. */
export function noSuchUser(kind: UserKind = "person"): Problem {
  return new Problem("not_found", { detail: `There is no such ${kind === "person" ? "user" : "service account"}.` });
}
