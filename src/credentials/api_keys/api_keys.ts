import { v7 as uuidv7 } from "uuid";
import { lockUser, noSuchUser, requireHolds, requireMayEdit } from "../../access/authority/authority.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import { requireKnownPermissions } from "../../access/roles/unknown_names.ts";
import { recordAudit, userSubject } from "../../audit/events/audit.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { Actor, UserKind } from "../../vocabulary/actor.ts";
import type { AuditAction } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";
import {
  type ApiKeyRow,
  countLiveApiKeys,
  findApiKey,
  findApiKeyOwner,
  findUserKind,
  insertApiKey,
  listApiKeys,
  lockApiKey,
  type LockedKey,
  revokeApiKeys,
  updateApiKeyName,
} from "./api_key_store.ts";
import { issueSecret, removeSecretOf, rotateSecret } from "../secrets/owner_secrets.ts";

export type { ApiKeyRow };

/** What a new key is to be called, to carry, and when it ends: null is never, undefined the usual time from now. */
export type WantedKey = { name: string; scopes: string[]; expires_at?: Date | null | undefined };

/** The key and its new secret, which is shown once. */
export type IssuedKey = { row: ApiKeyRow; secret: string };

/**
 * Whose key it is: a person's, who manages it, or a service account's, which those manage who may change the account.
 */
export type KeyOwner = { id: string; kind: UserKind };

export type ApiKeys = ReturnType<typeof createApiKeys>;

const dayMs = 86_400_000;
const ttlDefaultDays = 90;
const mustHoldScopes = "A key carries only permissions that you hold.";

