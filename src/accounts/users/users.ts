import { type Actor, localActor } from "../../vocabulary/actor.ts";
import { keepAdministrator } from "../../access/authority/administrators.ts";
import { lockUser, noSuchUser, requireMayEdit, requireMayTakeOver } from "../../access/authority/authority.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import { type Expected, whateverTheState } from "../../platform/revision.ts";
import { Problem, refuseOn } from "../../vocabulary/problems.ts";
import type { SessionRevocation } from "../../sessions/sessions/session_revocation.ts";
import type { PasswordPolicy } from "../../credentials/passwords/password_policy.ts";
import { overwritePasswordHash, type Passwords } from "../../credentials/passwords/passwords.ts";
import type { Throttle } from "../../sessions/login/throttle.ts";
import { canonicalIdentifier, requireNoErrors, type WantedNames } from "../../vocabulary/identifiers.ts";
import { nameConflicts } from "../registration/registrations.ts";
import type { ReservedUsernames } from "../registration/reserved_usernames.ts";
import {
  deleteAndErase,
  isOtherMailbox,
  namesAfter,
  recordOfUser,
  renameErrors,
  renameUser,
  tellOfAddress,
  tellOfDeletion,
} from "./user_changes.ts";
import { requireUser, requireUserAs, shownUser, type User } from "./user_revision.ts";
import { findUserByName, listUsers, updateDisabled, updateEmailVerified, type UserFilter } from "./user_store.ts";

/** What administrators may change in a user. Absent members stay unchanged. */
export type UserChange = WantedNames & {
  password?: string | undefined;
  disabled?: boolean | undefined;
  /** Vouches for the address. */
  email_verified?: true | undefined;
};

export type Users = ReturnType<typeof createUsers>;

export interface UsersDeps {
  db: Database;
  passwords: Passwords;
  principals: PrincipalCache;
  sessionRevocation: SessionRevocation;
  policy: PasswordPolicy;
  throttle: Throttle;
  reservedUsernames: ReservedUsernames;
  mails: Mails;
}

const noAddress = "The user has no e-mail address.";
const ownPassword = "To change your own password, use PUT /users/me/password, which requires the current one.";

