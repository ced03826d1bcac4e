import { v7 as uuidv7 } from "uuid";
import { lockUser, noSuchUser, requireMay, requireMayEdit } from "../../access/authority/authority.ts";
import { anyRevision, type Grants, type RequireRevision } from "../../access/grants/grants.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import { recordAudit, userSubject } from "../../audit/events/audit.ts";
import type { Database, Db, Tx } from "../../platform/db/db.ts";
import { type Expected, whateverTheState } from "../../platform/revision.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import type { AuditAction } from "../../vocabulary/dictionary.ts";
import { Problem, refuseOn } from "../../vocabulary/problems.ts";
import { shownGrants, type User } from "../users/user_revision.ts";
import { deleteUser, updateDisabled } from "../users/user_store.ts";
import {
  findServiceAccount,
  findServiceAccountByName,
  insertServiceAccount,
  listServiceAccounts,
  type ServiceAccountRow,
  updateServiceAccount,
} from "./service_account_store.ts";

/** A service account in answers. Times are in RFC 3339. */
export type ServiceAccount = Omit<User, "username" | "email" | "email_verified" | "external_id"> & {
  name: string;
  description: string;
};

/** What can be changed in a service account. Absent members stay unchanged. */
export type ServiceAccountChange = {
  name?: string | undefined;
  description?: string | undefined;
  disabled?: boolean | undefined;
};

export type ServiceAccounts = ReturnType<typeof createServiceAccounts>;

const kind = "service";
const taken = { users_service_name_key: "service_account_taken" } as const;

/** Service accounts: users who cannot log in. Who may change them follows from the rules for other users. */
export function createServiceAccounts({ db, principals, grants }: {
  db: Database;
  principals: PrincipalCache;
  grants: Grants;
}) {
  return { find, page, create, createIn, change, disableIn, remove, removeIn, named, revisionOf };

  /** @throws {Problem} `not_found` */
  async function find(id: string): Promise<ServiceAccount> {
    return shownServiceAccount(await required(db, id));
  }

  function page(prefix: string, after: string | null, limit: number): Promise<ServiceAccountRow[]> {
    return listServiceAccounts(db, prefix, after, limit);
  }

  /**
   * Creates an account with the roles at `#/roles` of the request. @throws {Problem} `service_account_taken`,
   * `forbidden`, `exclusion_violated`, `invalid_request` for an unknown role.
   */
  async function create(
    { name, description, roles }: { name: string; description: string; roles: string[] },
    actor: Actor,
  ): Promise<ServiceAccount> {
    return await db.transaction(async (tx) => {
      await requireMay(tx, actor, "service_accounts:write");
      const id = await createIn(tx, { name, description, roles }, actor);
      return shownServiceAccount(await required(tx, id));
    }).catch(refuseOn(taken));
  }

  /** As {@link create}, in the transaction of a caller that has checked what the actor may; answers the id. */
  async function createIn(
    tx: Tx,
    { name, description, roles }: { name: string; description: string; roles: string[] },
    actor: Actor,
  ): Promise<string> {
    const id = uuidv7();
    await insertServiceAccount(tx, { id, name, description });
    await grants.grantAll(tx, id, roles, "#/roles", actor, kind);
    await record(tx, "service_account.created", id, actor, { name, roles });
    return id;
  }

  /**
   * @throws {Problem} `not_found`, `forbidden` for an account that holds more, `precondition_failed`,
   * `service_account_taken`.
   */
  async function change(id: string, { disabled, ...wanted }: ServiceAccountChange, expected: Expected, actor: Actor) {
    return await db.transaction(async (tx) => {
      const before = await locked(tx, id, expected, actor);
      await rename(tx, before, wanted, actor);
      if (disabled !== undefined) await setDisabled(tx, before, disabled, actor);
      return shownServiceAccount(await required(tx, id));
    }).catch(refuseOn(taken));
  }

  /** Disables or enables the account, which the caller has locked. */
  async function disableIn(tx: Tx, id: string, disabled: boolean, actor: Actor): Promise<void> {
    tx.afterwards(() => principals.forgetUser(id));
    await setDisabled(tx, await required(tx, id), disabled, actor);
  }

  /**
   * Deletes the account with its grants. @throws {Problem} as {@link change}, `service_account_in_use` for a client's.
   */
  async function remove(id: string, expected: Expected, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      await removeRow(tx, await locked(tx, id, expected, actor), actor);
    }).catch(refuseOn({ clients_service_user_id_fkey: "service_account_in_use" }));
  }

  /** Deletes the account, which the caller has locked. */
  async function removeIn(tx: Tx, id: string, actor: Actor): Promise<void> {
    tx.afterwards(() => principals.forgetUser(id));
    await removeRow(tx, await required(tx, id), actor);
  }

  /** The service account with this name. @throws {Problem} `not_found` */
  async function named(name: string): Promise<{ id: string; name: string }> {
    const found = await findServiceAccountByName(db, name);
    if (!found) throw noSuchUser(kind);
    return found;
  }

  /** Locks the account and checks that it is in the expected state and holds no more than the actor. */
  async function locked(tx: Tx, id: string, expected: Expected, actor: Actor): Promise<ServiceAccountRow> {
    tx.afterwards(() => principals.forgetUser(id));
    await lockUser(tx, id, actor, kind);
    await requireMayEdit(tx, actor, id, "service_accounts:write");
    return await requiredAs(tx, id, expected);
  }
}