/** API keys of users, limited to scopes. A key does what its user may at each use, so a lost grant counts at once. */
export function createApiKeys({ db, principals, mails, clock, ttlMaxDays, perUserMax }: {
  db: Database;
  principals: PrincipalCache;
  mails: Mails;
  clock: Clock;
  /** 0 allows keys without an end. */
  ttlMaxDays: number;
  perUserMax: number;
}) {
  return {
    page,
    list,
    find,
    create,
    rename,
    rotate,
    removeSecret,
    revoke,
    revokeOf,
    revokeAllOf,
    revokeAllIn,
    ownerOf,
  };

  /** The user's keys, newest first. @throws {Problem} `not_found` */
  async function page(owner: KeyOwner, before: string | null, limit: number): Promise<ApiKeyRow[]> {
    const rows = await listApiKeys(db, owner.id, before, limit);
    if (await findUserKind(db, owner.id) !== owner.kind) throw noSuchUser(owner.kind);
    return rows;
  }

  /** As {@link page}, of a user who was found before. */
  function list(ownerId: string, before: string | null, limit: number): Promise<ApiKeyRow[]> {
    return listApiKeys(db, ownerId, before, limit);
  }

  /** @throws {Problem} `not_found` */
  async function find(owner: KeyOwner, id: string): Promise<ApiKeyRow> {
    return await findApiKey(db, owner.id, id) ?? refuse();
  }

  /**
   * The key carries only what its creator holds; a command of the binary gives it any permission. @throws {Problem}
   * `forbidden`, `too_many_api_keys`, `invalid_request` for an unknown scope or a wrong end.
   */
  async function create(owner: KeyOwner, wanted: WantedKey, actor: Actor): Promise<IssuedKey> {
    const expires_at = endOf(wanted.expires_at);
    const scopes = [...new Set(wanted.scopes)].sort();
    const key = { id: uuidv7(), user_id: owner.id, name: wanted.name, scopes, created_by: actor.actor_id, expires_at };
    return await db.transaction(async (tx) => {
      await requireMayManage(tx, owner, actor);
      await requireKnownPermissions(tx, scopes, "#/scopes");
      await requireHoldsScopes(tx, owner, { scopes, expires_at }, actor);
      if (await countLiveApiKeys(tx, owner.id) >= perUserMax) throw new Problem("too_many_api_keys");
      await insertApiKey(tx, key);
      const secret = await issueSecret(tx, kindOf(owner), key.id);
      const details = { scopes, expires_at: expires_at?.toISOString() ?? null };
      await record(tx, "api_key.created", owner, key.id, actor, details, { name: key.name });
      await mails.notify(tx, owner.id, "api_key_created", actor.client, { key: key.name });
      return { row: (await findApiKey(tx, owner.id, key.id))!, secret };
    });
  }

  /** @throws {Problem} `not_found` */
  async function rename(owner: KeyOwner, id: string, name: string, actor: Actor): Promise<ApiKeyRow> {
    return await change(owner, id, actor, async (tx) => {
      await updateApiKeyName(tx, id, name);
      await record(tx, "api_key.renamed", owner, id, actor, {}, { name });
      return (await findApiKey(tx, owner.id, id))!;
    });
  }

  /**
   * Issues a second secret; the first one lives for `overlapSeconds` at most. Rotations wait for each other at the key,
   * so there are never more than two. @throws {Problem} `not_found`, `too_many_secrets`
   */
  async function rotate(owner: KeyOwner, id: string, overlapSeconds: number, actor: Actor): Promise<IssuedKey> {
    return await change(owner, id, actor, async (tx, key) => {
      if (owner.kind === "service") await requireHoldsScopes(tx, owner, key, actor);
      const secret = await rotateSecret(tx, kindOf(owner), id, overlapSeconds);
      await record(tx, "api_key.rotated", owner, id, actor, { overlap_seconds: overlapSeconds });
      const row = (await findApiKey(tx, owner.id, id))!;
      await mails.notify(tx, owner.id, "api_key_created", actor.client, { key: row.name });
      return { row, secret };
    });
  }

  /** Deletes one secret of the key. @throws {Problem} `not_found` */
  async function removeSecret(owner: KeyOwner, id: string, secretId: string, actor: Actor): Promise<void> {
    await change(owner, id, actor, async (tx) => {
      if (!await removeSecretOf(tx, id, secretId)) throw noSuchSecret();
      await record(tx, "api_key.secret_deleted", owner, id, actor, { secret: secretId });
    });
  }

  /** Revokes one's own key. @throws {Problem} `not_found` */
  async function revoke(owner: KeyOwner, id: string, actor: Actor): Promise<void> {
    await change(owner, id, actor, async (tx) => {
      await endAll(tx, owner, id, actor);
    });
  }

  /** Revokes a key of a user who holds no more than the actor. @throws {Problem} `not_found`, `forbidden` */
  async function revokeOf(owner: KeyOwner, id: string, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      await requireMayRevoke(tx, owner, actor);
      if (await endAll(tx, owner, id, actor) === 0) throw noSuchKey();
    });
  }

  /** As {@link revokeOf}, all keys of the user. */
  async function revokeAllOf(owner: KeyOwner, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      await requireMayRevoke(tx, owner, actor);
      await endAll(tx, owner, null, actor);
    });
  }

  /** Revokes every key of the user in the caller's transaction, which has locked the user. */
  async function revokeAllIn(tx: Tx, owner: KeyOwner, actor: Actor): Promise<void> {
    await endAll(tx, owner, null, actor);
  }

  /** Whose key it is. @throws {Problem} `not_found` */
  async function ownerOf(id: string): Promise<KeyOwner> {
    return await findApiKeyOwner(db, id) ?? refuse();
  }

  async function endAll(tx: Tx, owner: KeyOwner, id: string | null, actor: Actor): Promise<number> {
    const ids = await revokeApiKeys(tx, owner.id, id);
    tx.afterwards(() => ids.forEach(principals.forgetSession));
    for (const ended of ids) await record(tx, "api_key.revoked", owner, ended, actor, {});
    return ids.length;
  }

  async function requireMayRevoke(tx: Tx, owner: KeyOwner, actor: Actor): Promise<void> {
    await lockUser(tx, owner.id, actor, owner.kind);
    await requireMayEdit(tx, actor, owner.id, "api_keys:revoke");
  }

  /**
   * Does the deed to the live key; user and key are locked meanwhile, and what memory knows of the key is forgotten.
   */
  async function change<T>(owner: KeyOwner, id: string, actor: Actor, deed: (tx: Tx, key: LockedKey) => Promise<T>) {
    return await db.transaction(async (tx) => {
      tx.afterwards(() => principals.forgetSession(id));
      await requireMayManage(tx, owner, actor);
      const key = await lockApiKey(tx, owner.id, id);
      if (!key) throw noSuchKey();
      return await deed(tx, key);
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

/** Managed by who may change the account; a key creates no keys. @throws {Problem} `not_found`, `forbidden` */
async function requireMayManage(tx: Tx, { id, kind }: KeyOwner, actor: Actor): Promise<void> {
  await lockUser(tx, id, actor, kind);
  if (kind === "person") return;
  if (actor.scopes) throw new Problem("forbidden", { detail: "No credential with scopes manages keys." });
  await requireMayEdit(tx, actor, id, "service_accounts:write");
}

/**
 * A person's key acts within what they hold then; through a service account's, the actor would keep it until its end.
 */
async function requireHoldsScopes(tx: Tx, { kind }: KeyOwner, { scopes, expires_at }: LockedKey, actor: Actor) {
  const asked = { permissions: scopes, ...(kind === "service" && { until: expires_at }) };
  await requireHolds(tx, actor, asked, mustHoldScopes);
}

function kindOf({ kind }: KeyOwner): "pat" | "svc" {
  return kind === "service" ? "svc" : "pat";
}

/** Records a fact about the key in the history of its owner. */
export async function record(
  tx: Tx,
  action: AuditAction,
  owner: KeyOwner,
  keyId: string,
  actor: Actor,
  details: Record<string, unknown>,
  names?: { name: string },
): Promise<void> {
  const subject = userSubject(owner.id, owner.kind);
  await recordAudit(tx, {
    action,
    ...actor,
    subject,
    details: { api_key: keyId, ...details },
    ...(names && { names }),
  });
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
