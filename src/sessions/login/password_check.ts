import { createHmac } from "node:crypto";
import { findPasswordHash, type Passwords, updateRehashed } from "../../credentials/passwords/passwords.ts";
import type { Db } from "../../platform/db/db.ts";
import type { HashOptions } from "../../platform/hashing/hashing.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import type { LoginRow } from "./login_store.ts";

/** Why a name and a password do not open an account. */
export type LoginFailure = "unknown_name" | "wrong_password" | "disabled" | "unverified";

/** Checks passwords against accounts, and rehashes stored hashes to the policy. */
export function createPasswordCheck({ db, passwords, secrets, mustConfirm }: {
  db: Db;
  passwords: Passwords;
  secrets: Secrets;
  /** Whether an address must be confirmed before its owner can log in. */
  mustConfirm: boolean;
}) {
  return { failureOf, upgrade };

  /**
   * Undefined if the password opens the account. One hash is computed in any case: for an unknown name, or a user
   * without a password, a dummy, always of the same scheme.
   *
   * @throws {HashQueueFull}
   */
  async function failureOf(
    user: LoginRow | undefined,
    { name, password }: { name: string; password: string },
    options: HashOptions,
  ): Promise<LoginFailure | undefined> {
    const matches = await passwords.verify(password, user?.password_hash ?? undefined, {
      ...options,
      dummySeed: dummySeedOf(name),
    });
    if (!user) return "unknown_name";
    if (!matches) return "wrong_password";
    if (user.disabled) return "disabled";
    return mustConfirm && !user.verified ? "unverified" : undefined;
  }

  /**
   * Rehashes a password that was just verified, outside of any transaction; if the queue is full, the next login does.
   * Returns the user with the hash that the password now matches: of many simultaneous logins one rehashes, and a
   * changed password wins.
   */
  async function upgrade(user: LoginRow, password: string): Promise<LoginRow> {
    const { id, password_hash } = user;
    if (password_hash === null || !passwords.needsRehash(password_hash, password)) return user;
    try {
      const upgraded = await passwords.hash(password);
      if (await updateRehashed(db, id, password_hash, upgraded)) return { ...user, password_hash: upgraded };
      const stored = await findPasswordHash(db, id);
      return stored && await passwords.verify(password, stored) ? { ...user, password_hash: stored } : user;
    } catch {
      return user;
    }
  }

  function dummySeedOf(name: string): number {
    return createHmac("sha256", secrets.subkey("dummy_scheme")).update(name).digest().readUInt32BE();
  }
}
