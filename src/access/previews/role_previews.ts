import type { Db } from "../../platform/db/db.ts";
import { revisionOf } from "../../platform/revision.ts";
import type { Principal, UserKind } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { isoTime } from "../decisions/decisions.ts";
import {
  type ListChange,
  listChange,
  requireMayBecomeParents,
  requireNotAdmin,
  type RoleContents,
} from "../roles/role_contents.ts";
import type { RoleGraph } from "../roles/role_graph.ts";
import type { PermissionEvaluator } from "../roles/permission_evaluator.ts";
import type { RoleDetailRow } from "../roles/role_store.ts";
import type { Roles } from "../roles/roles.ts";
import { requireKnownPermissions } from "../roles/unknown_names.ts";
import { type Changed, createEffects, type Effect, type Way } from "./effects.ts";
import { type HolderGroup, listHolderGroups, type NamedUser } from "./preview_store.ts";
import { type ExceededExclusion, exceededExclusions } from "./exceeded_exclusions.ts";

/** At most so many active grants are examined. With more, counts are lower bounds. */
const examinedGrantsMax = 10_000;
/** At most so many users are named. */
const namedUsersMax = 50;
/** At most so many permissions are listed for each user, and counted one by one. */
const listedPermissionsMax = 10;
const countedPermissionsMax = 100;

/** A permission gained or lost, with the path from the granted role to the role that holds it. */
export type PreviewedWay = Omit<Way, "expires_at"> & { expires_at: string | null };

/** A user who gains or loses. A disabled user does so when enabled again. */
export type PreviewedUser = NamedUser & {
  disabled: boolean;
  permission_count: number;
  permissions: PreviewedWay[];
};

/** The users who gain, or those who lose: how many, the first of them by name, and how many by permission. */
export type PreviewedUsers = {
  user_count: number;
  users: PreviewedUser[];
  permissions: { permission: string; user_count: number }[];
};

/** What a change of a role would do. */
export type RolePreview = {
  role: string;
  /** The state of the role that it is about, as in its `ETag`. */
  revision: string;
  permissions: ListChange;
  parents: ListChange;
  /** How many roles give something else: this one, and those that inherit from it. */
  affected_role_count: number;
  /** Whether all users with these roles were examined. Otherwise counts are lower bounds. */
  is_complete: boolean;
  examined_user_count: number;
  gains: PreviewedUsers;
  losses: PreviewedUsers;
  /** Users with a grant that gives less, who lose nothing because other grants give the same. */
  keeping_user_count: number;
  /** Users who keep a permission for a shorter time, and who have one for a longer time. */
  shortened_user_count: number;
  extended_user_count: number;
  /** The exclusions that refuse the change. */
  exceeded_exclusions: ExceededExclusion[];
};

/** Who sees the preview: names of users need `users:read`, those of service accounts `service_accounts:read`. */
export type Viewer = Pick<Principal, "user" | "scopes">;

export type RolePreviews = ReturnType<typeof createRolePreviews>;

