import type { ClientCache } from "../../access/principals/client_cache.ts";
import type { Tx } from "../../platform/db/db.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import { clientUuid } from "../../vocabulary/clients/client_id.ts";
import { record } from "../clients/client_changes.ts";
import { upsertDocumentClient } from "../clients/client_store.ts";
import { makeRoomIn } from "../registration/registrations.ts";
import type { UnstoredClient } from "./client_directory.ts";

export type DocumentClients = ReturnType<typeof createDocumentClients>;

/**
 * Stores clients that describe themselves. A row is written when a user allows the client something, so a stranger who
 * names URLs leaves nothing behind.
 */
export function createDocumentClients({ clients, clientsMax }: { clients: ClientCache; clientsMax: number }) {
  return { storeIn };

  /** @throws {Problem} `too_many_clients` */
  async function storeIn(tx: Tx, { url, metadata }: UnstoredClient, actor: Actor): Promise<void> {
    const id = clientUuid(url)!;
    tx.afterwards(() => clients.forget(id));
    const { sentMethod: _, open_scopes, client_uri, ...facts } = metadata;
    const origin = { source: "document", url, client_uri, open_scopes } as const;
    const isNew = await upsertDocumentClient(tx, id, { ...facts, service_account_id: null }, origin);
    if (isNew) await makeRoomIn(tx, "document", clientsMax + 1); // it is counted already
    await record(tx, isNew ? "client.created" : "client.changed", id, actor, { ...facts, ...origin });
  }
}
