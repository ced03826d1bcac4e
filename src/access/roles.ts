import type { Trust } from "../platform/change_feed.ts";
import type { Clock } from "../platform/clock.ts";
import type { Db } from "../platform/db.ts";
import { createLiveValue } from "../platform/live_value.ts";
import { Problem } from "../problems.ts";
import type { LiveUser } from "./live_store.ts";
import {
  countAdministrators,
  insertGrant,
  listRoles,
  lockAdministrators,
  lockRoleGraphForGrant,
  type RoleRow,
} from "./role_store.ts";

/** The built-in role that holds every permission by rule. */
export const adminRole = "admin";
/** The built-in role of everybody who registers. */
export const userRole = "user";

export type Roles = ReturnType<typeof createRoles>;

/** Every role with all it holds, its own and what it inherits. */
type RoleGraph = Map<string, Set<string>>;

/** Answers what a user may, from the whole role graph in memory. Deny by default: an unknown role holds nothing. */
export function createRoles({ db, clock, trust }: { db: Db; clock: Clock; trust: Trust }) {
  const graph = createLiveValue(async () => closure(await listRoles(db)), trust);

  return {
    load: graph.get,
    forget: graph.forget,
    activeRoles,
    holds,
    refuseUnlessMayGrant,
    refuseToTouch,
    grantAll,
    keepAdministrator,
    hasAdministrator,
    lockedWithoutAdministrator,
  };

  /** The roles granted to the user that have not ended, sorted. */
  function activeRoles(user: LiveUser): string[] {
    return user.grants.filter(({ expires_at }) => expires_at === null || expires_at > clock.now()).map(({ role }) =>
      role
    );
  }

  /** Whether one of the user's active roles holds the permission, directly or by inheritance. */
  function holds(user: LiveUser, permission: string): boolean | Promise<boolean> {
    const known = graph.get();
    if (known instanceof Promise) return known.then((loaded) => holdsIn(loaded, user, permission));
    return holdsIn(known, user, permission);
  }

  function holdsIn(known: RoleGraph, user: LiveUser, permission: string): boolean {
    for (const { role, expires_at } of user.grants) {
      if (expires_at !== null && expires_at <= clock.now()) continue;
      if (role === adminRole || known.get(role)?.has(permission)) return true;
    }
    return false;
  }

  /**
   * Nobody grants what they do not hold: `roles:grant`, and every permission of the role (T152).
   *
   * @throws {Problem} `forbidden` before it is told whether the role exists, `invalid_request` for one that does not.
   */
  async function refuseUnlessMayGrant(granter: LiveUser | undefined, role: string): Promise<void> {
    const known = await graph.get();
    if (!granter || !holdsIn(known, granter, "roles:grant")) {
      throw new Problem("forbidden", {
        detail: `Granting the role ${JSON.stringify(role)} takes the permission roles:grant.`,
      });
    }
    const gives = known.get(role);
    if (!gives) {
      const detail = "There is no such role.";
      throw new Problem("invalid_request", { errors: [{ pointer: "#/role", code: "unknown_role", detail }] });
    }
    const lacking = role === adminRole
      ? !activeRoles(granter).includes(adminRole)
      : [...gives].some((permission) => !holdsIn(known, granter, permission));
    if (lacking) throw new Problem("forbidden", { detail: "You may grant only what you hold yourself." });
  }

  /** Nobody touches somebody who holds more than they do (T158). @throws {Problem} `forbidden` */
  async function refuseToTouch(actor: LiveUser, subject: LiveUser): Promise<void> {
    const known = await graph.get();
    if (activeRoles(actor).includes(adminRole)) return;
    const more = activeRoles(subject).some((role) =>
      role === adminRole || [...known.get(role) ?? []].some((permission) => !holdsIn(known, actor, permission))
    );
    if (more) throw new Problem("forbidden", { detail: "This user holds more than you do." });
  }

  /** Grants the roles for good, while the role graph is held still. Whoever calls has asked whether they may. */
  async function grantAll(tx: Db, userId: string, granted: string[]): Promise<void> {
    await lockRoleGraphForGrant(tx);
    for (const role of granted) await insertGrant(tx, userId, role);
  }

  /**
   * Does what may leave nobody in charge, alone among all that could, and refuses it if it does. Lock first, in a
   * statement of its own, and count second: a count in the deed's own statement would not see a concurrent deed.
   *
   * @throws {Problem} `last_admin`
   */
  async function keepAdministrator(tx: Db, deed: () => Promise<void>): Promise<void> {
    await lockAdministrators(tx);
    const before = await countAdministrators(tx);
    await deed();
    if (before > 0 && await countAdministrators(tx) === 0) throw new Problem("last_admin");
  }

  /** Whether somebody is in charge. */
  async function hasAdministrator(): Promise<boolean> {
    return await countAdministrators(db) > 0;
  }

  /** Whether nobody is in charge; true for one transaction at a time (T176). */
  async function lockedWithoutAdministrator(tx: Db): Promise<boolean> {
    await lockAdministrators(tx);
    return await countAdministrators(tx) === 0;
  }
}

/** Each role with the permissions of all its ancestors; the hierarchy is acyclic. */
function closure(rows: RoleRow[]): RoleGraph {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const graph: RoleGraph = new Map();
  const resolve = (name: string): Set<string> => {
    const known = graph.get(name);
    if (known) return known;
    const { permissions, parents } = byName.get(name)!;
    const all = new Set(permissions);
    for (const parent of parents) for (const permission of resolve(parent)) all.add(permission);
    graph.set(name, all);
    return all;
  };
  for (const { name } of rows) resolve(name);
  return graph;
}
