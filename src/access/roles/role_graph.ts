import type { RoleRow } from "./role_store.ts";

/** The built-in role that holds every permission by rule. No role inherits from it. */
export const adminRole = "admin";
/** The built-in role of every registered user. */
export const userRole = "user";

export type RoleGraph = ReturnType<typeof createRoleGraph>;

const nobody: ReadonlySet<string> = new Set();

/** The whole hierarchy in memory. Which roles give a permission is computed when it is first asked for. */
export function createRoleGraph(rows: RoleRow[], permissions: string[]) {
  const registered = new Set(permissions);
  const parents = new Map(rows.map((row) => [row.name, row.parents]));
  const own = new Map(rows.map((row) => [row.name, row.permissions]));
  const holders = index(rows, ({ permissions }) => permissions);
  const heirs = index(rows, ({ parents }) => parents);
  const giving = new Map<string, ReadonlySet<string>>();

  return { registered, gives, rolesGiving, permissionsOf, path };

  /** Whether the role gives the permission, directly or by inheritance. Unknown names give nothing. */
  function gives(role: string, permission: string): boolean {
    return rolesGiving(permission).has(role);
  }

  /**
   * The roles that give the permission: those that hold it themselves, then those that inherit it, nearest first, and
   * `admin` last.
   */
  function rolesGiving(permission: string): ReadonlySet<string> {
    const known = giving.get(permission);
    if (known) return known;
    if (!registered.has(permission)) return nobody;
    const all = new Set(holders.get(permission));
    for (const role of all) for (const heir of heirs.get(role) ?? []) all.add(heir); // the set grows during the loop
    all.add(adminRole);
    giving.set(permission, all);
    return all;
  }

  /** All permissions of the role, inherited ones included. */
  function permissionsOf(role: string): ReadonlySet<string> {
    return role === adminRole ? registered : new Set([...lineOf(role).keys()].flatMap((each) => own.get(each) ?? []));
  }

  /** The shortest path from the role to one that holds the permission itself, both included. */
  function path(role: string, permission: string): string[] | undefined {
    if (!gives(role, permission)) return undefined;
    if (role === adminRole) return [role];
    const line = lineOf(role);
    const holding = holders.get(permission)!;
    const way = [line.keys().find((each) => holding.has(each))!];
    for (let heir = line.get(way[0]!); heir !== undefined; heir = line.get(heir)) way.unshift(heir);
    return way;
  }

  /** The role and its ancestors, nearest first, each with the heir that led to it. */
  function lineOf(role: string): Map<string, string | undefined> {
    const line = new Map<string, string | undefined>([[role, undefined]]);
    for (const heir of line.keys()) { // the map grows during the loop
      for (const parent of parents.get(heir) ?? []) if (!line.has(parent)) line.set(parent, heir);
    }
    return line;
  }
}

/** Maps each name to the roles that refer to it. */
function index(rows: RoleRow[], named: (row: RoleRow) => string[]): Map<string, Set<string>> {
  const byName = new Map<string, Set<string>>();
  for (const row of rows) {
    for (const name of named(row)) byName.getOrInsertComputed(name, () => new Set()).add(row.name);
  }
  return byName;
}
