import type { Actor, UserKind } from "../../vocabulary/actor.ts";
import { recordAudit, userSubject } from "../../audit/events/audit.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { keepAdministrator } from "../authority/administrators.ts";
import { lockUser, requireFreshForAdmin, requireHolds, requireMayEdit } from "../authority/authority.ts";
import { findUserExcluded } from "../exclusions/violation_store.ts";
import { type Grantor, listGrantors } from "./grantor_store.ts";
import { deleteGrant, insertGrants, upsertGrant } from "./grant_store.ts";
import type { PrincipalCache } from "../principals/principal_cache.ts";
import { adminRole } from "../authority/authority.ts";
import { userRole } from "../roles/role_graph.ts";
import { lockRoleGraph } from "../roles/role_store.ts";
import { requireKnownRoles } from "../roles/unknown_names.ts";

export type { Grantor };

/** Refuses the change if the user has changed since the caller read them. Called after the user is locked. */
export type RequireRevision = (tx: Tx) => Promise<void>;

/** Accepts any state, for changes that do not depend on what the caller read. */
export const anyRevision: RequireRevision = () => Promise.resolve();

export type Grants = ReturnType<typeof createGrants>;

const mustHoldRole =
  "You may grant and revoke only roles that you hold yourself, and grant them for no longer than you " +
  "hold them.";

/** RFC 3339 has no year after 9999. */
const lastEnd = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Who has which role, perhaps until a date. The user of a grant is a person unless the caller says otherwise. */
export function createGrants({ db, principals, clock }: { db: Database; principals: PrincipalCache; clock: Clock }) {
  return { grant, revoke, grantAll, grantors };

  /**
   * Until `expiresAt`, or without an end. @throws {Problem} `not_found`, `forbidden`, `precondition_failed`,
   * `exclusion_violated`, `last_admin`, `invalid_request` for an end in the past or after the year 9999.
   */
  async function grant(
    userId: string,
    role: string,
    expiresAt: Date | null,
    requireRevision: RequireRevision,
    actor: Actor,
    kind: UserKind = "person",
  ): Promise<void> {
    if (expiresAt) requireFuture(expiresAt);
    await change({ id: userId, kind }, { role, until: expiresAt, requireRevision }, actor, async (tx) => {
      if (!await upsertGrant(tx, userId, role, expiresAt)) return;
      await requireNotExcluded(tx, userId);
      const details = { role, expires_at: expiresAt?.toISOString() ?? null };
      await recordAudit(tx, { action: "role.granted", ...actor, subject: userSubject(userId, kind), details });
    });
  }

  /** Whether the user had it. @throws {Problem} `not_found`, `forbidden`, `precondition_failed`, `last_admin` */
  async function revoke(
    userId: string,
    role: string,
    requireRevision: RequireRevision,
    actor: Actor,
    kind: UserKind = "person",
  ): Promise<boolean> {
    return await change({ id: userId, kind }, { role, requireRevision }, actor, async (tx) => {
      if (!await deleteGrant(tx, userId, role)) return false;
      const details = { role };
      await recordAudit(tx, { action: "role.revoked", ...actor, subject: userSubject(userId, kind), details });
      return true;
    });
  }

  /** Who granted the user each role last, as far as the audit log tells. */
  function grantors(userId: string): Promise<Grantor[]> {
    return listGrantors(db, userId);
  }

  function requireFuture(end: Date): void {
    const isPast = end.getTime() <= clock.now();
    if (!isPast && end.getTime() <= lastEnd) return;
    const detail = "The end of a grant must be in the future and before the year 10000.";
    const code = isPast ? "past" : "too_late";
    throw new Problem("invalid_request", { errors: [{ pointer: "#/expires_at", code, detail }] });
  }

  async function change<T>(
    { id: userId, kind }: { id: string; kind: UserKind },
    { role, requireRevision, until }: { role: string; requireRevision: RequireRevision; until?: Date | null },
    actor: Actor,
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> {
    const apply = async (tx: Tx) => {
      await lockRoleGraph(tx, "grant");
      await lockUser(tx, userId, actor, kind);
      await requireHolds(
        tx,
        actor,
        { permission: "roles:grant", roles: [role], ...(until !== undefined && { until }) },
        mustHoldRole,
      );
      await requireMayEdit(tx, actor, userId, "roles:grant");
      if (until !== undefined) requireFreshForAdmin(actor, [role]);
      await requireRevision(tx);
      await requireKnownRoles(tx, [role], "#/path/role");
      tx.afterwards(() => principals.forgetUser(userId));
      return await work(tx);
    };
    return await db.transaction((tx) => role === adminRole ? keepAdministrator(tx, () => apply(tx)) : apply(tx));
  }

  /**
   * Grants the roles at `pointer` of the request without an end to a user of the same transaction; `user` requires no
   * permission. @throws {Problem} `forbidden`, `exclusion_violated`, `invalid_request` for an unknown role.
   */
  async function grantAll(
    tx: Tx,
    userId: string,
    roles: string[],
    pointer: string,
    actor: Actor,
    kind: UserKind = "person",
  ): Promise<void> {
    const asked = roles.filter((role) => role !== userRole);
    await lockRoleGraph(tx, "grant");
    if (asked.length > 0) {
      await lockUser(tx, userId, actor, kind);
      await requireHolds(tx, actor, { permission: "roles:grant", roles: asked, until: null }, mustHoldRole);
      requireFreshForAdmin(actor, asked);
      await requireKnownRoles(tx, asked, pointer);
    }
    await insertGrants(tx, roles.map((role) => ({ user_id: userId, role })));
    if (roles.length > 1) await requireNotExcluded(tx, userId);
  }
}

async function requireNotExcluded(tx: Tx, userId: string): Promise<void> {
  if (await findUserExcluded(tx, userId)) throw new Problem("exclusion_violated");
}
