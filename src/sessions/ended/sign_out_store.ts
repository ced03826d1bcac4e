import type { Db } from "../../platform/db/db.ts";

/** An application's user who is signed in there no longer. `rp_sid` is the `sid` of its id_tokens. */
export type SignOut = { client_id: string; user_id: string; rp_sid: string };

/** Whether this transaction got the lock, which one has at a time: two could each tell of a part of the same end. */
export async function trySignOutLock(db: Db): Promise<boolean> {
  const [row] = await db.query<{ held: boolean }>(
    "try_sign_out_lock",
    "select pg_try_advisory_xact_lock(hashtextextended('sentinel:sign_outs:' || current_schema(), 0)) as held",
  );
  return row!.held;
}

/**
 * Takes about `limit` ends that applications have not been told of, and returns how many it took and whom to tell of
 * what. An application's user is signed in as long as one of its sessions with this `rp_sid` lives, and its browser's
 * does.
 */
export async function takeSignOuts(db: Db, limit: number): Promise<{ taken: number; signOuts: SignOut[] }> {
  const [row] = await db.query<{ taken: number; sign_outs: SignOut[] }>(
    "take_sign_outs",
    `with first as materialized (
       select seq, client_id, rp_sid from ended_sessions where logout_pending order by seq limit $1
     ), taken as (
       update ended_sessions set logout_pending = false
       where logout_pending
         and (seq in (select seq from first) or (client_id, rp_sid) in (select client_id, rp_sid from first))
       returning kind, session_id, user_id, client_id, rp_sid, parent_id
     ), over as (
       select t.client_id, t.user_id, t.rp_sid from taken t
       where t.kind = 'client' and not exists (
         select from sessions s
         where s.parent_id = t.parent_id and s.client_id = t.client_id and s.rp_sid = t.rp_sid
           and s.revoked_at is null and s.expires_at > now()
       )
       union
       select s.client_id, s.user_id, s.rp_sid from taken t join sessions s on s.parent_id = t.session_id
       where t.kind = 'browser' and s.offline and s.revoked_at is null
     )
     select (select count(*) from taken)::int as taken, coalesce((
       select json_agg(o) from over o join clients c on c.id = o.client_id where c.backchannel_logout_uri is not null
     ), '[]') as sign_outs`,
    [limit],
  );
  return { taken: row!.taken, signOuts: row!.sign_outs };
}
