import type { Db } from "../../platform/db/db.ts";
import type { PrincipalClient } from "../../vocabulary/actor.ts";
import type { IdTokenAlgorithm } from "../../vocabulary/algorithms.ts";

/** Where a client is told of the end of sessions, and how it knows that Sentinel says so. */
export type LogoutReceiver =
  & { client_id: string; uri: string; alg: IdTokenAlgorithm }
  & Pick<PrincipalClient, "source" | "url">;

/** Undefined for a client that is gone, or no longer wants to know. */
export async function findLogoutReceiver(db: Db, clientId: string): Promise<LogoutReceiver | undefined> {
  const [row] = await db.query<LogoutReceiver>(
    "find_logout_receiver",
    `select coalesce(url, id::text) as client_id, backchannel_logout_uri as uri, id_token_signed_response_alg as alg,
            source, url
     from clients where id = $1 and backchannel_logout_uri is not null`,
    [clientId],
  );
  return row;
}