/** Checks the expected state before an edit of what is shown with the account. */
function revisionOf(id: string, expected: Expected): RequireRevision {
  if (expected === whateverTheState) return anyRevision;
  return async (tx) => void await requiredAs(tx, id, expected);
}

async function requiredAs(tx: Tx, id: string, expected: Expected): Promise<ServiceAccountRow> {
  const row = await required(tx, id);
  if (!expected(shownServiceAccount(row))) throw new Problem("precondition_failed");
  return row;
}

async function required(db: Db, id: string): Promise<ServiceAccountRow> {
  const row = await findServiceAccount(db, id);
  if (!row) throw noSuchUser(kind);
  return row;
}

async function setDisabled(tx: Tx, { id, disabled_at }: ServiceAccountRow, disabled: boolean, actor: Actor) {
  if (disabled === (disabled_at !== null)) return;
  await record(tx, disabled ? "service_account.disabled" : "service_account.enabled", id, actor);
  await updateDisabled(tx, id, disabled);
}

async function removeRow(tx: Tx, { id, name }: ServiceAccountRow, actor: Actor): Promise<void> {
  await record(tx, "service_account.deleted", id, actor, { name });
  await deleteUser(tx, id);
}

async function rename(tx: Tx, before: ServiceAccountRow, wanted: Omit<ServiceAccountChange, "disabled">, actor: Actor) {
  const { id } = before;
  const after = { name: wanted.name ?? before.name, description: wanted.description ?? before.description };
  const changed = (["name", "description"] as const).filter((member) => after[member] !== before[member]);
  if (changed.length === 0) return;
  await updateServiceAccount(tx, { id, ...after });
  const states = [before, after].map((state) => Object.fromEntries(changed.map((member) => [member, state[member]])));
  await record(tx, "service_account.changed", id, actor, { before: states[0], after: states[1] });
}

/** The account in answers. The ETag is computed from it. */
export function shownServiceAccount(row: ServiceAccountRow): ServiceAccount {
  const { id, name, description, roles, grants, disabled_at, created_at } = row;
  return {
    id,
    name,
    description,
    roles,
    grants: shownGrants(grants),
    disabled_at: disabled_at?.toISOString() ?? null,
    created_at: created_at.toISOString(),
  };
}

function record(tx: Tx, action: AuditAction, id: string, actor: Actor, details = {}): Promise<void> {
  return recordAudit(tx, { action, ...actor, subject: userSubject(id, kind), details });
}
