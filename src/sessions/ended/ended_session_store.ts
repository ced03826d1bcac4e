import type { Db } from "../../platform/db/db.ts";

/** How far a reader has come in the order of `(xid, seq)`; both are whole numbers of up to 64 bits. */
export type Position = { xid: bigint; seq: bigint };

/** Where the feed ends now. */
export type Head = {
  /** The last row that no other can come before. */
  last: Position;
  /** Whether there are rows behind it: of transactions that have ended while an earlier one is still running. */
  hasMore: boolean;
  /** No transaction of this database has reached it yet. */
  nextXid: bigint;
};

/** An end as verifiers learn of it. Times are in whole seconds since the epoch. */
export type EndedRow = Position & {
  kind: "api" | "client" | "client_tokens" | "service_account";
  session_id: string;
  /** As tokens carry it. */
  client_id: string;
  user_id: string;
  before: number;
  until: number;
  /** Whether no row can come before it any more. */
  settled: boolean;
};

/** What a caller may see: everything, or what concerns a client or its APIs. */
export type Viewer = { clientId: string; resources: string[] } | undefined;

export async function findHead(db: Db): Promise<Head> {
  const [row] = await db.query<{ xid: string; seq: string; has_more: boolean; next_xid: string }>(
    "find_ended_head",
    `with now as materialized (
       select pg_snapshot_xmin(pg_current_snapshot()) as oldest, pg_snapshot_xmax(pg_current_snapshot()) as next
     )
     select coalesce(last.xid::text, '0') as xid, coalesce(last.seq, 0)::text as seq,
            exists (select from ended_sessions where xid >= oldest) as has_more, next::text as next_xid
     from now left join lateral (
       select xid, seq from ended_sessions where xid < oldest order by xid desc, seq desc limit 1
     ) last on true`,
  );
  const { xid, seq, has_more, next_xid } = row!;
  return { last: { xid: BigInt(xid), seq: BigInt(seq) }, hasMore: has_more, nextXid: BigInt(next_xid) };
}

/**
 * At most `limit` ends after `since` that still matter, in the order of the feed. A position that this database has not
 * reached is one of another database, and counts as the beginning. `ownTtlSeconds` is the lifetime of access tokens for
 * Sentinel itself.
 */
export async function listEnded(
  db: Db,
  since: Position,
  { viewer, ownTtlSeconds, limit }: { viewer: Viewer; ownTtlSeconds: number; limit: number },
): Promise<EndedRow[]> {
  const rows = await db.query<Omit<EndedRow, "xid" | "seq"> & { xid: string; seq: string }>(
    "list_ended_sessions",
    `with now as materialized (
       select pg_snapshot_xmin(pg_current_snapshot()) as oldest,
              $1::text::xid8 < pg_snapshot_xmax(pg_current_snapshot()) as is_ours,
              greatest($3, (select max(greatest(ttl_seconds, earlier_ttl_seconds)) from api_resources)) as ttl_seconds
     ), ends as (
       select e.*, case when e.kind = 'api' then $3 else now.ttl_seconds end as lived_seconds, e.xid < now.oldest as settled
       from now, ended_sessions e
       where (e.xid, e.seq) > (case when is_ours then $1 else '0' end::text::xid8, case when is_ours then $2 else 0 end)
         and e.kind <> 'browser'
         and ($4::uuid is null or e.client_id = $4 or e.resources && $5::text[])
     ), dated as (
       select ends.*, least(expires_at, ended_at + make_interval(secs => lived_seconds)) as until from ends
     )
     select xid::text, seq::text, kind, session_id, coalesce(client_url, client_id::text) as client_id, user_id, settled,
            ceil(extract(epoch from ended_at))::float8 as before, ceil(extract(epoch from until))::float8 as until
     from dated where until > now() order by dated.xid, dated.seq limit $6`,
    [String(since.xid), String(since.seq), ownTtlSeconds, viewer?.clientId ?? null, viewer?.resources ?? null, limit],
  );
  return rows.map((row) => ({ ...row, xid: BigInt(row.xid), seq: BigInt(row.seq) }));
}

/** Deletes at most `limit` ends that are older than any token, and returns their number. */
export async function deleteOldEnds(db: Db, limit: number, ageSeconds: number): Promise<number> {
  const rows = await db.query(
    "delete_old_ends",
    `delete from ended_sessions where (xid, seq) in (
       select xid, seq from ended_sessions
       where ended_at < now() - make_interval(secs => $2) and not logout_pending
       order by ended_at limit $1 for update skip locked
     ) returning 1`,
    [limit, ageSeconds],
  );
  return rows.length;
}
