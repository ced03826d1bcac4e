import type { Db } from "../../platform/db/db.ts";
import type { Aal } from "../../vocabulary/assurance.ts";
import { isLive } from "../sessions/session_store.ts";

/** The live session of a browser. `auth_time` is in milliseconds since the epoch. */
export type BrowserSessionRow = {
  id: string;
  user_id: string;
  refresh_seed: Uint8Array;
  refresh_counter: number;
  auth_time: number;
  aal: Aal;
  /** Whether it was not used for a while, or under another secret. */
  is_stale: boolean;
};

const columns = `s.id, s.user_id, s.refresh_seed, s.refresh_counter::float8 as refresh_counter,
            s.aal, extract(epoch from s.auth_time)::float8 * 1000 as auth_time`;

/** The live session of this id, if a browser holds it. It is stale after `staleSeconds` without a use. */
export async function findBrowserSession(
  db: Db,
  id: string,
  limits: BrowserSessionLimits,
): Promise<BrowserSessionRow | undefined> {
  const [row] = await db.query<BrowserSessionRow>("find_browser_session", live("s.id = $4"), paramsOf(limits, id), {
    keepPlan: true,
  });
  return row;
}

/** As {@link findBrowserSession}, of each of these sessions that a browser holds, in no order. */
export function listBrowserSessions(
  db: Db,
  ids: string[],
  limits: BrowserSessionLimits,
): Promise<BrowserSessionRow[]> {
  return db.query<BrowserSessionRow>("list_browser_sessions", live("s.id = any ($4)"), paramsOf(limits, ids), {
    keepPlan: true,
  });
}

export type BrowserSessionLimits = { idleSeconds: number; staleSeconds: number; secretId: string };

const paramsOf = ({ idleSeconds, staleSeconds, secretId }: BrowserSessionLimits, ids: string | string[]) => [
  idleSeconds,
  staleSeconds,
  secretId,
  ids,
];

const live = (which: string) =>
  `select ${columns}, s.last_seen_at < now() - make_interval(secs => $2) or s.secret_id <> $3 as is_stale
   from sessions s where ${which} and s.kind = 'browser' and ${isLive}`;

/** The session was used just now, under this secret. */
export async function updateLastSeen(db: Db, id: string, secretId: string): Promise<void> {
  await db.query(
    "update_last_seen",
    "update sessions set last_seen_at = now(), secret_id = $2 where id = $1 and revoked_at is null",
    [id, secretId],
  );
}

/**
 * Its user signed in again: the counter moves, so earlier cookies are refused. Undefined if the session has ended, or
 * is of another user.
 */
export async function updateAuthTime(
  db: Db,
  { id, userId, secretId, amr, aal }: { id: string; userId: string; secretId: string; amr: string[]; aal: number },
  idleSeconds: number,
): Promise<Omit<BrowserSessionRow, "is_stale"> | undefined> {
  const [row] = await db.query<BrowserSessionRow>(
    "update_auth_time",
    `update sessions s
     set auth_time = now(), refresh_counter = refresh_counter + 1, last_seen_at = now(), secret_id = $4,
       amr = $5, aal = $6
     where s.id = $2 and s.user_id = $3 and s.kind = 'browser' and ${isLive}
     returning ${columns}`,
    [idleSeconds, id, userId, secretId, amr, aal],
  );
  return row;
}
