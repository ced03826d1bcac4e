import type { Db } from "../../platform/db/db.ts";

/** An OAuth client with the URIs of the APIs that it may get tokens for. */
export type ClientRow = {
  id: string;
  name: string;
  grant_types: string[];
  scopes: string[];
  own_api: boolean;
  resources: string[];
  service_account_id: string | null;
  created_by: string | null;
  created_at: Date;
  disabled_at: Date | null;
  tokens_not_before: Date | null;
};

/** A client about to be stored. */
export type NewClient =
  & Pick<ClientRow, "id" | "name" | "grant_types" | "scopes" | "own_api">
  & Pick<ClientRow, "service_account_id" | "created_by">;

/** What an update stores. */
export type ClientFacts =
  & Pick<ClientRow, "name" | "grant_types" | "scopes" | "own_api" | "service_account_id">
  & { disabled: boolean };

const columns =
  `c.id, c.name, c.grant_types, c.scopes, c.own_api, c.service_user_id as service_account_id, c.created_by,
            c.created_at, c.disabled_at, c.tokens_not_before,
            array(
              select r.uri from client_resources m join api_resources r on r.id = m.resource_id
              where m.client_id = c.id order by r.uri
            ) as resources`;

export async function insertClient(db: Db, client: NewClient): Promise<void> {
  const { id, name, grant_types, scopes, own_api, service_account_id, created_by } = client;
  await db.query(
    "insert_client",
    `insert into clients (id, name, grant_types, scopes, own_api, service_user_id, created_by)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, name, grant_types, scopes, own_api, service_account_id, created_by],
  );
}

export async function findClient(db: Db, id: string): Promise<ClientRow | undefined> {
  const [row] = await db.query<ClientRow>("find_client", `select ${columns} from clients c where c.id = $1`, [id]);
  return row;
}

/** Locks the client until this transaction ends, and answers its service account; undefined when there is none. */
export async function lockClient(db: Db, id: string): Promise<Pick<ClientRow, "service_account_id"> | undefined> {
  const [row] = await db.query<Pick<ClientRow, "service_account_id">>(
    "lock_client",
    "select service_user_id as service_account_id from clients where id = $1 for no key update",
    [id],
  );
  return row;
}

/** A page of clients, newest first, before `before`. */
export function listClients(db: Db, before: string | null, limit: number): Promise<ClientRow[]> {
  return db.query(
    "list_clients",
    `select ${columns} from clients c where $1::uuid is null or c.id < $1 order by c.id desc limit $2`,
    [before, limit],
  );
}

export async function updateClient(db: Db, id: string, facts: ClientFacts): Promise<void> {
  const { name, grant_types, scopes, own_api, service_account_id, disabled } = facts;
  await db.query(
    "update_client",
    `update clients set name = $2, grant_types = $3, scopes = $4, own_api = $5, service_user_id = $6,
       disabled_at = case when $7 then coalesce(disabled_at, now()) end
     where id = $1`,
    [id, name, grant_types, scopes, own_api, service_account_id, disabled],
  );
}

/**
 * Refuses the tokens of the client that were issued until now. The 100 ms are for replicas whose clocks are ahead of the
 * database's; new tokens count from then on, so that none of them is refused.
 */
export async function updateTokensNotBefore(db: Db, id: string): Promise<void> {
  await db.query(
    "update_tokens_not_before",
    `update clients set tokens_not_before = greatest(
       date_trunc('milliseconds', clock_timestamp()) + interval '100 milliseconds',
       tokens_not_before + interval '1 millisecond'
     ) where id = $1`,
    [id],
  );
}

export async function deleteClient(db: Db, id: string): Promise<void> {
  await db.query("delete_client", "delete from clients where id = $1", [id]);
}

export async function insertClientResources(db: Db, id: string, resourceIds: string[]): Promise<void> {
  await db.query(
    "insert_client_resources",
    "insert into client_resources (client_id, resource_id) select $1, unnest($2::uuid[])",
    [id, resourceIds],
  );
}

export async function deleteClientResources(db: Db, id: string): Promise<void> {
  await db.query("delete_client_resources", "delete from client_resources where client_id = $1", [id]);
}

/** A reason for which requests of a client were refused, how often, and when. */
export type RefusalRow = { reason: string; count: number; first_at: Date; last_at: Date };

/** The reasons for which requests of the client were refused, the latest first. */
export function listRefusals(db: Db, id: string): Promise<RefusalRow[]> {
  return db.query(
    "list_refusals",
    `select reason, count, first_at, last_at from client_refusals where client_id = $1
     order by last_at desc, reason limit 50`,
    [id],
  );
}

/** Adds these refusals of existing clients. */
export async function upsertRefusals(
  db: Db,
  refusals: { id: string; reason: string; count: number; at: Date }[],
): Promise<void> {
  await db.query(
    "upsert_refusals",
    `insert into client_refusals (client_id, reason, count, first_at, last_at)
     select c.id, u.reason, u.count, u.at, u.at
     from unnest($1::uuid[], $2::text[], $3::int[], $4::timestamptz[]) as u (id, reason, count, at)
     join clients c on c.id = u.id
     order by c.id, u.reason
     on conflict (client_id, reason) do update
       set count = least(client_refusals.count::bigint + excluded.count, 2147483647)::int,
           last_at = greatest(client_refusals.last_at, excluded.last_at)`,
    [
      refusals.map(({ id }) => id),
      refusals.map(({ reason }) => reason),
      refusals.map(({ count }) => count),
      refusals.map(({ at }) => at),
    ],
  );
}

/** Deletes all but the latest reasons of these clients. */
export async function deleteOldRefusals(db: Db, ids: string[], kept: number): Promise<void> {
  await db.query(
    "delete_old_refusals",
    `delete from client_refusals r using (
       select client_id, reason, row_number() over (partition by client_id order by last_at desc, reason) as place
       from client_refusals where client_id = any($1::uuid[])
     ) o
     where o.place > $2 and r.client_id = o.client_id and r.reason = o.reason`,
    [ids, kept],
  );
}
