import { lockUser } from "../../access/authority/authority.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { FactorAdditions } from "../../credentials/factors/factor_additions.ts";
import type { Factors } from "../../credentials/factors/factors.ts";
import { issueChallenge, takeChallenge } from "../../credentials/passkeys/challenges.ts";
import type {
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyRow,
  Passkeys,
} from "../../credentials/passkeys/passkeys.ts";
import type { Ticket } from "../../credentials/tickets/tickets.ts";
import type { Database } from "../../platform/db/db.ts";
import type { PasskeySignIn } from "../../sessions/passkeys/passkey_login.ts";
import type { Actor, PrincipalUser } from "../../vocabulary/actor.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { OwnershipProof, OwnProof } from "./ownership_proof.ts";

/** The caller, from the cache, and the caller's session. */
type Owner = { user: PrincipalUser; session: { id: string } };

/** What the browser is to create a passkey by. */
export type PasskeySetup = { challenge_id: string; publicKey: PasskeyCreationOptions };

/** A passkey that was added. `recovery_codes`: with the first factor of the user. */
export type AddedPasskey = { id: string; name: string; recovery_codes: string[] | null };

export type OwnPasskeys = ReturnType<typeof createOwnPasskeys>;

/** Lets users set up their own passkeys. They are removed like any factor. */
export function createOwnPasskeys({ db, passkeys, factors, factorAdditions, ownershipProof, mustConfirm }: {
  db: Database;
  passkeys: Passkeys;
  factors: Factors;
  factorAdditions: FactorAdditions;
  ownershipProof: OwnershipProof;
  /** Whether an address must be confirmed before its owner can log in. */
  mustConfirm: boolean;
}) {
  return { list, begin, finish, rename, challenge };

  /** The user's passkeys, oldest first. */
  function list(userId: string): Promise<PasskeyRow[]> {
    return passkeys.list(db, userId);
  }

  /**
   * Asks for a new passkey, which {@link finish} adds within five minutes. Without a name it gets one that is free.
   *
   * @throws {Problem} `email_unverified`, `factor_name_taken`, and as {@link OwnershipProof}
   */
  async function begin(
    owner: Owner,
    name: string | undefined,
    proof: OwnProof,
    actor: Actor,
  ): Promise<PasskeySetup> {
    const { user, session } = owner;
    if (mustConfirm && !user.email_verified) throw new Problem("email_unverified");
    const isFactorProved = await ownershipProof.require(owner, proof, actor) !== undefined;
    const names = (await passkeys.list(db, user.id)).map((passkey) => passkey.name);
    if (name !== undefined && names.includes(name)) throw new Problem("factor_name_taken");
    const label = shownName(user);
    const publicKey = await passkeys.creationOptions(db, { id: user.id, label, displayName: label });
    const challenge_id = await issueChallenge(db, "passkey_setup", publicKey.challenge, {
      userId: user.id,
      sessionId: session.id,
      params: { isFactorProved, ...(name !== undefined && { name }) },
    });
    return { challenge_id, publicKey };
  }

  /**
   * Adds the passkey. With the first factor the user gets recovery codes, which are shown once.
   *
   * @throws {Problem} `passkey_refused`, `passkey_taken`, `factor_name_taken`, `too_many_factors`, `factor_required`
   */
  async function finish(
    { user, session }: Owner,
    { challenge_id, attestation }: { challenge_id: string; attestation: PasskeyAttestation },
    actor: Actor,
  ): Promise<AddedPasskey> {
    const isOwn = (ticket: Ticket) => ticket.user_id === user.id && ticket.session_id === session.id;
    const asked = await db.transaction(async (tx) => { // of its own: whatever the answer is worth, it is the only one
      await lockUser(tx, user.id, actor);
      return await takeChallenge(tx, "passkey_setup", challenge_id, isOwn);
    });
    if (!asked) throw new Problem("passkey_refused", { detail: "This was not asked for, or more than 5 minutes ago." });
    const { challenge, params } = asked;
    const name = params.name === undefined ? undefined : String(params.name);
    return await db.transaction(async (tx) => {
      await lockUser(tx, user.id, actor);
      const isFirst = (await factors.kindsOf(tx, user.id)).length === 0;
      if (!isFirst && params.isFactorProved !== true) throw new Problem("factor_required");
      const made = await passkeys.registerIn(tx, user.id, { response: attestation, name, challenge });
      const added = { id: made.id, name: made.name };
      const codes = await factorAdditions.addedIn(tx, user.id, { kind: "passkey", ...added }, isFirst, actor);
      return { ...added, recovery_codes: codes };
    });
  }

  /** @throws {Problem} `not_found`, `factor_name_taken` */
  async function rename(userId: string, id: string, name: string, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      await lockUser(tx, userId, actor);
      await passkeys.rename(tx, userId, id, name);
      const subject = { type: "user", id: userId } as const;
      const details = { factor: id };
      await recordAudit(tx, { action: "passkey.renamed", ...actor, subject, details, names: { name } });
    });
  }

  /**
   * What a passkey of the user signs to prove that the user is there.
   *
   * @throws {Problem} `no_passkey`
   */
  async function challenge(userId: string): Promise<PasskeySignIn> {
    const allowed = await passkeys.descriptorsOf(db, userId);
    if (allowed.length === 0) throw new Problem("no_passkey");
    const publicKey = passkeys.requestOptions(undefined, allowed);
    return { challenge_id: await issueChallenge(db, "passkey_proof", publicKey.challenge, { userId }), publicKey };
  }
}
