import type { RoleRow } from "./role_store.ts";

/** The built-in role that holds every permission by rule. */
export const adminRole = "admin";
/** The built-in role of everybody who registers. */
export const userRole = "user";

export type RoleGraph = ReturnType<typeof createRoleGraph>;

/** The whole hierarchy in memory. What a role inherits is worked out when it is first asked for. */
export function createRoleGraph(rows: RoleRow[], permissions: string[]) {
  const roles = new Map(rows.map((row) => [row.name, { own: new Set(row.permissions), parents: row.parents }]));
  const registered = new Set(permissions);
  const inherited = new Map<string, ReadonlySet<string>>();
  const holders = index(rows, ({ permissions }) => permissions);
  const heirs = index(rows, ({ parents }) => parents);

  return { registered, gives, permissionsOf, path, rolesGiving };

  /** Whether the role gives a registered permission, its own or inherited. Deny by default: an unknown role gives nothing. */
  function gives(role: string, permission: string): boolean {
    return role === adminRole ? registered.has(permission) : permissionsOf(role).has(permission);
  }

  /** All that the role gives. */
  function permissionsOf(role: string): ReadonlySet<string> {
    if (role === adminRole) return registered;
    const known = inherited.get(role);
    if (known) return known;
    const all = new Set<string>();
    for (const each of lineOf(role).keys()) for (const permission of roles.get(each)?.own ?? []) all.add(permission);
    inherited.set(role, all);
    return all;
  }

  /** The shortest way from the role to one that holds the permission itself, both included. */
  function path(role: string, permission: string): string[] | undefined {
    if (!gives(role, permission)) return undefined;
    const line = lineOf(role);
    const holder = [...line.keys()].find((each) => each === adminRole || roles.get(each)!.own.has(permission))!;
    const way = [holder];
    for (let heir = line.get(holder); heir !== undefined; heir = line.get(heir)) way.unshift(heir);
    return way;
  }

  /** The roles that give the permission: those that hold it themselves, their heirs, nearest first, and `admin` at last. */
  function* rolesGiving(permission: string): Generator<string> {
    if (!registered.has(permission)) return;
    const giving = new Set(holders.get(permission));
    for (const role of giving) { // grows while it is walked
      yield role;
      for (const heir of heirs.get(role) ?? []) giving.add(heir);
    }
    if (!giving.has(adminRole)) yield adminRole;
  }

  /** The role and its ancestors, nearest first, each with the heir through which it was found. */
  function lineOf(role: string): Map<string, string | undefined> {
    const line = new Map<string, string | undefined>([[role, undefined]]);
    for (const heir of line.keys()) { // grows while it is walked
      for (const parent of roles.get(heir)?.parents ?? []) if (!line.has(parent)) line.set(parent, heir);
    }
    return line;
  }
}

/** Names of roles by what they name. */
function index(rows: RoleRow[], named: (row: RoleRow) => string[]): Map<string, string[]> {
  const byName = new Map<string, string[]>();
  for (const row of rows) {
    for (const name of named(row)) byName.getOrInsertComputed(name, () => []).push(row.name);
  }
  return byName;
}
