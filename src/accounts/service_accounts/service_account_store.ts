import type { Db } from "../../platform/db/db.ts";
import { type HeldRoles, heldRoles } from "../users/user_store.ts";

export type NewServiceAccount = { id: string; name: string; description: string };

/** A service account with its roles and grants. */
export type ServiceAccountRow = NewServiceAccount & HeldRoles & { created_at: Date; disabled_at: Date | null };

const columns = `u.id, u.service_name as name, u.service_description as description, u.created_at, u.disabled_at,
            ${heldRoles}`;

export async function insertServiceAccount(db: Db, { id, name, description }: NewServiceAccount): Promise<void> {
  await db.query(
    "insert_service_account",
    "insert into users (id, kind, service_name, service_description) values ($1, 'service', $2, $3)",
    [id, name, description],
  );
}

export async function findServiceAccount(db: Db, id: string): Promise<ServiceAccountRow | undefined> {
  const [row] = await db.query<ServiceAccountRow>(
    "find_service_account",
    `select ${columns} from users u where u.id = $1 and u.kind = 'service'`,
    [id],
  );
  return row;
}

/** The service account with this name. */
export async function findServiceAccountByName(db: Db, name: string) {
  const [row] = await db.query<{ id: string; name: string }>(
    "find_service_account_by_name",
    "select id, service_name as name from users where service_name = $1 and kind = 'service'",
    [name],
  );
  return row;
}

/** A page of the service accounts whose names begin with `prefix`, in the order of their names, after `after`. */
export function listServiceAccounts(
  db: Db,
  prefix: string,
  after: string | null,
  limit: number,
): Promise<ServiceAccountRow[]> {
  return db.query(
    "list_service_accounts",
    `select ${columns} from users u
     where u.kind = 'service' and u.service_name ^@ $1 and ($2::text is null or u.service_name > $2)
     order by u.service_name limit $3`,
    [prefix, after, limit],
  );
}

export async function updateServiceAccount(db: Db, { id, name, description }: NewServiceAccount): Promise<void> {
  await db.query(
    "update_service_account",
    "update users set service_name = $2, service_description = $3, updated_at = now() where id = $1 and kind = 'service'",
    [id, name, description],
  );
}
