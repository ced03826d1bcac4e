import type { ClientCache } from "../../access/principals/client_cache.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import { hashOf, parseOpaqueSecret } from "../../tokens/opaque/opaque_secret.ts";
import { type Actor, localClient } from "../../vocabulary/actor.ts";
import { record } from "./api_keys.ts";
import { revokeApiKeysBySecret } from "./api_key_store.ts";
import { deleteClientSecrets } from "./secret_store.ts";

export type LeakedKeys = ReturnType<typeof createLeakedKeys>;

/** Ends API keys and secrets of OAuth clients that were found in public. Who has one has proven enough to end it. */
export function createLeakedKeys(
  { db, principals, clients, mails, counted }: {
    db: Database;
    principals: PrincipalCache;
    clients: ClientCache;
    mails: Mails;
    counted: (kind: "api_key" | "client") => void;
  },
) {
  return { revoke };

  /** Revokes the keys and deletes the clients' secrets among these texts, expired ones too. Tells nothing of them. */
  async function revoke(texts: string[], actor: Actor): Promise<void> {
    const secrets = texts.flatMap((text) => {
      const secret = parseOpaqueSecret(text);
      return secret ? [{ ...secret, hash: hashOf(text) }] : [];
    });
    if (secrets.length === 0) return;
    const ended = await db.transaction(async (tx) => {
      const revoked = await revokeApiKeysBySecret(tx, secrets);
      tx.afterwards(() => revoked.forEach(({ id }) => principals.forgetSession(id)));
      for (const { id, user_id, kind, name } of revoked) {
        await record(tx, "api_key.revoked", { id: user_id, kind }, id, actor, { leaked: true });
        await mails.notify(tx, user_id, "api_key_leaked", localClient, { key: name });
      }
      const owners = await deleteOfClients(tx, secrets.filter(({ kind }) => kind === "cs"), actor);
      return { revoked, owners };
    });
    ended.revoked.forEach(() => counted("api_key"));
    ended.owners.forEach(() => counted("client"));
  }

  /** The ids of the clients, once for each secret. */
  async function deleteOfClients(
    tx: Tx,
    secrets: { ownerId: string; hash: string }[],
    actor: Actor,
  ): Promise<string[]> {
    if (secrets.length === 0) return [];
    const owners = await deleteClientSecrets(tx, secrets);
    tx.afterwards(() => owners.forEach(clients.forget));
    for (const id of owners) {
      const subject = { type: "client", id } as const;
      await recordAudit(tx, { action: "client.secret_deleted", ...actor, subject, details: { leaked: true } });
    }
    return owners;
  }
}
