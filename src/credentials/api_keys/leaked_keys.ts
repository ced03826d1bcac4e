import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { Database } from "../../platform/db/db.ts";
import { hashOf, parseOpaqueSecret } from "../../tokens/opaque/opaque_secret.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import { record } from "./api_keys.ts";
import { revokeApiKeysBySecret } from "./api_key_store.ts";

export type LeakedKeys = ReturnType<typeof createLeakedKeys>;

/** Revokes keys that were found where they should not be. Who has a key has proven enough to end it. */
export function createLeakedKeys({ db, principals }: { db: Database; principals: PrincipalCache }) {
  return { revoke };

  /** Revokes every key whose secret is among these texts, an expired secret too; answers nothing about any of them. */
  async function revoke(texts: string[], actor: Actor): Promise<void> {
    const secrets = texts.flatMap((text) => {
      const secret = parseOpaqueSecret(text);
      return secret ? [{ ownerId: secret.ownerId, hash: hashOf(text) }] : [];
    });
    if (secrets.length === 0) return;
    await db.transaction(async (tx) => {
      const revoked = await revokeApiKeysBySecret(tx, secrets);
      tx.afterwards(() => revoked.forEach(({ id }) => principals.forgetSession(id)));
      for (const { id, user_id, kind } of revoked) {
        await record(tx, "api_key.revoked", { id: user_id, kind }, id, actor, { leaked: true });
      }
    });
  }
}
