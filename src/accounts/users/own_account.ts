import type { Actor, PrincipalUser } from "../../vocabulary/actor.ts";
import { keepAdministrator } from "../../access/authority/administrators.ts";
import { lockUser, noSuchUser } from "../../access/authority/authority.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { Expected } from "../../platform/revision.ts";
import type { Throttle } from "../../sessions/login/throttle.ts";
import { requireNoErrors, type WantedNames } from "../../vocabulary/identifiers.ts";
import { onConstraint, Problem } from "../../vocabulary/problems.ts";
import type { PasswordProof } from "../recovery/password_proof.ts";
import { nameConflicts } from "../registration/registrations.ts";
import type { ReservedUsernames } from "../registration/reserved_usernames.ts";
import {
  deleteAndErase,
  isOtherMailbox,
  renameErrors,
  renameUser,
  tellOfAddress,
  tellOfDeletion,
} from "./user_changes.ts";
import { type Person, personOf, requireUser, shownUser } from "./user_revision.ts";
import type { UserRow } from "./user_store.ts";

/** What users may change in their own accounts. */
export type OwnChange = WantedNames & { current_password?: string | undefined };

/** The caller, from the cache, and the caller's session. */
export type SignedIn = { user: Pick<PrincipalUser, "id" | "username" | "email">; session: { id: string } };

export type OwnAccount = ReturnType<typeof createOwnAccount>;

/** Lets users change and delete their own accounts. */
export function createOwnAccount({ db, principals, throttle, proof, reservedUsernames, mails }: {
  db: Database;
  principals: PrincipalCache;
  throttle: Throttle;
  proof: PasswordProof;
  reservedUsernames: ReservedUsernames;
  mails: Mails;
}) {
  return { change, remove };

  /**
   * Changes the caller's names. Every attempt counts for the rate limit, because a refusal reveals that a name exists.
   * A new mailbox requires the password, because its owner could take over the account; while mails are sent, it is
   * changed by a flow of its own. @throws {Problem} `invalid_request`, `email_confirmation_required`, `rate_limited`,
   * `wrong_password`, `precondition_failed`, `username_taken`, `email_taken`, `insufficient_user_authentication`,
   * `invalid_token` for a user who is gone
   */
  async function change(caller: SignedIn, wanted: OwnChange, expected: Expected, actor: Actor): Promise<Person> {
    const { id } = caller.user;
    requireNoErrors(renameErrors(wanted, caller.user, reservedUsernames));
    const movesMailbox = isOtherMailbox(wanted, caller.user);
    if (movesMailbox && wanted.email && mails.isOn) throw new Problem("email_confirmation_required");
    if (movesMailbox && wanted.current_password === undefined) throw passwordMissing();
    if (movesMailbox) actor.requireFresh?.();
    await throttle.takeAccountChange(id);
    if (movesMailbox) await prove(caller, wanted.current_password!, actor);
    return await asOwner(() =>
      db.transaction(async (tx) => {
        const before = await locked(tx, id, actor);
        if (!expected(shownToThemselves(before))) throw new Problem("precondition_failed");
        if (!movesMailbox && isOtherMailbox(wanted, before)) throw passwordMissing(); // the cached address was stale
        await tellOfAddress(mails, tx, before, wanted, actor.client);
        await renameUser(tx, before, wanted, actor);
        return shownToThemselves(await requireUser(tx, id));
      })
    );
  }

  /** Erases personal data too. @throws {Problem} `wrong_password`, `rate_limited`, `last_admin`, `invalid_token` */
  async function remove(caller: SignedIn, currentPassword: string, actor: Actor): Promise<void> {
    await prove(caller, currentPassword, actor);
    const work = async (tx: Tx) => {
      const user = await locked(tx, caller.user.id, actor);
      await tellOfDeletion(mails, tx, user, actor.client);
      await deleteAndErase(tx, caller.user.id, actor);
    };
    await asOwner(() => db.transaction((tx) => keepAdministrator(tx, () => work(tx))));
  }

  function prove({ user, session }: SignedIn, password: string, actor: Actor): Promise<void> {
    return proof.requirePassword(user.id, session.id, password, actor);
  }

  async function locked(tx: Tx, id: string, actor: Actor): Promise<UserRow> {
    tx.afterwards(() => principals.forgetUser(id));
    await lockUser(tx, id, actor);
    const user = await requireUser(tx, id);
    if (user.disabled_at) throw noSuchUser();
    return user;
  }
}

function passwordMissing(): Problem {
  const detail = "A new e-mail address requires the current password. Send it as current_password.";
  return new Problem("invalid_request", { errors: [{ pointer: "#/current_password", code: "invalid_type", detail }] });
}

function shownToThemselves(row: UserRow): Person {
  const user = shownUser(row);
  return personOf(user, user.roles);
}

async function asOwner<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem && error.code === "not_found") throw new Problem("invalid_token", { cause: error });
    throw onConstraint(error, nameConflicts);
  }
}
