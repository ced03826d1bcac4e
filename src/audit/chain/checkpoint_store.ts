import type { Db } from "../../platform/db/db.ts";
import { rfc3339 } from "../../platform/db/rfc3339.ts";

/** A signed statement about the chain, in hexadecimal. `previous` is the SHA-256 of the checkpoint before. */
export type Checkpoint = {
  number: number;
  seq: number;
  hash: string;
  created_at: string;
  previous: string | null;
  public_key: string;
  signature: string;
};

/** A checkpoint, the present hash of the chain at its place, and its age in seconds. */
export type StoredCheckpoint = { checkpoint: Checkpoint; chain_hash: string | null; age: number };

/** Begins a statement that reads `audit_checkpoints c`. */
export const selectCheckpoints = `
  select json_build_object(
           'number', c.number, 'seq', c.seq, 'hash', encode(c.hash, 'hex'),
           'created_at', ${rfc3339("c.created_at")},
           'previous', encode(c.previous, 'hex'), 'public_key', encode(c.public_key, 'hex'),
           'signature', encode(c.signature, 'hex')
         ) as checkpoint,
         (select encode(e.hash, 'hex') from audit_events e where e.seq = c.seq) as chain_hash,
         extract(epoch from now() - c.created_at)::float8 as age
  from audit_checkpoints c`;

/** The latest checkpoint; undefined if there is none. */
export async function findLastCheckpoint(db: Db): Promise<StoredCheckpoint | undefined> {
  const text = `${selectCheckpoints} order by c.number desc limit 1`;
  const [row] = await db.query<StoredCheckpoint>("find_last_checkpoint", text);
  return row;
}

/** Checkpoints after this number, in order. */
export function listCheckpoints(db: Db, after: number | null, limit: number): Promise<StoredCheckpoint[]> {
  const text = `${selectCheckpoints} where $1::bigint is null or c.number > $1 order by c.number limit $2`;
  return db.query<StoredCheckpoint>("list_checkpoints", text, [after, limit]);
}

/** The database's time, in the format of checkpoints. */
export async function findNow(db: Db): Promise<string> {
  const [row] = await db.query<{ now: string }>("find_now", `select ${rfc3339("clock_timestamp()")} as now`);
  return row!.now;
}

export async function insertCheckpoint(db: Db, made: Checkpoint): Promise<void> {
  await db.query(
    "insert_checkpoint",
    `insert into audit_checkpoints (number, seq, hash, created_at, previous, public_key, signature)
     values ($1, $2, decode($3, 'hex'), $4, decode($5, 'hex'), decode($6, 'hex'), decode($7, 'hex'))`,
    [made.number, made.seq, made.hash, made.created_at, made.previous, made.public_key, made.signature],
  );
}
