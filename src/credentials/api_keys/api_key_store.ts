import type { Db } from "../../platform/db/db.ts";
import { rfc3339 } from "../../platform/db/rfc3339.ts";
import type { UserKind } from "../../vocabulary/actor.ts";
import type { SecretRow } from "./secret_store.ts";

export type ApiKeyRow = {
  id: string;
  name: string;
  scopes: string[];
  created_by: string | null;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
  secrets: SecretRow[];
};

/** What a key carries, and until when. */
export type LockedKey = Pick<ApiKeyRow, "scopes" | "expires_at">;

/** A key about to be stored. */
export type NewApiKey = Pick<ApiKeyRow, "id" | "name" | "scopes" | "created_by" | "expires_at"> & { user_id: string };

/** How many keys there are that work, that are in use and end soon, and that nothing uses. */
export type KeyCounts = { live: number; expiring: number; unused: number };

const columns = `k.id, k.name, k.scopes, k.created_by, k.created_at, k.expires_at, k.revoked_at, k.last_used_at,
            coalesce((
              select json_agg(json_build_object(
                'id', s.id, 'hint', s.hint, 'created_at', ${rfc3339("s.created_at")},
                'expires_at', ${rfc3339("s.expires_at")}, 'last_used_at', ${rfc3339("s.last_used_at")}
              ) order by s.id desc)
              from secrets s where s.owner_id = k.id and (s.expires_at is null or s.expires_at > now())
            ), '[]') as secrets`;

const isLive = "revoked_at is null and (expires_at is null or expires_at > now())";

export async function insertApiKey(db: Db, key: NewApiKey): Promise<void> {
  await db.query(
    "insert_api_key",
    "insert into api_keys (id, user_id, name, scopes, created_by, expires_at) values ($1, $2, $3, $4, $5, $6)",
    [key.id, key.user_id, key.name, key.scopes, key.created_by, key.expires_at],
  );
}

/** The key, if it is this user's. */
export async function findApiKey(db: Db, userId: string, id: string): Promise<ApiKeyRow | undefined> {
  const [row] = await db.query<ApiKeyRow>(
    "find_api_key",
    `select ${columns} from api_keys k where k.id = $2 and k.user_id = $1`,
    [userId, id],
  );
  return row;
}

/** Locks the live key until this transaction ends; undefined when the user has no such key. */
export async function lockApiKey(db: Db, userId: string, id: string): Promise<LockedKey | undefined> {
  const [row] = await db.query<LockedKey>(
    "lock_api_key",
    `select scopes, expires_at from api_keys where id = $2 and user_id = $1 and ${isLive} for no key update`,
    [userId, id],
  );
  return row;
}

/** A page of the user's keys, newest first, before `before`. */
export function listApiKeys(db: Db, userId: string, before: string | null, limit: number): Promise<ApiKeyRow[]> {
  return db.query(
    "list_api_keys",
    `select ${columns} from api_keys k where k.user_id = $1 and ($2::uuid is null or k.id < $2)
     order by k.id desc limit $3`,
    [userId, before, limit],
  );
}

export async function countLiveApiKeys(db: Db, userId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "count_live_api_keys",
    `select count(*)::int as count from api_keys where user_id = $1 and ${isLive}`,
    [userId],
  );
  return row!.count;
}

export async function updateApiKeyName(db: Db, id: string, name: string): Promise<void> {
  await db.query("update_api_key_name", "update api_keys set name = $2 where id = $1", [id, name]);
}

/** Revokes the user's keys, all or the one named, and answers which. */
export async function revokeApiKeys(db: Db, userId: string, id: string | null): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    "revoke_api_keys",
    `update api_keys set revoked_at = now()
     where user_id = $1 and ($2::uuid is null or id = $2) and revoked_at is null returning id`,
    [userId, id],
  );
  return rows.map(({ id }) => id);
}

/** Revokes each key that has this secret, and answers which and whose. */
export function revokeApiKeysBySecret(
  db: Db,
  secrets: { ownerId: string; hash: string }[],
): Promise<{ id: string; user_id: string; kind: UserKind; name: string }[]> {
  return db.query(
    "revoke_api_keys_by_secret",
    `update api_keys k set revoked_at = now()
     from unnest($1::uuid[], $2::text[]) as u (id, hash)
     where k.id = u.id and k.revoked_at is null
       and exists (select from secrets s where s.owner_id = k.id and s.hash = decode(u.hash, 'hex'))
     returning k.id, k.user_id, k.name, (select kind from users where users.id = k.user_id) as kind`,
    [secrets.map(({ ownerId }) => ownerId), secrets.map(({ hash }) => hash)],
  );
}

/** Whose key it is, for a command. */
export async function findApiKeyOwner(db: Db, id: string): Promise<{ id: string; kind: UserKind } | undefined> {
  const [row] = await db.query<{ id: string; kind: UserKind }>(
    "find_api_key_owner",
    "select u.id, u.kind from api_keys k join users u on u.id = k.user_id where k.id = $1",
    [id],
  );
  return row;
}

/** Whether the user is a person or the account of a service; undefined when there is no such user. */
export async function findUserKind(db: Db, id: string): Promise<UserKind | undefined> {
  const [row] = await db.query<{ kind: UserKind }>("find_user_kind", "select kind from users where id = $1", [id]);
  return row?.kind;
}

/** Deletes at most `limit` keys that ended `keptDays` ago, and answers how many. */
export async function deleteEndedApiKeys(db: Db, limit: number, keptDays: number): Promise<number> {
  const rows = await db.query(
    "delete_ended_api_keys",
    `delete from api_keys where id in (
       select id from api_keys where coalesce(revoked_at, expires_at) < now() - make_interval(days => $2)
       order by coalesce(revoked_at, expires_at) limit $1 for update skip locked
     ) returning 1`,
    [limit, keptDays],
  );
  return rows.length;
}

/** Counts the keys that work, those used of late that end within the days, and those not used for the days. */
export async function countApiKeys(
  db: Db,
  { expiringDays, unusedDays }: { expiringDays: number; unusedDays: number },
): Promise<KeyCounts> {
  const [row] = await db.query<KeyCounts>(
    "count_api_keys",
    `select count(*)::int as live,
            count(*) filter (
              where expires_at < now() + make_interval(days => $1) and last_used_at > now() - make_interval(days => $1)
            )::int as expiring,
            count(*) filter (
              where coalesce(last_used_at, created_at) < now() - make_interval(days => $2)
            )::int as unused
     from api_keys where ${isLive}`,
    [expiringDays, unusedDays],
  );
  return row!;
}
