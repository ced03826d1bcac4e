import type { Db } from "../../platform/db/db.ts";
import type { ClientSource, PrincipalClient } from "../../vocabulary/actor.ts";

/** An OAuth client with the URIs of the APIs that it may get tokens for. */
export type ClientRow =
  & Pick<PrincipalClient, "token_endpoint_auth_method" | "application_type" | "id_token_signed_response_alg">
  & Pick<PrincipalClient, "jwks" | "jwks_uri" | "token_endpoint_auth_signing_alg" | "token_endpoint_audience">
  & {
    id: string;
    source: ClientSource;
    url: string | null;
    client_uri: string | null;
    name: string;
    grant_types: string[];
    scopes: string[];
    own_api: boolean;
    resources: string[];
    redirect_uris: string[];
    post_logout_redirect_uris: string[];
    first_party: boolean;
    require_pkce: boolean;
    require_pushed_authorization_requests: boolean;
    native_localhost: boolean;
    refresh_id_token: boolean;
    dpop_bound_access_tokens: boolean;
    backchannel_logout_uri: string | null;
    backchannel_logout_session_required: boolean;
    service_account_id: string | null;
    created_by: string | null;
    created_at: Date;
    last_used_at: Date | null;
    disabled_at: Date | null;
    tokens_not_before: Date | null;
  };

/** What an update stores. */
export type ClientFacts = Omit<
  ClientRow,
  | ("id" | "source" | "url" | "client_uri" | "resources")
  | ("created_by" | "created_at" | "last_used_at" | "disabled_at" | "tokens_not_before")
>;

/** The columns of {@link ClientFacts} that are called so in the database too. */
const stored = [
  "name",
  "grant_types",
  "scopes",
  "own_api",
  "token_endpoint_auth_method",
  "jwks",
  "jwks_uri",
  "token_endpoint_auth_signing_alg",
  "token_endpoint_audience",
  "application_type",
  "redirect_uris",
  "post_logout_redirect_uris",
  "id_token_signed_response_alg",
  "first_party",
  "require_pkce",
  "require_pushed_authorization_requests",
  "native_localhost",
  "refresh_id_token",
  "dpop_bound_access_tokens",
  "backchannel_logout_uri",
  "backchannel_logout_session_required",
] as const satisfies (keyof ClientFacts)[];

const columns = `c.id, c.source, c.url, c.client_uri, ${
  stored.map((column) => `c.${column}`).join(", ")
}, c.service_user_id as service_account_id,
            c.created_by, c.created_at, c.last_used_at, c.disabled_at, c.tokens_not_before,
            array(
              select r.uri from client_resources m join api_resources r on r.id = m.resource_id
              where m.client_id = c.id order by r.uri
            ) as resources`;

const written = ["service_user_id", ...stored].join(", ");

const valuesOf = (facts: ClientFacts) => [facts.service_account_id, ...stored.map((column) => facts[column])];

/** `$3, $4, …`: one for each of {@link valuesOf}. */
const placeholders = ["service_user_id", ...stored].map((_, place) => `$${place + 3}`).join(", ");

/** Where a client comes from. `open_scopes`: it may ask for the scopes of every API that is open to it. */
export type ClientOrigin = Pick<ClientRow, "source" | "url" | "client_uri"> & { open_scopes: boolean };

const ofAdministrator: ClientOrigin = { source: "admin", url: null, client_uri: null, open_scopes: false };

export async function insertClient(
  db: Db,
  id: string,
  createdBy: string | null,
  facts: ClientFacts,
  origin: ClientOrigin = ofAdministrator,
): Promise<void> {
  await db.query("insert_client", insertOf("clients"), insertedValues(id, createdBy, facts, origin));
}

const originColumns = ["source", "url", "client_uri", "open_scopes"] as const;

const insertedValues = (id: string, createdBy: string | null, facts: ClientFacts, origin: ClientOrigin) => [
  ...[id, createdBy, ...valuesOf(facts), ...originColumns.map((column) => origin[column])],
];

