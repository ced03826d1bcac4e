import { adminRole } from "../authority/authority.ts";
import type { RoleRow } from "./role_store.ts";

/** The built-in role that every new user gets. */
export const userRole = "user";

/** Answers what roles give. */
export interface RoleGraph {
  /** Every permission. */
  registered: ReadonlySet<string>;
  /** Every role. */
  roles: ReadonlySet<string>;
  /** The roles whose holders must have a second factor, by themselves or by inheritance. */
  rolesWithFactor: ReadonlySet<string>;
  gives(role: string, permission: string): boolean;
  rolesGiving(permission: string): ReadonlySet<string>;
  /** The roles that hold the permission themselves. */
  holdersOf(permission: string): string[];
  givesEverything(role: string): boolean;
  permissionsOf(role: string): ReadonlySet<string>;
  path(role: string, permission: string): string[] | undefined;
  /** The roles that inherit from the role directly. */
  childrenOf(role: string): string[];
  lineage(role: string): string[];
  inherits(role: string, ancestor: string): boolean;
  heirsOf(role: string): ReadonlySet<string>;
  withRole(role: RoleRow): RoleGraph;
}

const noRoles: ReadonlySet<string> = new Set();

/**
 * The whole role hierarchy in memory. A role gives a permission if it holds it itself or inherits it; `admin` gives
 * all.
 */
export function createRoleGraph(rows: RoleRow[], permissions: string[]): RoleGraph {
  return graphOf({
    registered: new Set(permissions),
    rows: new Map(rows.map((row) => [row.name, row])),
    holders: rolesByKey(rows, ({ permissions }) => permissions),
    children: rolesByKey(rows, ({ parents }) => parents),
  });
}

/** The roles by name, and by each permission that they hold and each role that they inherit from. */
type Tables = {
  registered: ReadonlySet<string>;
  rows: ReadonlyMap<string, RoleRow>;
  holders: ReadonlyMap<string, ReadonlySet<string>>;
  children: ReadonlyMap<string, ReadonlySet<string>>;
};

function graphOf({ registered, rows, holders, children }: Tables): RoleGraph {
  const rolesGivingCache = new Map<string, ReadonlySet<string>>();

  const graph: RoleGraph = {
    registered,
    roles: new Set(rows.keys()),
    rolesWithFactor: withHeirs(rows.values().filter(({ mfa_required }) => mfa_required).map(({ name }) => name)),
    gives,
    rolesGiving,
    holdersOf: (permission) => [...holders.get(permission) ?? []],
    givesEverything,
    permissionsOf,
    path,
    childrenOf: (role) => [...children.get(role) ?? []],
    lineage,
    inherits,
    heirsOf,
    withRole,
  };
  return graph;

  /** Whether the role gives the permission. Deny by default: false for an unknown role or permission. */
  function gives(role: string, permission: string): boolean {
    return rolesGiving(permission).has(role);
  }

  /** The roles that hold the permission themselves, then those that inherit it, nearest first, and `admin` last. */
  function rolesGiving(permission: string): ReadonlySet<string> {
    const cached = rolesGivingCache.get(permission);
    if (cached) return cached;
    if (!registered.has(permission)) return noRoles;
    const all = withHeirs(holders.get(permission) ?? []).add(adminRole);
    rolesGivingCache.set(permission, all);
    return all;
  }

  /** These roles, and those that inherit from them, nearest first. */
  function withHeirs(roles: Iterable<string>): Set<string> {
    const all = new Set(roles);
    for (const role of all) for (const child of children.get(role) ?? []) all.add(child); // also visits what it adds
    return all;
  }

  /** Whether the role gives every permission that there is. */
  function givesEverything(role: string): boolean {
    return role === adminRole || registered.size > 0 && registered.isSubsetOf(permissionsOf(role));
  }

  function permissionsOf(role: string): ReadonlySet<string> {
    return role === adminRole
      ? registered
      : new Set([...lineageOf(role).keys()].flatMap((each) => rows.get(each)?.permissions ?? []));
  }

  /** The shortest path up the hierarchy, from the role to one that holds the permission itself, both included. */
  function path(role: string, permission: string): string[] | undefined {
    if (!gives(role, permission)) return undefined;
    if (role === adminRole) return [role];
    const lineage = lineageOf(role);
    const holding = holders.get(permission)!;
    const steps = [lineage.keys().find((each) => holding.has(each))!];
    for (let child = lineage.get(steps[0]!); child !== undefined; child = lineage.get(child)) steps.unshift(child);
    return steps;
  }

  /** The role, then those that it inherits from at any distance, nearest first. */
  function lineage(role: string): string[] {
    return [...lineageOf(role).keys()];
  }

  /** Whether the role is `ancestor`, or inherits from it at any distance. */
  function inherits(role: string, ancestor: string): boolean {
    return lineageOf(role).has(ancestor);
  }

  /** The role, then those that inherit from it at any distance, nearest first. */
  function heirsOf(role: string): ReadonlySet<string> {
    return withHeirs([role]);
  }

  /** The hierarchy as it is with this role in place of the one with its name. */
  function withRole(role: RoleRow): RoleGraph {
    const { name } = role;
    const old = rows.get(name);
    const changes = {
      permissions: new Set(old?.permissions).symmetricDifference(new Set(role.permissions)),
      parents: new Set(old?.parents).symmetricDifference(new Set(role.parents)),
    };
    const isSame = changes.permissions.size + changes.parents.size === 0 && old?.mfa_required === role.mfa_required;
    if (isSame) return graph;
    return graphOf({
      registered,
      rows: new Map(rows).set(name, role),
      holders: exchanged(holders, name, changes.permissions),
      children: exchanged(children, name, changes.parents),
    });
  }

  /** The role and its ancestors, nearest first, each with the child through which it was found. */
  function lineageOf(role: string): Map<string, string | undefined> {
    const lineage = new Map<string, string | undefined>([[role, undefined]]);
    for (const child of lineage.keys()) { // also visits what it adds
      for (const parent of rows.get(child)?.parents ?? []) if (!lineage.has(parent)) lineage.set(parent, child);
    }
    return lineage;
  }
}

/** For each key, a permission or a parent: the names of the roles that list it. */
function rolesByKey(rows: RoleRow[], keysOf: (row: RoleRow) => string[]): Map<string, Set<string>> {
  const roles = new Map<string, Set<string>>();
  for (const row of rows) {
    for (const key of keysOf(row)) roles.getOrInsertComputed(key, () => new Set()).add(row.name);
  }
  return roles;
}

/** The index with the role added at these keys where it was not, and removed where it was. */
function exchanged(
  index: Tables["holders"],
  role: string,
  keys: ReadonlySet<string>,
): Map<string, ReadonlySet<string>> {
  const copy = new Map(index);
  for (const key of keys) copy.set(key, new Set(copy.get(key)).symmetricDifference(new Set([role])));
  return copy;
}
