import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { Db } from "../../platform/db/db.ts";
import { publicClientId } from "../../vocabulary/clients/client_id.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { SessionKind } from "../../vocabulary/actor.ts";
import {
  countSessions,
  findRevokedSession,
  listSessions,
  type SessionCount,
  type SessionDevice,
  type SessionRow,
} from "./session_store.ts";

export type { SessionCount, SessionDevice, SessionKind, SessionRow };

/** A session in answers: its client by the `client_id` that requests carry, and by name. */
export function shownSession({ id, kind, client, ...row }: SessionRow) {
  return { id, kind, client_id: client && publicClientId(client), client_name: client?.name ?? null, ...row };
}

export type SessionLists = ReturnType<typeof createSessionLists>;

/** Lists the live sessions of a user, newest first. */
export function createSessionLists(
  { db, principals, idleSeconds }: { db: Db; principals: PrincipalCache; idleSeconds: number },
) {
  return { page, findRevoked, counts, requireUser };

  /** A page of sessions, starting after the session `before`. */
  function page(userId: string, before: string | null, limit: number): Promise<SessionRow[]> {
    return listSessions(db, userId, { before, limit, idleSeconds });
  }

  /** The device of a session of the user that was revoked; undefined if it was not, or is no longer stored. */
  function findRevoked(userId: string, id: string): Promise<SessionDevice | undefined> {
    return findRevokedSession(db, userId, id);
  }

  /** How many live sessions each of these users has. */
  async function counts(userIds: string[]): Promise<Map<string, SessionCount>> {
    return new Map((await countSessions(db, userIds, idleSeconds)).map((each) => [each.user_id, each]));
  }

  /** A user without sessions has an empty list; an unknown user has none. @throws {Problem} `not_found` */
  async function requireUser(id: string): Promise<void> {
    if ((await principals.user(id))?.kind !== "person") throw new Problem("not_found");
  }
}
