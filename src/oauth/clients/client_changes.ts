import type { ClientCache } from "../../access/principals/client_cache.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Tx } from "../../platform/db/db.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import type { AuditAction } from "../../vocabulary/dictionary.ts";
import { updateTokensNotBefore } from "./client_store.ts";

/** Records a fact about the client. */
export function record(tx: Tx, action: AuditAction, id: string, actor: Actor, details = {}): Promise<void> {
  return recordAudit(tx, { action, ...actor, subject: { type: "client", id }, details });
}

/** Refuses all tokens that the client got until now; the caller has checked what the actor may. */
export async function endTokensOf(tx: Tx, clients: ClientCache, id: string, actor: Actor): Promise<void> {
  tx.afterwards(() => clients.forget(id));
  await updateTokensNotBefore(tx, id);
  await record(tx, "client.tokens_revoked", id, actor);
}
