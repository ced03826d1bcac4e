import type { Db } from "../../platform/db/db.ts";
import { rfc3339 } from "../../platform/db/rfc3339.ts";

/** A secret without its hash; times in RFC 3339. */
export type SecretRow = {
  id: string;
  hint: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
};

/** A secret about to be stored; its hash in hex. */
export type NewSecret = { id: string; kind: "pat" | "svc" | "cs"; owner_id: string; hash: string; hint: string };

export async function insertSecret(db: Db, { id, kind, owner_id, hash, hint }: NewSecret): Promise<void> {
  await db.query(
    "insert_secret",
    "insert into secrets (id, kind, owner_id, hash, hint) values ($1, $2, $3, decode($4, 'hex'), $5)",
    [id, kind, owner_id, hash, hint],
  );
}

/** The owner's secrets that live, newest first. */
export function listSecrets(db: Db, ownerId: string): Promise<SecretRow[]> {
  return db.query(
    "list_secrets",
    `select id, hint, ${rfc3339("created_at")} as created_at, ${rfc3339("expires_at")} as expires_at,
            ${rfc3339("last_used_at")} as last_used_at
     from secrets where owner_id = $1 and (expires_at is null or expires_at > now()) order by id desc`,
    [ownerId],
  );
}

/** Deletes these secrets of clients, and answers whose they were. */
export async function deleteClientSecrets(db: Db, secrets: { ownerId: string; hash: string }[]): Promise<string[]> {
  const rows = await db.query<{ owner_id: string }>(
    "delete_client_secrets",
    `delete from secrets s using unnest($1::uuid[], $2::text[]) as u (owner_id, hash)
     where s.kind = 'cs' and s.owner_id = u.owner_id and s.hash = decode(u.hash, 'hex')
     returning s.owner_id`,
    [secrets.map(({ ownerId }) => ownerId), secrets.map(({ hash }) => hash)],
  );
  return rows.map(({ owner_id }) => owner_id);
}

export async function deleteExpiredSecrets(db: Db, ownerId: string): Promise<void> {
  await db.query("delete_expired_secrets", "delete from secrets where owner_id = $1 and expires_at <= now()", [
    ownerId,
  ]);
}

export async function deleteSecrets(db: Db, ownerId: string): Promise<void> {
  await db.query("delete_secrets", "delete from secrets where owner_id = $1", [ownerId]);
}

/**
 * Lets the owner's secrets live so many seconds longer, or less where they expire sooner; answers how many there are.
 */
export async function limitSecrets(db: Db, ownerId: string, seconds: number): Promise<number> {
  const rows = await db.query(
    "limit_secrets",
    `update secrets set expires_at = least(expires_at, now() + make_interval(secs => $2)) where owner_id = $1
     returning 1`,
    [ownerId, seconds],
  );
  return rows.length;
}

/** Answers whether the owner had the secret. */
export async function deleteSecret(db: Db, ownerId: string, id: string): Promise<boolean> {
  const rows = await db.query(
    "delete_secret",
    "delete from secrets where owner_id = $1 and id = $2 returning 1",
    [ownerId, id],
  );
  return rows.length > 0;
}

/** Stores when each of these secrets was last used, and so the key that it belongs to. */
export async function updateLastUsed(db: Db, ids: string[], times: Date[]): Promise<void> {
  await db.query(
    "update_last_used",
    `with uses as (
       update secrets s set last_used_at = greatest(s.last_used_at, u.at)
       from unnest($1::uuid[], $2::timestamptz[]) as u (id, at) where s.id = u.id
       returning s.owner_id, u.at
     )
     update api_keys k set last_used_at = greatest(k.last_used_at, u.at)
     from (select owner_id, max(at) as at from uses group by owner_id) u where k.id = u.owner_id`,
    [ids, times],
  );
}
