import { BoundedMap } from "../platform/bounded_map.ts";
import { isFresh, keepUntil, type Trust } from "../platform/change_feed.ts";
import type { Db } from "../platform/db.ts";
import { findAccess, findLiveUser, type LiveSession, type LiveUser } from "./live_store.ts";

export type { LiveSession, LiveUser };

/** What a token's session and user are now. */
export type Access = { session: LiveSession; user: LiveUser };

/** Sessions and users as they are now: in memory while that may be trusted, one query otherwise. */
export type LiveState = ReturnType<typeof createLiveState>;

type Kept<T> = { value: T; until: number };
type Fill = { answer: Promise<Access | undefined>; userId: string; overtaken: boolean };

/**
 * Two bounded maps, session and user. A fill that a change of its session or user overtook answers those who asked
 * before the change, and is not kept; whoever asks after it begins a new one.
 */
export function createLiveState({ db, trust, sizeMax = 200_000 }: { db: Db; trust: Trust; sizeMax?: number }) {
  const sessions = new BoundedMap<string, Kept<LiveSession>>(sizeMax);
  const users = new BoundedMap<string, Kept<LiveUser>>(sizeMax);
  const fills = new Map<string, Fill>();

  return { access, user, forgetSession, forgetUser, forgetAll };

  /** The session and its user; undefined when there is no such session, or it is not that user's. */
  function access(sessionId: string, userId: string): Access | undefined | Promise<Access | undefined> {
    const session = fresh(sessions.get(sessionId));
    const user = fresh(users.get(userId));
    if (session && user) return session.user_id === userId ? { session, user } : undefined;
    return (fills.get(sessionId) ?? begin(sessionId, userId)).answer;
  }

  /** The user as the database has them now, past all memory. */
  function user(id: string): Promise<LiveUser | undefined> {
    return findLiveUser(db, id);
  }

  function forgetSession(id: string): void {
    sessions.delete(id);
    const fill = fills.get(id);
    if (fill) overtake(id, fill);
  }

  function forgetUser(id: string): void {
    users.delete(id);
    for (const [sessionId, fill] of fills) if (fill.userId === id) overtake(sessionId, fill);
  }

  function forgetAll(): void {
    sessions.clear();
    users.clear();
    for (const [sessionId, fill] of fills) overtake(sessionId, fill);
  }

  function overtake(sessionId: string, fill: Fill) {
    fill.overtaken = true;
    fills.delete(sessionId);
  }

  function begin(sessionId: string, userId: string): Fill {
    const fill: Fill = { answer: Promise.resolve(undefined), userId, overtaken: false };
    fills.set(sessionId, fill);
    fill.answer = load(sessionId, userId, fill);
    return fill;
  }

  async function load(sessionId: string, userId: string, fill: Fill): Promise<Access | undefined> {
    const until = keepUntil(trust);
    try {
      const found = await findAccess(db, sessionId);
      if (found?.user.id !== userId) return undefined;
      if (!fill.overtaken) {
        sessions.set(sessionId, { value: found.session, until });
        users.set(userId, { value: found.user, until });
      }
      return found;
    } finally {
      if (!fill.overtaken) fills.delete(sessionId);
    }
  }
}

function fresh<T>(kept: Kept<T> | undefined): T | undefined {
  return kept && isFresh(kept.until) ? kept.value : undefined;
}
