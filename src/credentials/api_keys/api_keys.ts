import { v7 as uuidv7 } from "uuid";
import { lockUser, noSuchUser, requireHolds, requireMayEdit } from "../../access/authority/authority.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import { requireKnownPermissions } from "../../access/roles/unknown_names.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import { createOpaqueSecret } from "../../tokens/opaque/opaque_secret.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import type { AuditAction } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";
import {
  type ApiKeyRow,
  countLiveApiKeys,
  findApiKey,
  findApiKeyUser,
  findUserKind,
  insertApiKey,
  listApiKeys,
  lockApiKey,
  revokeApiKeys,
  updateApiKeyName,
} from "./api_key_store.ts";
import { deleteExpiredSecrets, deleteSecret, insertSecret, limitSecrets } from "./secret_store.ts";

/** What a new key is to be called, to carry, and when it ends: null is never, undefined the usual time from now. */
export type WantedKey = { name: string; scopes: string[]; expires_at?: Date | null | undefined };

/** The key and its new secret, which is shown once. */
export type IssuedKey = { row: ApiKeyRow; secret: string };

export type ApiKeys = ReturnType<typeof createApiKeys>;

const dayMs = 86_400_000;
const ttlDefaultDays = 90;
const secretsMax = 2;
const onlyOnesOwn = "A key carries only permissions that you hold.";

/**
 * Keys that programs authenticate with: of a user, limited to scopes. A key does what its user may while it is used, and
 * of that what its scopes name; so a lost grant counts on the next request.
 */
