import type { Actor, Client } from "../../vocabulary/actor.ts";
import { erase } from "../../audit/erasure/erasures.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Tx } from "../../platform/db/db.ts";
import type { AuditAction } from "../../vocabulary/dictionary.ts";
import {
  canonicalIdentifier,
  identifierErrors,
  identifiersOf,
  namelessErrors,
  type Names,
  requireNoErrors,
  type WantedNames,
} from "../../vocabulary/identifiers.ts";
import type { FieldError } from "../../vocabulary/problems.ts";
import type { ReservedUsernames } from "../registration/reserved_usernames.ts";
import { deleteUser, updateIdentifiers, type UserRow } from "./user_store.ts";

/** What is wrong with the names that a user is to have. A username that stays need not obey rules made after it. */
export function renameErrors(wanted: WantedNames, before: Names, reservedUsernames: ReservedUsernames): FieldError[] {
  const username = wanted.username === before.username ? undefined : wanted.username;
  return [...identifierErrors({ username, email: wanted.email }), ...reservedUsernames.errors(username)];
}

/** The names after the change: what is absent stays. */
export function namesAfter({ username, email }: WantedNames, before: Names): Names {
  return {
    username: username === undefined ? before.username : username,
    email: email === undefined ? before.email : email,
  };
}

/** Whether the change gives the account another mailbox, its first one, or takes away the one it has. */
export function isOtherMailbox(wanted: WantedNames, own: Names): boolean {
  const canonical = ({ email }: Names) => email === null ? null : canonicalIdentifier(email);
  return canonical(namesAfter(wanted, own)) !== canonical(own);
}

/** Writes the names and records both states, if one changed. @throws {Problem} `invalid_request` if neither is left. */
export async function renameUser(tx: Tx, before: UserRow, wanted: WantedNames, actor: Actor): Promise<void> {
  const after = identifiersOf(namesAfter(wanted, before));
  requireNoErrors(namelessErrors(after));
  if (after.username === before.username && after.email === before.email) return;
  await updateIdentifiers(tx, before.id, after);
  const names = {
    before: { username: before.username, email: before.email },
    after: { username: after.username, email: after.email },
  };
  const changed = (["username", "email"] as const).filter((name) => before[name] !== after[name]);
  const subject = { type: "user", id: before.id } as const;
  await recordAudit(tx, { action: "user.changed", ...actor, subject, details: { changed }, names });
}

/** Tells the mailbox that the account had until now that the account has another address, or none. */
export async function tellOfAddress(mails: Mails, tx: Tx, before: Names, wanted: WantedNames, client: Client) {
  const { email } = namesAfter(wanted, before);
  if (before.email === null || email !== null && canonicalIdentifier(email) === canonicalIdentifier(before.email)) {
    return;
  }
  const { username, email: to } = before;
  await mails.notifyAddress(tx, { to, name: username ?? to }, "email_changed", client, {});
}

/** Tells the mailbox of an account, if it has one, that the account is being deleted. */
export async function tellOfDeletion(mails: Mails, tx: Tx, { username, email }: Names, client: Client): Promise<void> {
  if (email === null) return;
  await mails.notifyAddress(tx, { to: email, name: username ?? email }, "account_deleted", client, {});
}

/** Deletes the account, and erases the user from the audit log's details at once as far as a request can. */
export async function deleteAndErase(tx: Tx, id: string, actor: Actor): Promise<void> {
  await recordOfUser(tx, "user.deleted", id, actor); // first, because the actor may be the user who is deleted
  await deleteUser(tx, id);
  await erase(tx, id);
}

/** Records an action on the user. */
export function recordOfUser(tx: Tx, action: AuditAction, id: string, actor: Actor): Promise<void> {
  return recordAudit(tx, { action, ...actor, subject: { type: "user", id } });
}
