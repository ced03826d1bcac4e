import { lockUser, refuseToTouch } from "../access/authority.ts";
import type { LiveState, LiveUser } from "../access/live_state.ts";
import { type By, type Client, recordAudit } from "../audit/audit.ts";
import type { Database, Tx } from "../platform/db.ts";
import { Problem } from "../problems.ts";
import type { AccessTokens } from "./access_token.ts";
import type { Rotation } from "./rotation.ts";
import {
  listSessions,
  revokeOtherSessions,
  revokeSession,
  revokeSessions,
  revokeSomeSessions,
  type SessionRow,
} from "./session_store.ts";

/** Sessions of one transaction or page: few enough that nobody waits for them. */
const batchSize = 200;

export type Endings = ReturnType<typeof createEndings>;

/**
 * How sessions end. Each takes effect on this replica before the caller's answer, elsewhere in milliseconds, and is
 * on the record in the same transaction.
 */
export function createEndings({ db, live, tokens, rotation }: {
  db: Database;
  live: LiveState;
  tokens: AccessTokens;
  rotation: Rotation;
}) {
  return {
    end,
    endAll,
    endEverybodys,
    liveSessions,
    endOthers,
    endOthersOf,
    endAllOf,
    endOneOf,
    endByToken,
    ended,
    known,
  };

  /** Ends one session, of `userId` where that is named. @throws {Problem} `not_found` for whatever is not theirs. */
  async function end(id: string, userId: string | undefined, by: By): Promise<void> {
    await db.transaction((tx) => endIn(tx, id, userId, by));
  }

  async function endIn(tx: Tx, id: string, userId: string | undefined, by: By): Promise<void> {
    tx.afterwards(() => live.forgetSession(id));
    const owner = await revokeSession(tx, id, userId);
    if (!owner) throw new Problem("not_found");
    await record(tx, id, by);
  }

  /** Ends every session of the user, in the caller's transaction; answers how many. */
  async function endAll(tx: Tx, userId: string, by: By): Promise<number> {
    return await ended(tx, userId, await revokeSessions(tx, userId), by);
  }

  /** Ends everybody's sessions, batch by batch; answers how many. */
  async function endEverybodys(by: By): Promise<number> {
    const batch = () =>
      db.transaction(async (tx) => {
        const ids = await revokeSomeSessions(tx, batchSize);
        tx.afterwards(() => ids.forEach(live.forgetSession));
        for (const id of ids) await record(tx, id, by);
        return ids.length;
      });
    let count = 0;
    for (let size = await batch(); size > 0; size = await batch()) count += size;
    return count;
  }

  /** The user's live sessions, newest first. */
  async function* liveSessions(userId: string, idleSeconds: number): AsyncGenerator<SessionRow> {
    for (let before: string | null = null;;) {
      const page: SessionRow[] = await listSessions(db, userId, { before, limit: batchSize, idleSeconds });
      yield* page;
      if (page.length < batchSize) return;
      before = page.at(-1)!.id;
    }
  }

  /** Ends every session of the user but one, in the caller's transaction. */
  async function endOthers(tx: Tx, userId: string, keptId: string, by: By): Promise<void> {
    await ended(tx, userId, await revokeOtherSessions(tx, userId, keptId), by);
  }

  /** Ends every session of the user but one. */
  async function endOthersOf(userId: string, keptId: string, by: By): Promise<void> {
    await db.transaction((tx) => endOthers(tx, userId, keptId, by));
  }

  /** Ends every session of somebody who holds no more than whoever asks. @throws {Problem} `not_found`, `forbidden`. */
  async function endAllOf(userId: string, by: By): Promise<void> {
    await db.transaction(async (tx) => {
      await refuseUnlessMayEnd(tx, userId, by);
      await endAll(tx, userId, by);
    });
  }

  /** Ends one session of somebody who holds no more than whoever asks. @throws {Problem} `not_found`, `forbidden`. */
  async function endOneOf(userId: string, id: string, by: By): Promise<void> {
    await db.transaction(async (tx) => {
      await refuseUnlessMayEnd(tx, userId, by);
      await endIn(tx, id, userId, by);
    });
  }

  async function refuseUnlessMayEnd(tx: Tx, userId: string, by: By): Promise<void> {
    await lockUser(tx, userId, by);
    await refuseToTouch(tx, by, userId, "sessions:revoke");
  }

  /** The user as they are now. @throws {Problem} `not_found` */
  async function known(userId: string): Promise<LiveUser> {
    const user = await live.user(userId);
    if (!user) throw new Problem("not_found");
    return user;
  }

  /** Ends the session of an access or refresh token; a token that proves nothing ends nothing (RFC 7009 §2.2). */
  async function endByToken(token: string, client: Client): Promise<void> {
    const found = await sessionOf(token);
    if (!found) return;
    await db.transaction(async (tx) => {
      tx.afterwards(() => live.forgetSession(found.id));
      if (await revokeSession(tx, found.id)) await record(tx, found.id, { actor_id: found.user_id, client });
    });
  }

  async function sessionOf(token: string): Promise<{ id: string; user_id: string } | undefined> {
    const proven = await rotation.prove(token);
    if (proven) return proven.session;
    try {
      const { sid, sub } = await tokens.verify(token);
      return { id: sid, user_id: sub };
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
  }

  /**
   * Sees to what sessions of the user that the caller's transaction ended have left behind, and answers how many. One
   * event for however many: whoever began a thousand must not make ending them too slow to answer.
   */
  async function ended(tx: Tx, userId: string, ids: string[], { actor_id, client }: By): Promise<number> {
    tx.afterwards(() => ids.forEach(live.forgetSession));
    if (ids.length > 0) {
      const subject = { type: "user", id: userId } as const;
      await recordAudit(tx, {
        action: "user.sessions_revoked",
        actor_id,
        client,
        subject,
        details: { sessions: ids.length },
      });
    }
    return ids.length;
  }

  async function record(tx: Tx, id: string, { actor_id, client }: By): Promise<void> {
    await recordAudit(tx, { action: "session.revoked", actor_id, client, subject: { type: "session", id } });
  }
}
