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
  const known = new Map<string, Effect>();
  return { of, way };

  /** Users with the same grants have the same effect, computed once. */
  function of(grants: HeldGrant[]): Effect {
    const key = grants.map(({ role, expires_at }) => `${role} ${expires_at}`).join();
    return known.getOrInsertComputed(key, () => compute(grants));
  }

  function compute(grants: HeldGrant[]): Effect {
    const effect = { gained: [] as string[], lost: [] as string[], keepsAll: false, shortened: false, extended: false };
    for (const permission of gained) {
      const [was, is] = [endOf(before, grants, permission), endOf(after, grants, permission)];
      if (was === never && is !== never) effect.gained.push(permission);
      else if (is > was) effect.extended = true;
    }
    let gaveMore = false;
    for (const permission of lost) {
      const [was, is] = [endOf(before, grants, permission), endOf(after, grants, permission)];
      if (was !== never && is === never) effect.lost.push(permission);
      else if (is < was) effect.shortened = true;
      gaveMore ||= grants.some(({ role }) => before.gives(role, permission) && !after.gives(role, permission));
    }
    return { ...effect, keepsAll: gaveMore && effect.lost.length === 0 };
  }

  /** How the user gets the permission after the change if it is `gained`, or had it before. */
  function way(kind: "gained" | "lost", permission: string, grants: HeldGrant[]): Way {
    const graph = kind === "gained" ? after : before;
    const giving = grants.filter(({ role }) => graph.gives(role, permission));
    const end = endOf(graph, grants, permission);
    const longest = giving.filter(({ expires_at }) => (expires_at ?? Infinity) === end);
    const [first] = longest.map(({ role, expires_at }) => ({ path: graph.path(role, permission)!, expires_at }))
      .sort((a, b) => a.path.length - b.path.length);
    return { permission, ...first! };
  }
}

const never = -Infinity;

/** Until when the grants give the permission: the latest end, infinity being no end. */
function endOf(graph: RoleGraph, grants: HeldGrant[], permission: string): number {
  let end = never;
  for (const { role, expires_at } of grants) {
    if (graph.gives(role, permission)) end = Math.max(end, expires_at ?? Infinity);
  }
  return end;
}
