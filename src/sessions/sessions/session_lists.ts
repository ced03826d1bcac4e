import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { Db } from "../../platform/db/db.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { listSessions, type SessionRow } from "./session_store.ts";

export type { SessionRow };

export type SessionLists = ReturnType<typeof createSessionLists>;

/** The live sessions of a user, newest first. */
export function createSessionLists(
  { db, principals, idleSeconds }: { db: Db; principals: PrincipalCache; idleSeconds: number },
) {
  return { page, requireUser };

  /** A page of them, before the session `before`. */
  function page(userId: string, before: string | null, limit: number): Promise<SessionRow[]> {
    return listSessions(db, userId, { before, limit, idleSeconds });
  }

  /** Nobody's list is empty; that of an id that nobody has is not there. @throws {Problem} `not_found` */
  async function requireUser(id: string): Promise<void> {
    if ((await principals.user(id))?.kind !== "person") throw new Problem("not_found");
  }
}
