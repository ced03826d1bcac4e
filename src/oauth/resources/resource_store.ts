import type { Db } from "../../platform/db/db.ts";
import type { AccessTokenAlgorithm } from "../../vocabulary/algorithms.ts";

/** An API that tokens are issued for. */
export type ApiResourceRow = {
  id: string;
  uri: string;
  name: string;
  scopes: string[];
  alg: AccessTokenAlgorithm;
  ttl_seconds: number;
  /** Whether clients that no administrator created may get tokens for it. */
  open_to_dynamic: boolean;
  created_at: Date;
};

/** What can be changed in one. */
export type ApiResourceFacts = Pick<ApiResourceRow, "name" | "scopes" | "alg" | "ttl_seconds" | "open_to_dynamic">;

const columns = "id, uri, name, scopes, alg, ttl_seconds, open_to_dynamic, created_at";

export async function insertApiResource(
  db: Db,
  { id, uri, name, scopes, alg, ttl_seconds, open_to_dynamic }: Omit<ApiResourceRow, "created_at">,
): Promise<void> {
  await db.query(
    "insert_api_resource",
    `insert into api_resources (id, uri, name, scopes, alg, ttl_seconds, open_to_dynamic)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, uri, name, scopes, alg, ttl_seconds, open_to_dynamic],
  );
}

export async function findApiResource(db: Db, id: string): Promise<ApiResourceRow | undefined> {
  const [row] = await db.query<ApiResourceRow>(
    "find_api_resource",
    `select ${columns} from api_resources where id = $1`,
    [id],
  );
  return row;
}

/** As {@link findApiResource}, and locks it until this transaction ends. */
export async function lockApiResource(db: Db, id: string): Promise<ApiResourceRow | undefined> {
  const [row] = await db.query<ApiResourceRow>(
    "lock_api_resource",
    `select ${columns} from api_resources where id = $1 for no key update`,
    [id],
  );
  return row;
}

/** The resources with these URIs; they stay until this transaction ends. */
export function listNamedApiResources(db: Db, uris: string[]): Promise<ApiResourceRow[]> {
  return db.query(
    "list_named_api_resources",
    `select ${columns} from api_resources where uri = any($1::text[]) order by id for key share`,
    [uris],
  );
}

/** An API that is open to clients that no administrator created. */
export type OpenApi = Pick<ApiResourceRow, "uri" | "scopes" | "alg" | "ttl_seconds">;

export function listOpenApis(db: Db): Promise<OpenApi[]> {
  return db.query(
    "list_open_apis",
    "select uri, scopes, alg, ttl_seconds from api_resources where open_to_dynamic order by uri",
    [],
  );
}

/** A page of resources in the order of their URIs, after `after`. */
export function listApiResources(db: Db, after: string | null, limit: number): Promise<ApiResourceRow[]> {
  return db.query(
    "list_api_resources",
    `select ${columns} from api_resources where $1::text is null or uri > $1 order by uri limit $2`,
    [after, limit],
  );
}

export async function updateApiResource(
  db: Db,
  id: string,
  { name, scopes, alg, ttl_seconds, open_to_dynamic }: ApiResourceFacts,
): Promise<void> {
  await db.query(
    "update_api_resource",
    `update api_resources set name = $2, scopes = $3, alg = $4, ttl_seconds = $5, open_to_dynamic = $6,
       earlier_ttl_seconds = greatest(earlier_ttl_seconds, ttl_seconds) where id = $1`,
    [id, name, scopes, alg, ttl_seconds, open_to_dynamic],
  );
}

export async function deleteApiResource(db: Db, id: string): Promise<void> {
  await db.query("delete_api_resource", "delete from api_resources where id = $1", [id]);
}
