import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { Db } from "../../platform/db/db.ts";
import { createBatchedStatement } from "../../platform/db/queues/batched_statement.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import {
  type BrowserSessionRow,
  findBrowserSession,
  listBrowserSessions,
  updateLastSeen,
} from "./browser_session_store.ts";
import { formatCookie, parseCookie, verifyCookieMac } from "./session_cookie.ts";

/** A use of the session is stored at most once in so many seconds. */
const staleSeconds = 60;

/** Who holds a cookie, and the cookie that takes its place, if one does. */
export type BrowserAuthenticated = { caller: BrowserCaller; cookie?: string };

export type BrowserSessions = ReturnType<typeof createBrowserSessions>;

/**
 * Tells who is signed in in a browser. The session is looked up each time, and its user as for every other credential.
 * A cookie from before the last sign-in is refused, and is no sign of theft: a browser may send it from another tab.
 */
export function createBrowserSessions({ db, secrets, principals, idleSeconds }: {
  db: Db;
  secrets: Secrets;
  principals: PrincipalCache;
  idleSeconds: number;
}) {
  const limits = () => ({ idleSeconds, staleSeconds, secretId: secrets.id });

  /** The live session; null if there is none. Requests that wait for the database share a look-up. */
  const find = createBatchedStatement<string, BrowserSessionRow | null>({
    name: "list_browser_sessions",
    one: async (id) => await findBrowserSession(db, id, limits()) ?? null,
    async many(ids) {
      const rowOf = new Map((await listBrowserSessions(db, ids, limits())).map((row) => [row.id, row]));
      return ids.map((id) => rowOf.get(id) ?? null);
    },
    keyOf: (id) => id,
  });
  return { authenticate, cookieOf };

  /** Undefined for every reason alike. */
  async function authenticate(cookie: string): Promise<BrowserAuthenticated | undefined> {
    const session = await sessionOf(cookie);
    if (!session) return undefined;
    const access = await principals.access(session.id, session.user_id);
    if (!access || access.session.revoked || access.user.disabled) return undefined;
    const caller = { ...access, authTime: session.auth_time, aal: session.aal };
    if (!session.is_stale) return { caller };
    await updateLastSeen(db, session.id, secrets.id);
    return { caller, cookie: cookieOf(session) };
  }

  /** The live session of a valid cookie. */
  async function sessionOf(cookie: string): Promise<BrowserSessionRow | undefined> {
    const claims = parseCookie(cookie);
    if (!claims) return undefined;
    const session = await find(claims.sessionId);
    if (!session || session.refresh_counter !== claims.counter) return undefined;
    const isValid = secrets.ids.some((id) =>
      verifyCookieMac(secrets.subkey("cookie", id), session.refresh_seed, claims)
    );
    return isValid ? session : undefined;
  }

  /** The cookie of the session, under the current secret. */
  function cookieOf(
    { id, refresh_seed, refresh_counter }: Pick<BrowserSessionRow, "id" | "refresh_seed" | "refresh_counter">,
  ): string {
    return formatCookie(secrets.subkey("cookie"), refresh_seed, id, refresh_counter);
  }
}
