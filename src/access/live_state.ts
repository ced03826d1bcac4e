import { BoundedMap } from "../platform/bounded_map.ts";
import type { Db } from "../platform/db.ts";
import { isFresh, keepUntil, type Trust } from "../platform/trust.ts";
import { createFills } from "./live_fills.ts";
import { findAccess, findLiveUsers, type LiveSession, type LiveUser } from "./live_store.ts";

export type { LiveSession, LiveUser };

/** What a token's session and user are now. */
export type Access = { session: LiveSession; user: LiveUser };

/** Sessions and users as they are now: in memory while that may be trusted, one query otherwise. */
export type LiveState = ReturnType<typeof createLiveState>;

type Kept<T> = { value: T; until: number };

/** Two bounded maps, session and user, and the look-ups that fill them. */
export function createLiveState({ db, trust, sizeMax = 200_000 }: { db: Db; trust: Trust; sizeMax?: number }) {
  const sessions = new BoundedMap<string, Kept<LiveSession>>(sizeMax);
  const users = new BoundedMap<string, Kept<LiveUser>>(sizeMax);
  const accessFills = createFills<Access>();
  const userFills = createFills<LiveUser>();

  return { access, user, knownUser, lookUp, forgetSession, forgetUser, forgetAll };

  /** The session and its user; undefined when there is no such session, or it is not that user's. */
  function access(sessionId: string, userId: string): Access | undefined | Promise<Access | undefined> {
    const session = fresh(sessions.get(sessionId));
    const user = fresh(users.get(userId));
    if (session && user) return session.user_id === userId ? { session, user } : undefined;
    return accessFills.join(sessionId, userId, (mayKeep) => loadAccess(sessionId, userId, mayKeep));
  }

  /** The user; undefined when there is none of this id. */
  function user(id: string): LiveUser | undefined | Promise<LiveUser | undefined> {
    const known = knownUser(id);
    if (known) return known;
    const until = keepUntil(trust);
    return userFills.join(id, id, async (mayKeep) => keepUser((await findLiveUsers(db, [id]))[0], until, mayKeep));
  }

  /** Looks up these users in one query; whoever asks for one of them meanwhile joins it. */
  function lookUp(ids: string[]): void {
    const until = keepUntil(trust);
    let found: Promise<Map<string, LiveUser>> | undefined;
    const find = () => found ??= findLiveUsers(db, ids).then((rows) => new Map(rows.map((user) => [user.id, user])));
    for (const id of ids) {
      userFills.join(id, id, async (mayKeep) => keepUser((await find()).get(id), until, mayKeep)).catch(() => {});
    }
  }

  /** The user if memory has them. */
  function knownUser(id: string): LiveUser | undefined {
    return fresh(users.get(id));
  }

  function forgetSession(id: string): void {
    sessions.delete(id);
    accessFills.overtake(id);
  }

  function forgetUser(id: string): void {
    users.delete(id);
    accessFills.overtakeAll(id);
    userFills.overtake(id);
  }

  function forgetAll(): void {
    sessions.clear();
    users.clear();
    accessFills.overtakeAll();
    userFills.overtakeAll();
  }

  async function loadAccess(sessionId: string, userId: string, mayKeep: () => boolean): Promise<Access | undefined> {
    const until = keepUntil(trust);
    const found = await findAccess(db, sessionId);
    if (found?.user.id !== userId) return undefined;
    if (mayKeep()) {
      sessions.set(sessionId, { value: found.session, until });
      users.set(userId, { value: found.user, until });
    }
    return found;
  }

  function keepUser(found: LiveUser | undefined, until: number, mayKeep: () => boolean): LiveUser | undefined {
    if (found && mayKeep()) users.set(found.id, { value: found, until });
    return found;
  }
}

function fresh<T>(kept: Kept<T> | undefined): T | undefined {
  return kept && isFresh(kept.until) ? kept.value : undefined;
}
