import { noSuchUser } from "../../access/authority/authority.ts";
import type { Db } from "../../platform/db/db.ts";
import { type Expected, whateverTheState } from "../../platform/revision.ts";
import type { Names } from "../../vocabulary/identifiers.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { findUser, type UserRow } from "./user_store.ts";

/** A user as administrators see it. Times are in RFC 3339. */
export type User = Names & {
  id: string;
  email_verified: boolean;
  /** The id in the system that the account was imported from. */
  external_id: string | null;
  roles: string[];
  grants: { role: string; granted_at: string; expires_at: string | null }[];
  disabled_at: string | null;
  created_at: string;
};

/** A user as the user sees it. */
export type Person = Pick<User, "id" | "username" | "email" | "email_verified" | "roles" | "created_at">;

/** The user in answers to administrators. The ETag is computed from it. */
export function shownUser(
  { id, username, email, email_verified, external_id, roles, grants, disabled_at, created_at }: UserRow,
): User {
  return {
    id,
    username,
    email,
    email_verified,
    external_id,
    roles,
    grants: shownGrants(grants),
    disabled_at: disabled_at?.toISOString() ?? null,
    created_at: created_at.toISOString(),
  };
}

export function shownGrants(grants: UserRow["grants"]): User["grants"] {
  return grants.map(({ role, granted_at, expires_at }) => ({
    role,
    granted_at: new Date(granted_at).toISOString(),
    expires_at: expires_at === null ? null : new Date(expires_at).toISOString(),
  }));
}

/** The user with these active roles in answers to the user. The ETag of `PATCH /users/me` is computed from it. */
export function personOf({ id, username, email, email_verified, created_at }: Omit<Person, "roles">, roles: string[]) {
  return { id, username, email, email_verified, roles, created_at };
}

/** @throws {Problem} `not_found` */
export async function requireUser(db: Db, id: string): Promise<UserRow> {
  const user = await findUser(db, id);
  if (!user) throw noSuchUser();
  return user;
}

/** The user, if in the expected state. @throws {Problem} `not_found`, `precondition_failed` */
export async function requireUserAs(tx: Db, id: string, expected: Expected): Promise<UserRow> {
  const row = await requireUser(tx, id);
  if (!expected(shownUser(row))) throw new Problem("precondition_failed");
  return row;
}

/** Checks the expected state of a locked user before an edit. @throws {Problem} `precondition_failed` */
export async function requireRevision(tx: Db, id: string, expected: Expected): Promise<void> {
  if (expected !== whateverTheState) await requireUserAs(tx, id, expected);
}
