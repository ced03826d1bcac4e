import { localActor } from "../../vocabulary/actor.ts";
import type { Sentinel } from "../harness.ts";

/** A new API key of the user: its id and its text. */
export async function newKey(
  { apiKeys }: Pick<Sentinel, "apiKeys">,
  userId: string,
  scopes: string[] = [],
  expires_at?: Date,
): Promise<{ id: string; key: string }> {
  const { row, secret } = await apiKeys.create({ id: userId, kind: "person" }, {
    name: "a program",
    scopes,
    expires_at,
  }, localActor);
  return { id: row.id, key: secret };
}
