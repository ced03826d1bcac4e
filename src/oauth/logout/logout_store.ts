import type { Db } from "../../platform/db/db.ts";

/** Whether the client has, or had, a session with this `rp_sid` under the session of the browser. */
export async function hasClientSession(
  db: Db,
  { parentId, clientId, rpSid }: { parentId: string; clientId: string; rpSid: string },
): Promise<boolean> {
  const [row] = await db.query<{ found: boolean }>(
    "has_client_session",
    `select exists (
       select from sessions where parent_id = $1 and client_id = $2 and rp_sid::text = $3
     ) as found`,
    [parentId, clientId, rpSid],
  );
  return row!.found;
}
