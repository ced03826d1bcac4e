import type { Actor, Client } from "../../vocabulary/actor.ts";
import { lockUser, requireMayEdit } from "../../access/authority/authority.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { AccessTokens } from "../../tokens/access_tokens/access_token.ts";
import type { Rotation } from "../rotation/rotation.ts";
import {
  revokeChildren,
  revokeOtherSessions,
  revokeSession,
  revokeSessions,
  revokeSomeSessions,
} from "./session_store.ts";

/** Sessions per transaction: few enough that other transactions do not wait for long. */
const batchSize = 200;

export type SessionRevocation = ReturnType<typeof createSessionRevocation>;

/**
 * Revokes sessions. A revocation takes effect on this replica before it is answered, on others within milliseconds, and
 * is recorded in the same transaction. `…In` works in the caller's transaction. `…AsAdministrator` checks that the
 * actor may edit the user; for the others, the caller must check. An actor with an access token locks the user first,
 * because two sessions that end each other would otherwise deadlock.
 */
export function createSessionRevocation({ db, principals, tokens, rotation }: {
  db: Database;
  principals: PrincipalCache;
  tokens: AccessTokens;
  rotation: Rotation;
}) {
  return {
    endSession,
    revokeOwnSession,
    revokeOtherOwnSessions,
    revokeSessionAsAdministrator,
    revokeSessionsAsAdministrator,
    revokeSessionOfToken,
    revokeEverySession,
    revokeSessionsIn,
    revokeOtherSessionsIn,
    recordRevokedIn,
    endOwnIn,
    endIn,
    endReusedIn,
  };

  /** Revokes any session. @throws {Problem} `not_found` */
  async function endSession(id: string, actor: Actor): Promise<void> {
    await db.transaction((tx) => endOneIn(tx, id, undefined, actor));
  }

  /** Revokes a session of the actor. @throws {Problem} `not_found` also for a session of another user. */
  async function revokeOwnSession(userId: string, id: string, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      await lockUser(tx, userId, actor);
      await endOneIn(tx, id, userId, actor);
    });
  }

  /** Revokes every session of the actor except one. */
  async function revokeOtherOwnSessions(userId: string, keptId: string, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      await lockUser(tx, userId, actor);
      await revokeOtherSessionsIn(tx, userId, keptId, actor);
    });
  }

  /** Revokes one session of a user who holds no more than the actor. @throws {Problem} `not_found`, `forbidden`. */
  async function revokeSessionAsAdministrator(userId: string, id: string, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      await requireMayRevoke(tx, userId, actor);
      await endOneIn(tx, id, userId, actor);
    });
  }

  /** Revokes every session of a user who holds no more than the actor. @throws {Problem} `not_found`, `forbidden`. */
  async function revokeSessionsAsAdministrator(userId: string, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      await requireMayRevoke(tx, userId, actor);
      await revokeSessionsIn(tx, userId, actor);
    });
  }

  /** Revokes the session of a login, of which this is a token. Any other token ends nothing (RFC 7009 §2.2). */
  async function revokeSessionOfToken(token: string, client: Client): Promise<void> {
    const found = await sessionOf(token);
    if (!found) return;
    await db.transaction(async (tx) => {
      await endIn(tx, found.id, undefined, { actor_id: found.user_id, client });
    });
  }

  /** Revokes the sessions of all users in batches, and returns their number. */
  async function revokeEverySession(actor: Actor): Promise<number> {
    const batch = () =>
      db.transaction(async (tx) => {
        const ended = await revokeSomeSessions(tx, batchSize);
        tx.afterwards(() => ended.forEach(({ id }) => principals.forgetSession(id)));
        for (const session of ended) await record(tx, session, actor);
        return ended.length;
      });
    let count = 0;
    for (let size = await batch(); size > 0; size = await batch()) count += size;
    return count;
  }

  /** Revokes every session of the user and returns their number. */
  async function revokeSessionsIn(tx: Tx, userId: string, actor: Actor): Promise<number> {
    return await recordRevokedIn(tx, userId, await revokeSessions(tx, userId), actor, { offline: true });
  }

  /** Revokes every session of the user except one. */
  async function revokeOtherSessionsIn(tx: Tx, userId: string, keptId: string, actor: Actor): Promise<void> {
    await recordRevokedIn(tx, userId, await revokeOtherSessions(tx, userId, keptId), actor, { offline: true });
  }

  /**
   * Records sessions of the user that this transaction has revoked, revokes their children, drops them from the cache,
   * and returns their number. They are one event, because recording a thousand would take too long.
   */
  async function recordRevokedIn(
    tx: Tx,
    userId: string,
    revoked: string[],
    actor: Actor,
    { offline = false } = {},
  ): Promise<number> {
    if (revoked.length === 0) return 0;
    const ids = new Set([...revoked, ...await revokeChildren(tx, revoked, { offline })]);
    tx.afterwards(() => ids.forEach(principals.forgetSession));
    const subject = { type: "user", id: userId } as const;
    const details = { sessions: ids.size };
    await recordAudit(tx, { action: "user.sessions_revoked", ...afterEnding([...ids], actor), subject, details });
    return ids.size;
  }

  /** Revokes the session that its user leaves; one that has already ended stays so. */
  async function endOwnIn(tx: Tx, userId: string, id: string, client: Client): Promise<void> {
    await endIn(tx, id, userId, { actor_id: userId, client });
  }

  /** Revokes the session of an authorization code that was used again; one that has already ended stays so. */
  async function endReusedIn(tx: Tx, id: string, client: Client): Promise<void> {
    tx.afterwards(() => principals.forgetSession(id));
    const ended = await revokeSession(tx, id);
    if (!ended) return;
    await recordAudit(tx, {
      ...{ action: "session.code_reused", outcome: "failure", actor_id: null, client },
      ...{ subject: { type: "session", id }, details: { user_id: ended.user_id } },
    });
  }

  async function endOneIn(tx: Tx, id: string, userId: string | undefined, actor: Actor): Promise<void> {
    if (!await endIn(tx, id, userId, afterEnding([id], actor))) throw new Problem("not_found");
  }

  /** Revokes the session with those of its children that do not live on. False if it has already ended. */
  async function endIn(tx: Tx, id: string, userId: string | undefined, actor: Actor): Promise<boolean> {
    tx.afterwards(() => principals.forgetSession(id));
    const ended = await revokeSession(tx, id, userId);
    if (!ended) return false;
    const children = ended.kind === "browser" ? await revokeChildren(tx, [id], { offline: false }) : [];
    tx.afterwards(() => children.forEach(principals.forgetSession));
    const more = children.length > 0 ? { client_sessions: children.length } : {};
    await record(tx, { id, user_id: ended.user_id }, actor, more);
    return true;
  }

  async function requireMayRevoke(tx: Tx, userId: string, actor: Actor): Promise<void> {
    await lockUser(tx, userId, actor);
    await requireMayEdit(tx, actor, userId, "sessions:revoke");
  }

  async function sessionOf(token: string): Promise<{ id: string; user_id: string } | undefined> {
    const proven = await rotation.verifyRefreshToken(token);
    if (proven) return proven.session;
    try {
      const { sid, sub, scopes } = await tokens.verify(token);
      return sid === undefined || scopes ? undefined : { id: sid, user_id: sub };
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
  }

  async function record(tx: Tx, { id, user_id }: { id: string; user_id: string }, actor: Actor, more = {}) {
    const details = { user_id, ...more };
    await recordAudit(tx, { action: "session.revoked", ...actor, subject: { type: "session", id }, details });
  }
}

/**
 * The actor without the session that this transaction has just revoked: recording requires a live session, and this one
 * was live when the transaction revoked it.
 */
function afterEnding(ids: string[], { session_id, ...actor }: Actor): Actor {
  return session_id !== undefined && ids.includes(session_id) ? actor : { ...actor, session_id };
}
