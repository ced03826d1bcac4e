import { requireHolds } from "../../access/authority/authority.ts";
import type { ClientCache } from "../../access/principals/client_cache.ts";
import { permissionsAmong } from "../../access/roles/unknown_names.ts";
import { removeSecretOf, rotateSecret, secretsOf } from "../../credentials/secrets/owner_secrets.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { lockedClient } from "./client_authority.ts";
import { record } from "./client_changes.ts";
import { requiredClient, requireUnscoped } from "./clients.ts";

/** A secret as lists show it. */
export type ClientSecret = Awaited<ReturnType<typeof secretsOf>>[number];

export type ClientSecrets = ReturnType<typeof createClientSecrets>;

const mustHoldScopes = "With a secret of this client you would get permissions that you do not hold yourself.";

/** The secrets that clients authenticate with: at most two that live, so that one can replace the other. */
export function createClientSecrets({ db, clients }: { db: Database; clients: ClientCache }) {
  return { list, rotate, remove };

  /** Newest first. @throws {Problem} `not_found` */
  async function list(id: string): Promise<ClientSecret[]> {
    await requiredClient(db, id);
    return await secretsOf(db, id);
  }

  /**
   * Issues a second secret, shown once, and lets the first one live for `overlapSeconds` at most.
   *
   * @throws {Problem} `not_found`, `forbidden` for a client that holds more, `client_without_secret`,
   * `too_many_secrets`
   */
  async function rotate(
    id: string,
    overlapSeconds: number,
    actor: Actor,
  ): Promise<{ issued: ClientSecret; secret: string }> {
    return await change(id, actor, { lasting: true }, async (tx) => {
      const { scopes, token_endpoint_auth_method } = await requiredClient(tx, id);
      if (token_endpoint_auth_method !== "client_secret_basic") throw new Problem("client_without_secret");
      const permissions = await permissionsAmong(tx, scopes);
      await requireHolds(tx, actor, { permissions, until: null }, mustHoldScopes);
      const secret = await rotateSecret(tx, "cs", id, overlapSeconds);
      await record(tx, "client.rotated", id, actor, { overlap_seconds: overlapSeconds });
      return { issued: (await secretsOf(tx, id))[0]!, secret };
    });
  }

  /** Deletes one secret of the client. @throws {Problem} `not_found`, `forbidden` */
  async function remove(id: string, secretId: string, actor: Actor): Promise<void> {
    await change(id, actor, {}, async (tx) => {
      if (!await removeSecretOf(tx, id, secretId)) {
        throw new Problem("not_found", { detail: "The client has no such secret." });
      }
      await record(tx, "client.secret_deleted", id, actor, { secret: secretId });
    });
  }

  async function change<T>(
    id: string,
    actor: Actor,
    options: { lasting?: boolean },
    deed: (tx: Tx) => Promise<T>,
  ): Promise<T> {
    return await db.transaction(async (tx) => {
      tx.afterwards(() => clients.forget(id));
      await lockedClient(tx, id, actor, "clients:write", options);
      requireUnscoped(actor);
      return await deed(tx);
    });
  }
}
