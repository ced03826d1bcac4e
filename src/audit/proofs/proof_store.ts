import type { Db } from "../../platform/db/db.ts";
import { chainedColumns, type ChainedEvent, type Link } from "../chain/chain_store.ts";
import { type Checkpoint, selectCheckpoints, type StoredCheckpoint } from "../chain/checkpoint_store.ts";

/** An event with its place in the chain, both null until it is sealed, and the hash before it. */
export type PlacedEvent = ChainedEvent & {
  seq: number | null;
  hash: Uint8Array | null;
  previous_hash: Uint8Array | null;
};

export async function findPlacedEvent(db: Db, id: string): Promise<PlacedEvent | undefined> {
  const [row] = await db.query<PlacedEvent>(
    "find_placed_event",
    `select ${chainedColumns}, e.seq::float8 as seq, e.hash,
            (select p.hash from audit_events p where p.seq = e.seq - 1) as previous_hash
     from audit_events e where e.id = $1`,
    [id],
  );
  return row;
}

/** The first checkpoint that confirms the event at this place; undefined if there is none yet. */
export async function findCheckpointFrom(db: Db, seq: number): Promise<Checkpoint | undefined> {
  const [row] = await db.query<StoredCheckpoint>(
    "find_checkpoint_from",
    `${selectCheckpoints} where c.seq >= $1 order by c.number limit 1`,
    [seq],
  );
  return row?.checkpoint;
}

/** The events after this place, as they were hashed, in the order of the chain. */
export function listChained(db: Db, after: number, limit: number): Promise<(ChainedEvent & Link)[]> {
  return db.query<ChainedEvent & Link>(
    "list_chained",
    `select ${chainedColumns}, e.seq::float8 as seq, e.hash from audit_events e
     where e.seq > $1 order by e.seq limit $2`,
    [after, limit],
  );
}
