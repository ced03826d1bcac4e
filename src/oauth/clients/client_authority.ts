import { lockUser, requireMay, requireMayEdit, requireMayTakeOver } from "../../access/authority/authority.ts";
import type { Tx } from "../../platform/db/db.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import type { Permission } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { ClientMetadata } from "./client_metadata.ts";
import { type ClientRow, findClient, lockClient } from "./client_store.ts";

/**
 * Locks the client, its service account and the actor, in the order of all changes of access, and checks that the actor
 * holds what the account holds; with `lasting`, for as long as the account does, because a secret gives all of it.
 *
 * @throws {Problem} `not_found`, `forbidden`
 */
export async function lockedClient(
  tx: Tx,
  id: string,
  actor: Actor,
  permission: Permission,
  { lasting = false }: { lasting?: boolean } = {},
): Promise<void> {
  const known = await findClient(tx, id);
  if (!known) throw noSuchClient();
  const account = known.service_account_id;
  if (account) {
    await lockUser(tx, account, actor, "service");
    await (lasting ? requireMayTakeOver : requireMayEdit)(tx, actor, account, permission);
  } else await requireMay(tx, actor, permission);
  const locked = await lockClient(tx, id);
  if (!locked) throw noSuchClient();
  if (locked.service_account_id !== account) throw new Problem("unavailable"); // it got one meanwhile
}

/**
 * A client that no administrator created stays without what a stranger must not have, and one that describes itself is
 * as its document says: it can be disabled and deleted.
 *
 * @throws {Problem} `invalid_request`
 */
export function requireFitting({ source }: ClientRow, changed: string[], after: ClientMetadata): void {
  if (source === "admin") return;
  if (source === "document" && changed.length > 0) throw unfitting(changed[0]!, "Its metadata document says this.");
  const detail = "Not for a client that no administrator created.";
  if (after.first_party) throw unfitting("first_party", detail);
  if (after.own_api) throw unfitting("own_api", detail);
  if (after.grant_types.includes("client_credentials")) throw unfitting("grant_types", detail);
}

function unfitting(member: string, detail: string): Problem {
  return new Problem("invalid_request", { errors: [{ pointer: `#/${member}`, code: "invalid_value", detail }] });
}

export function noSuchClient(): Problem {
  return new Problem("not_found", { detail: "There is no such client." });
}
