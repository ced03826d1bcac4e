import type { Db } from "../../platform/db/db.ts";
import { columns, isLive, type Ticket } from "./ticket_store.ts";

/** A ticket of a user that is presented with its secret, and has no `lookup`. */
export type UserTicketRow = {
  id: string;
  secret_hash: Uint8Array;
  user_id: string;
  session_id: string;
  client_id: string;
  params: Record<string, unknown>;
};

/** Inserts tickets, and returns their ids. Leaves out those of users who are deleted, or locked by a transaction. */
export async function insertUserTickets(
  db: Db,
  kind: string,
  tickets: UserTicketRow[],
  ttlSeconds: number,
): Promise<string[]> {
  const bytesAsHex = tickets.map(({ secret_hash, ...ticket }) => ({ ...ticket, secret_hash: secret_hash.toHex() }));
  const rows = await db.query<{ id: string }>(
    "insert_user_tickets",
    `with given as (
       select * from json_to_recordset($1) as g (id uuid, secret_hash text, user_id uuid, session_id uuid,
         client_id uuid, params jsonb)
     )
     insert into tickets (id, kind, secret_hash, user_id, session_id, client_id, params, credential_epoch, expires_at)
     select g.id, $2, decode(g.secret_hash, 'hex'), g.user_id, g.session_id, g.client_id, g.params, o.credential_epoch,
            now() + make_interval(secs => $3)
     from given g cross join lateral (
       select u.credential_epoch from users u where u.id = g.user_id for key share skip locked
     ) o
     returning id`,
    [JSON.stringify(bytesAsHex), kind, ttlSeconds],
    { keepPlan: true },
  );
  return rows.map(({ id }) => id);
}

/** Locks live tickets of this kind, and returns them in no order. Leaves out those that are locked. */
export function lockTickets(db: Db, kind: string, ids: string[]): Promise<Ticket[]> {
  return db.query<Ticket>(
    "lock_tickets",
    `select t.* from unnest($2::uuid[]) as wanted (id) cross join lateral (
       select ${columns} from tickets t where t.id = wanted.id and t.kind = $1 and ${isLive}
       for no key update of t skip locked
     ) t`,
    [kind, ids],
    { keepPlan: true },
  );
}

/** Consumes tickets that this transaction has locked. */
export async function consumeLockedTickets(db: Db, ids: string[]): Promise<void> {
  await db.query("consume_tickets", "update tickets set consumed_at = now() where id = any ($1)", [ids], {
    keepPlan: true,
  });
}