function insertOf(table: string): string {
  const names = `id, created_by, ${written}, ${originColumns.join(", ")}`;
  return `insert into ${table} (${names}) values (${names.split(", ").map((_, place) => `$${place + 1}`).join(", ")})`;
}

/** Stores a client as its document says, and answers whether it is new. One with other redirection URIs is another. */
export async function upsertDocumentClient(
  db: Db,
  id: string,
  facts: ClientFacts,
  origin: ClientOrigin,
): Promise<boolean> {
  const taken = `${written}, client_uri, open_scopes`;
  const [row] = await db.query<{ is_new: boolean }>(
    "upsert_document_client",
    `${insertOf("clients as c")} on conflict (id) do update set (${taken}) = (${
      taken.replaceAll(/\w+/g, "excluded.$&")
    }),
       consents_not_before = case when c.redirect_uris <> excluded.redirect_uris then now() else c.consents_not_before end
     returning xmax = 0 as is_new`,
    insertedValues(id, null, facts, origin),
  );
  return row!.is_new;
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

/** A client in a list, with the last reason why it was refused. */
export type ClientOverviewRow = ClientRow & { refusal: RefusalRow | null };

/** Which clients a list shows: whose name begins so, of this source, in this state, or refused within the last day. */
export type ClientFilter = {
  name?: string | undefined;
  source?: ClientSource | undefined;
  state?: "enabled" | "disabled" | "refused" | undefined;
};

/** As {@link listClients}, of those that match the filter, each with its last refusal. */
export function listClientOverviews(
  db: Db,
  { name, source, state }: ClientFilter,
  before: string | null,
  limit: number,
): Promise<ClientOverviewRow[]> {
  return db.query(
    "list_client_overviews",
    `select ${columns},
       case when r.last_at is not null then json_build_object('reason', r.reason, 'count', r.count,
         'first_at', r.first_at, 'last_at', r.last_at) end as refusal
     from clients c left join lateral (
       select * from client_refusals o where o.client_id = c.id order by o.last_at desc, o.reason limit 1
     ) r on true
     where ($1::uuid is null or c.id < $1) and ($3::text is null or starts_with(lower(c.name), lower($3)))
       and ($5::text is null or c.source = $5)
       and case $4 when 'enabled' then c.disabled_at is null when 'disabled' then c.disabled_at is not null
         when 'refused' then r.last_at > now() - interval '1 day' else true end
     order by c.id desc limit $2`,
    [before, limit, name ?? null, state ?? null, source ?? null],
  );
}

export async function updateClient(db: Db, id: string, facts: ClientFacts, disabled: boolean): Promise<void> {
  await db.query(
    "update_client",
    `update clients set (${written}) = (${placeholders}),
       disabled_at = case when $2 then coalesce(disabled_at, now()) end
     where id = $1`,
    [id, disabled, ...valuesOf(facts)],
  );
}

/**
 * Refuses the tokens of the client that were issued until now. The 100 ms are for replicas whose clocks are ahead of
 * the database's; new tokens count from then on, so that none of them is refused.
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

/** A client with the reasons for which its requests were refused, the latest first; times as JSON has them. */
export type RefusedClientRow = ClientRow & { refusals: { reason: string; last_at: string }[] };

/** The clients that were refused since then, the latest refused first. */
export function listRefusedClients(db: Db, since: Date, limit: number): Promise<RefusedClientRow[]> {
  return db.query(
    "list_refused_clients",
    `select ${columns}, r.refusals
     from (
       select client_id, max(last_at) as last_at,
         json_agg(json_build_object('reason', reason, 'last_at', last_at) order by last_at desc, reason) as refusals
       from client_refusals where last_at > $1 group by client_id
     ) r join clients c on c.id = r.client_id
     order by r.last_at desc, c.id limit $2`,
    [since, limit],
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