/** Administers users. */
export function createUsers(
  { db, passwords, principals, sessionRevocation, policy, throttle, reservedUsernames, mails }: UsersDeps,
) {
  return { find, page, change, remove, named, setPassword, setDisabled, verifyEmail, unlock };

  /** @throws {Problem} `not_found` */
  async function find(id: string): Promise<User> {
    return shownUser(await requireUser(db, id));
  }

  /** A page of users by name, after `after`. The names of the filter may be in any spelling. */
  function page({ name, username, email, ...filter }: UserFilter, after: string | null, limit: number) {
    const canonical = (text: string | undefined) => text === undefined ? undefined : canonicalIdentifier(text);
    return listUsers(
      db,
      { ...filter, name: canonical(name), username: canonical(username), email: canonical(email) },
      after,
      limit,
    );
  }

  /**
   * A new password and disabling end all sessions of the user. One's own mailbox takes a fresh sign-in, as its owner
   * could take over the account. @throws {Problem} `not_found`; `forbidden` for a user who holds more or, for a
   * password, holds it for longer; `insufficient_user_authentication`, `precondition_failed`, `invalid_request`,
   * `username_taken`, `email_taken`, `last_admin`
   */
  async function change(id: string, wanted: UserChange, expected: Expected, actor: Actor): Promise<User> {
    const { password, disabled } = wanted;
    if (password !== undefined && actor.actor_id === id) throw new Problem("forbidden", { detail: ownPassword });
    const hash = password === undefined ? undefined : await newHash(id, password, wanted);
    const work = async (tx: Tx): Promise<User> => {
      const refuse = hash === undefined ? requireMayEdit : requireMayTakeOver;
      const before = await locked(tx, id, expected, () => refuse(tx, actor, id, "users:write"), actor);
      requireNoErrors(renameErrors(wanted, before, reservedUsernames));
      if (actor.actor_id === id && isOtherMailbox(wanted, before)) actor.requireFresh?.();
      await tellOfAddress(mails, tx, before, wanted, actor.client);
      await renameUser(tx, before, wanted, actor);
      if (wanted.email_verified) await vouch(tx, id, actor);
      if (hash !== undefined) await replacePassword(tx, id, hash, actor);
      if (disabled !== undefined && disabled !== (before.disabled_at !== null)) await disable(tx, id, disabled, actor);
      return shownUser(await requireUser(tx, id));
    };
    return await db.transaction((tx) => disabled ? keepAdministrator(tx, () => work(tx)) : work(tx)).catch(
      refuseOn(nameConflicts),
    );
  }

  /** As {@link deleteAndErase}. @throws {Problem} `not_found`, `forbidden`, `precondition_failed`, `last_admin` */
  async function remove(id: string, expected: Expected, actor: Actor): Promise<void> {
    const work = async (tx: Tx) => {
      const user = await locked(tx, id, expected, () => requireMayEdit(tx, actor, id, "users:delete"), actor);
      await tellOfDeletion(mails, tx, user, actor.client);
      await deleteAndErase(tx, id, actor);
    };
    await db.transaction((tx) => keepAdministrator(tx, () => work(tx)));
  }

  /** Locks the user and checks the expected state, unless `refuse` throws. */
  async function locked(tx: Tx, id: string, expected: Expected, refuse: () => Promise<void>, actor: Actor) {
    tx.afterwards(() => principals.forgetUser(id));
    await lockUser(tx, id, actor);
    await refuse();
    return await requireUserAs(tx, id, expected);
  }

  /** Hashes before a transaction begins, because a hash takes long and would block others. */
  async function newHash(id: string, password: string, wanted: WantedNames): Promise<string> {
    requireNoErrors(await policy.errors(password, namesAfter(wanted, await requireUser(db, id))));
    return await passwords.hash(password);
  }

  async function replacePassword(tx: Tx, id: string, hash: string, actor: Actor): Promise<void> {
    await overwritePasswordHash(tx, id, hash);
    await sessionRevocation.revokeSessionsIn(tx, id, actor);
    await recordOfUser(tx, "user.password_changed", id, actor);
    await mails.notify(tx, id, "password_changed", actor.client, {});
  }

  async function vouch(tx: Tx, id: string, actor: Actor): Promise<void> {
    const { email } = await requireUser(tx, id);
    if (email === null) requireNoErrors([{ pointer: "#/email_verified", code: "invalid_value", detail: noAddress }]);
    if (await updateEmailVerified(tx, id)) await recordOfUser(tx, "user.email_verified", id, actor);
  }

  async function disable(tx: Tx, id: string, disabled: boolean, actor: Actor): Promise<void> {
    await recordOfUser(tx, disabled ? "user.disabled" : "user.enabled", id, actor); // first, because the actor may be the user who is disabled
    await updateDisabled(tx, id, disabled);
    if (disabled) await sessionRevocation.revokeSessionsIn(tx, id, actor);
  }

  /** The user with this username or e-mail address. @throws {Problem} `not_found` */
  async function named(name: string) {
    const user = await findUserByName(db, canonicalIdentifier(name));
    if (!user) throw noSuchUser();
    return user;
  }

  async function setPassword(name: string, password: string): Promise<User> {
    return await change((await named(name)).id, { password }, whateverTheState, localActor);
  }

  async function setDisabled(name: string, disabled: boolean): Promise<User> {
    return await change((await named(name)).id, { disabled }, whateverTheState, localActor);
  }

  async function verifyEmail(name: string): Promise<User> {
    return await change((await named(name)).id, { email_verified: true }, whateverTheState, localActor);
  }

  /** Resets the failed logins of the account, but not those of an address. @throws {Problem} `not_found` */
  async function unlock(name: string): Promise<User> {
    const { id } = await named(name);
    await db.transaction(async (tx) => {
      await throttle.emptyBucketsOf(tx, id);
      await recordOfUser(tx, "user.unlocked", id, localActor);
    });
    return await find(id);
  }
}