export function createApiKeys({ db, principals, clock, ttlMaxDays, perUserMax }: {
  db: Database;
  principals: PrincipalCache;
  clock: Clock;
  /** 0 allows keys without an end. */
  ttlMaxDays: number;
  perUserMax: number;
}) {
  return { page, find, create, rename, rotate, removeSecret, revoke, revokeOf, revokeAllOf, userOf };

  /** The user's keys, newest first. @throws {Problem} `not_found` */
  async function page(userId: string, before: string | null, limit: number): Promise<ApiKeyRow[]> {
    const rows = await listApiKeys(db, userId, before, limit);
    if (rows.length === 0 && await findUserKind(db, userId) !== "person") throw noSuchUser();
    return rows;
  }

  /** @throws {Problem} `not_found` */
  async function find(userId: string, id: string): Promise<ApiKeyRow> {
    return await findApiKey(db, userId, id) ?? refuse();
  }

  /**
   * Creates a key of the user. It carries only what its creator holds; a command of the binary gives it any permission.
   *
   * @throws {Problem} `forbidden`, `too_many_api_keys`, `invalid_request` for an unknown scope or a wrong end.
   */
  async function create(userId: string, wanted: WantedKey, actor: Actor): Promise<IssuedKey> {
    const expires_at = endOf(wanted.expires_at);
    const scopes = [...new Set(wanted.scopes)].sort();
    const key = { id: uuidv7(), user_id: userId, name: wanted.name, scopes, created_by: actor.actor_id, expires_at };
    return await db.transaction(async (tx) => {
      await lockUser(tx, userId, actor);
      await requireKnownPermissions(tx, scopes, "#/scopes");
      await requireHolds(tx, actor, { permissions: scopes }, onlyOnesOwn);
      if (await countLiveApiKeys(tx, userId) >= perUserMax) throw new Problem("too_many_api_keys");
      await insertApiKey(tx, key);
      const secret = await issue(tx, key);
      const details = { scopes, expires_at: expires_at?.toISOString() ?? null };
      await record(tx, "api_key.created", key, actor, details, { name: key.name });
      return { row: (await findApiKey(tx, userId, key.id))!, secret };
    });
  }

  /** @throws {Problem} `not_found` */
  async function rename(userId: string, id: string, name: string, actor: Actor): Promise<ApiKeyRow> {
    return await change(userId, id, actor, async (tx) => {
      await updateApiKeyName(tx, id, name);
      await record(tx, "api_key.renamed", { id, user_id: userId }, actor, {}, { name });
      return (await findApiKey(tx, userId, id))!;
    });
  }

  /**
   * Issues a second secret and lets the first one live for `overlapSeconds` at most. Those who rotate at once wait for each
   * other at the key, so that there are never more than two.
   *
   * @throws {Problem} `not_found`, `too_many_secrets`
   */
  async function rotate(userId: string, id: string, overlapSeconds: number, actor: Actor): Promise<IssuedKey> {
    return await change(userId, id, actor, async (tx) => {
      await deleteExpiredSecrets(tx, id);
      if (await limitSecrets(tx, id, overlapSeconds) >= secretsMax) throw new Problem("too_many_secrets");
      const secret = await issue(tx, { id, user_id: userId });
      await record(tx, "api_key.rotated", { id, user_id: userId }, actor, { overlap_seconds: overlapSeconds });
      return { row: (await findApiKey(tx, userId, id))!, secret };
    });
  }

  /** Deletes one secret of the key. @throws {Problem} `not_found` */
  async function removeSecret(userId: string, id: string, secretId: string, actor: Actor): Promise<void> {
    await change(userId, id, actor, async (tx) => {
      if (!await deleteSecret(tx, id, secretId)) throw noSuchSecret();
      await record(tx, "api_key.secret_deleted", { id, user_id: userId }, actor, { secret: secretId });
    });
  }

  /** Revokes one's own key. @throws {Problem} `not_found` */
  async function revoke(userId: string, id: string, actor: Actor): Promise<void> {
    await change(userId, id, actor, async (tx) => {
      await endAll(tx, userId, id, actor);
    });
  }

  /** Revokes a key of a user who holds no more than the actor. @throws {Problem} `not_found`, `forbidden` */
  async function revokeOf(userId: string, id: string, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      await requireMayRevoke(tx, userId, actor);
      if (await endAll(tx, userId, id, actor) === 0) throw noSuchKey();
    });
  }

  /** As {@link revokeOf}, all keys of the user. */
  async function revokeAllOf(userId: string, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      await requireMayRevoke(tx, userId, actor);
      await endAll(tx, userId, null, actor);
    });
  }

  /** Whose key it is. @throws {Problem} `not_found` */
  async function userOf(id: string): Promise<string> {
    return await findApiKeyUser(db, id) ?? refuse();
  }

  async function endAll(tx: Tx, userId: string, id: string | null, actor: Actor): Promise<number> {
    const ids = await revokeApiKeys(tx, userId, id);
    tx.afterwards(() => ids.forEach(principals.forgetSession));
    for (const ended of ids) await record(tx, "api_key.revoked", { id: ended, user_id: userId }, actor, {});
    return ids.length;
  }

  async function requireMayRevoke(tx: Tx, userId: string, actor: Actor): Promise<void> {
    await lockUser(tx, userId, actor);
    await requireMayEdit(tx, actor, userId, "api_keys:revoke");
  }

  /** Does the deed to the live key; user and key are locked meanwhile, and what memory knows of the key is forgotten. */
  async function change<T>(userId: string, id: string, actor: Actor, deed: (tx: Tx) => Promise<T>): Promise<T> {
    return await db.transaction(async (tx) => {
      tx.afterwards(() => principals.forgetSession(id));
      await lockUser(tx, userId, actor);
      if (!await lockApiKey(tx, userId, id)) throw noSuchKey();
      return await deed(tx);
    });
  }

  function endOf(wanted: Date | null | undefined): Date | null {
    const now = clock.now();
    if (wanted === undefined) return new Date(now + Math.min(ttlDefaultDays, ttlMaxDays || ttlDefaultDays) * dayMs);
    if (wanted && wanted.getTime() <= now) throw wrongEnd("past", "A key ends in the future.");
    if (ttlMaxDays === 0) return wanted;
    if (wanted && wanted.getTime() <= now + ttlMaxDays * dayMs) return wanted;
    throw wrongEnd("too_late", `On this server a key lives for at most ${ttlMaxDays} days.`);
  }
}

/** Stores a new secret of the key and answers its text. */
async function issue(tx: Tx, { id, user_id }: { id: string; user_id: string }): Promise<string> {
  const kind = await findUserKind(tx, user_id) === "service" ? "svc" : "pat";
  const { text, hash, hint } = createOpaqueSecret(kind, id);
  await insertSecret(tx, { id: uuidv7(), kind, owner_id: id, hash, hint });
  return text;
}

/** Records a fact about the key in the history of its user, who named it. */
export async function record(
  tx: Tx,
  action: AuditAction,
  { id, user_id }: { id: string; user_id: string },
  actor: Actor,
  details: Record<string, unknown>,
  names?: { name: string },
): Promise<void> {
  const subject = { type: "user", id: user_id } as const;
  await recordAudit(tx, { action, ...actor, subject, details: { api_key: id, ...details }, ...(names && { names }) });
}

function wrongEnd(code: "past" | "too_late", detail: string): Problem {
  return new Problem("invalid_request", { errors: [{ pointer: "#/expires_at", code, detail }] });
}

function refuse(): never {
  throw noSuchKey();
}

function noSuchKey(): Problem {
  return new Problem("not_found", { detail: "There is no such API key." });
}

function noSuchSecret(): Problem {
  return new Problem("not_found", { detail: "The API key has no such secret." });
}