/** Answers who would gain and who would lose what by a change of a role, and changes nothing. */
export function createRolePreviews({ db, evaluator, roles, grantsMax = examinedGrantsMax }: {
  db: Db;
  evaluator: PermissionEvaluator;
  roles: Roles;
  grantsMax?: number;
}) {
  return { preview };

  /**
   * The effect on users as they are now. Deleting a role has the same effect as emptying it. @throws {Problem}
   * `not_found`, `role_built_in`, `invalid_request` for an unknown name or a cycle.
   */
  async function preview(name: string, wanted: RoleContents, viewer: Viewer): Promise<RolePreview> {
    const role = await roles.find(name);
    if (role.built_in) throw new Problem("role_built_in");
    const permissions = listChange(role.permissions, wanted.permissions);
    const parents = listChange(role.parents, wanted.parents);
    const before = (await evaluator.graph()).withRole(role); // as it was just read: memory may be older
    await requirePossible(role, { permissions: permissions.added, parents: parents.added }, before);
    const after = before.withRole({
      ...role,
      permissions: wanted.permissions ?? role.permissions,
      parents: wanted.parents ?? role.parents,
    });
    const seen = await kindsSeenBy(viewer);
    return {
      role: name,
      revision: revisionOf(role),
      permissions,
      parents,
      ...await effectsOnUsers(name, { before, after }, seen),
      exceeded_exclusions: parents.added.length === 0 ? [] : await exceededExclusions(db, { role: name, after, seen }),
    };
  }

  async function requirePossible(
    { name }: RoleDetailRow,
    { permissions, parents }: { permissions: string[]; parents: string[] },
    graph: RoleGraph,
  ): Promise<void> {
    if (permissions.length > 0) await requireKnownPermissions(db, permissions, "#/permissions");
    if (parents.length === 0) return;
    requireNotAdmin(parents);
    const isCycle = () => parents.some((parent) => graph.inherits(parent, name));
    await requireMayBecomeParents(db, parents, "#/parents", isCycle);
  }

  async function kindsSeenBy(viewer: Viewer): Promise<ReadonlySet<UserKind>> {
    const kinds = new Set<UserKind>();
    if (await evaluator.holds(viewer, "users:read")) kinds.add("person");
    if (await evaluator.holds(viewer, "service_accounts:read")) kinds.add("service");
    return kinds;
  }

  async function effectsOnUsers(name: string, { before, after }: Graphs, seen: ReadonlySet<UserKind>) {
    const changed = changedPermissions(name, { before, after });
    const effects = createEffects(before, after, changed);
    const affected = [...before.heirsOf(name)].filter(effects.isAffected);
    const { groups, isAll } = affected.length === 0 ? { groups: [], isAll: true } : await listHolderGroups(db, {
      roles: affected,
      relevant: effects.relevant,
      kinds: [...seen],
      limit: grantsMax,
      named: namedUsersMax,
    });
    const examined = groups.map((group) => ({ group, effect: effects.of(group.grants) }));
    const count = (counts: (effect: Effect) => boolean) => sum(examined.filter(({ effect }) => counts(effect)));
    return {
      affected_role_count: affected.length,
      is_complete: isAll,
      examined_user_count: sum(examined),
      gains: concerned(examined, "gained", effects),
      losses: concerned(examined, "lost", effects),
      keeping_user_count: count(({ keepsAll }) => keepsAll),
      shortened_user_count: count(({ shortened }) => shortened),
      extended_user_count: count(({ extended }) => extended),
    };
  }
}

type Graphs = { before: RoleGraph; after: RoleGraph };

/** What the role itself gives more and less. No role that inherits from it can gain or lose anything else. */
function changedPermissions(role: string, { before, after }: Graphs): Changed {
  const { added, removed } = listChange([...before.permissionsOf(role)], [...after.permissionsOf(role)]);
  return { gained: added.sort(), lost: removed.sort() };
}

/** Users with the same grants, on whom the change has the same effect. */
type Examined = { group: HolderGroup; effect: Effect };

function sum(examined: Examined[]): number {
  return examined.reduce((total, { group }) => total + group.user_count, 0);
}

/** The users who gain or lose something: counts of all, and the first of those that the viewer may see. */
function concerned(
  examined: Examined[],
  kind: "gained" | "lost",
  { way }: ReturnType<typeof createEffects>,
): PreviewedUsers {
  const all = examined.filter(({ effect }) => effect[kind].length > 0);
  const named = all.flatMap(({ group, effect }) => group.users.map((user) => ({ user, group, effect })))
    .sort((a, b) => a.user.place - b.user.place).slice(0, namedUsersMax);
  const counts = new Map<string, number>();
  for (const { group, effect } of all) {
    for (const each of effect[kind]) counts.set(each, (counts.get(each) ?? 0) + group.user_count);
  }
  return {
    user_count: sum(all),
    users: named.map(({ user: { place: _, ...user }, group, effect }) => ({
      ...user,
      permission_count: effect[kind].length,
      permissions: effect[kind].slice(0, listedPermissionsMax).map((permission) => {
        const { path, expires_at } = way(kind, permission, group.grants);
        return { permission, path, expires_at: isoTime(expires_at) };
      }),
    })),
    permissions: [...counts].map(([permission, user_count]) => ({ permission, user_count }))
      .sort((a, b) => a.permission < b.permission ? -1 : 1).slice(0, countedPermissionsMax),
  };
}
