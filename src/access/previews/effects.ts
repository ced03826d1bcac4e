import type { RoleGraph } from "../roles/role_graph.ts";

/** An active grant; its end in milliseconds since the epoch, null being never. */
export type HeldGrant = { role: string; expires_at: number | null };

/** What one user's grants give more or less of after a change of the role graph. */
export type Effect = {
  gained: string[];
  lost: string[];
  /** Whether a grant gives less than before, and the user loses nothing, because other grants give it too. */
  keepsAll: boolean;
  /** Whether the user keeps a permission, but for a shorter time. */
  shortened: boolean;
  /** Whether the user has a permission already, and then for a longer time. */
  extended: boolean;
};

/** A permission that the user gains or loses, the grant that gives it for longest, and its shortest path. */
export type Way = { permission: string; path: string[]; expires_at: number | null };

/** Permissions that a role itself gives only after the change, and only before it. All effects are among these. */
export type Changed = { gained: string[]; lost: string[] };

/** Compares what grants give in one role graph and in another. */
export function createEffects(before: RoleGraph, after: RoleGraph, { gained, lost }: Changed) {
  const names = [...gained, ...lost];
  const given = { before: givenBy(before, names), after: givenBy(after, names) };
  /** The roles that give one of the permissions, before or after: no other grant has an influence. */
  const relevant = [...new Set([...given.before.keys(), ...given.after.keys()])];
  const lessening = new Set(relevant.filter((role) => givesMore(role, given.before, given.after)));
  return { relevant, isAffected, of, way };

  /** Whether the role gives something else after the change. */
  function isAffected(role: string): boolean {
    return lessening.has(role) || givesMore(role, given.after, given.before);
  }

  function of(grants: HeldGrant[]): Effect {
    const [was, is] = [endsOf(grants, given.before), endsOf(grants, given.after)];
    const effect = { gained: [] as string[], lost: [] as string[], shortened: false, extended: false };
    for (const index of [...new Set([...was.keys(), ...is.keys()])].sort((a, b) => a - b)) {
      const [until, from] = [was.get(index), is.get(index)];
      if (until === undefined) effect.gained.push(names[index]!);
      else if (from === undefined) effect.lost.push(names[index]!);
      else if (from < until) effect.shortened = true;
      else if (from > until) effect.extended = true;
    }
    return { ...effect, keepsAll: effect.lost.length === 0 && grants.some(({ role }) => lessening.has(role)) };
  }

  /** How the user gets the permission after the change if it is `gained`, or had it before. */
  function way(kind: "gained" | "lost", permission: string, grants: HeldGrant[]): Way {
    const graph = kind === "gained" ? after : before;
    const ways = grants.filter(({ role }) => graph.gives(role, permission))
      .map(({ role, expires_at }) => ({ permission, path: graph.path(role, permission)!, expires_at }));
    const [first] = ways.sort((a, b) => endOf(b) - endOf(a) || a.path.length - b.path.length);
    return first!;
  }
}

/** By role: the positions of the permissions that it gives. */
type Given = ReadonlyMap<string, ReadonlySet<number>>;

function givenBy(graph: RoleGraph, permissions: string[]): Given {
  const given = new Map<string, Set<number>>();
  permissions.forEach((permission, index) => {
    for (const role of graph.rolesGiving(permission)) given.getOrInsertComputed(role, () => new Set()).add(index);
  });
  return given;
}

const nothing: ReadonlySet<number> = new Set();

function givesMore(role: string, here: Given, there: Given): boolean {
  return !(here.get(role) ?? nothing).isSubsetOf(there.get(role) ?? nothing);
}

/** The end of a grant; later than every other one for a grant that does not expire. */
function endOf({ expires_at }: { expires_at: number | null }): number {
  return expires_at ?? Number.MAX_SAFE_INTEGER;
}

/** Until when the grants give each permission: the latest end. */
function endsOf(grants: HeldGrant[], given: Given): Map<number, number> {
  const ends = new Map<number, number>();
  for (const grant of grants) {
    const end = endOf(grant);
    for (const index of given.get(grant.role) ?? []) ends.set(index, Math.max(ends.get(index) ?? 0, end));
  }
  return ends;
}
