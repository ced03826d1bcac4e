import type { Db } from "../../platform/db/db.ts";
import type { ClientSource } from "../../vocabulary/actor.ts";

/** How many clients have this source. */
export async function countClients(db: Db, source: ClientSource): Promise<number> {
  const [row] = await db.query<{ clients: number }>(
    "count_clients",
    "select count(*)::int as clients from clients where source = $1 and source <> 'admin'",
    [source],
  );
  return row!.clients;
}

/** The oldest client of this source that nobody ever used, if it is older than `seconds`. It is locked. */
export async function lockNeverUsedClient(
  db: Db,
  source: ClientSource,
  seconds: number,
): Promise<{ id: string; name: string } | undefined> {
  const [row] = await db.query<{ id: string; name: string }>(
    "lock_never_used_client",
    `select id, name from clients c
     where source = $1 and source <> 'admin' and created_at < now() - make_interval(secs => $2)
       and last_used_at is null and not exists (select from sessions s where s.client_id = c.id)
       and not exists (select from consents k where k.client_id = c.id)
     order by created_at limit 1 for update skip locked`,
    [source, seconds],
  );
  return row;
}

/** At most `limit` clients that no administrator created, and that nobody used for `seconds`. They are locked. */
export function lockUnusedClients(db: Db, seconds: number, limit: number): Promise<{ id: string; name: string }[]> {
  return db.query(
    "lock_unused_clients",
    `select id, name from clients c
     where source <> 'admin' and coalesce(last_used_at, created_at) < now() - make_interval(secs => $1)
       and not exists (
         select from sessions s where s.client_id = c.id and s.last_seen_at > now() - make_interval(secs => $1)
       )
     order by coalesce(last_used_at, created_at) limit $2 for update skip locked`,
    [seconds, limit],
  );
}

/**
 * Notes when a session of each client that no administrator created was last used, and returns how many notes changed.
 * Neither a sign-in nor a refresh pays for it.
 */
export async function updateLastUses(db: Db): Promise<number> {
  const rows = await db.query(
    "update_last_uses",
    `update clients c set last_used_at = s.used_at
     from (
       select c.id, max(s.last_seen_at) as used_at from clients c join sessions s on s.client_id = c.id
       where c.source <> 'admin' group by c.id
     ) s
     where s.id = c.id and (c.last_used_at is null or c.last_used_at < s.used_at)
     returning 1`,
    [],
  );
  return rows.length;
}
