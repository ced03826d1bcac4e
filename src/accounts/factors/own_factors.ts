import { lockUser } from "../../access/authority/authority.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { FactorAdditions } from "../../credentials/factors/factor_additions.ts";
import type { FactorRow, Factors } from "../../credentials/factors/factors.ts";
import { recoveryCodesLeft } from "../../credentials/recovery_codes/recovery_codes.ts";
import type { NewTotp, Totp } from "../../credentials/totp/totp.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { FactorRequirement } from "../../sessions/enrolment/factor_requirement.ts";
import type { FactorCheck } from "../../sessions/factors/factor_check.ts";
import type { Actor, PrincipalUser } from "../../vocabulary/actor.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { OwnershipProof, OwnProof } from "./ownership_proof.ts";

/** The caller, from the cache, and the caller's session. */
type Owner = { user: PrincipalUser; session: { id: string } };

/** What a user has beside the password. */
export type HeldFactors = { items: FactorRow[]; recovery_codes_left: number };

export type OwnFactors = ReturnType<typeof createOwnFactors>;

/**
 * Lets users set up and remove their own second factors. Sessions that exist keep what they were started with, so
 * adding a factor ends none.
 */
export function createOwnFactors(deps: {
  db: Database;
  totp: Totp;
  factors: Factors;
  factorAdditions: FactorAdditions;
  factorCheck: FactorCheck;
  factorRequirement: FactorRequirement;
  ownershipProof: OwnershipProof;
  mails: Mails;
  /** Whether an address must be confirmed before its owner can log in. */
  mustConfirm: boolean;
}) {
  const { db, totp, factors, factorAdditions, factorCheck, factorRequirement, ownershipProof, mails, mustConfirm } =
    deps;
  return { list, enrolTotp, confirmTotp, remove, renewRecoveryCodes };

  async function list(userId: string): Promise<HeldFactors> {
    const [items, left] = await Promise.all([factors.list(db, userId), recoveryCodesLeft(db, userId)]);
    return { items, recovery_codes_left: left };
  }

  /**
   * Creates an authenticator app's secret, which is shown once and counts from its first code on.
   *
   * @throws {Problem} `email_unverified`, `factor_name_taken`, `too_many_factors`, and as {@link OwnershipProof}.
   */
  async function enrolTotp(owner: Owner, name: string, proof: OwnProof, actor: Actor): Promise<NewTotp> {
    const { user } = owner;
    if (mustConfirm && !user.email_verified) throw new Problem("email_unverified");
    const isFactorProved = await ownershipProof.require(owner, proof, actor) !== undefined;
    return await db.transaction(async (tx) => {
      await lockUser(tx, user.id, actor);
      if (!isFactorProved && await hasFactor(tx, user.id)) throw new Problem("factor_required");
      return await factorAdditions.enrolTotpIn(tx, { id: user.id, label: shownName(user) }, name, actor);
    });
  }

  /**
   * Confirms the app by its first code. With the first factor the user gets recovery codes, which are shown once.
   *
   * @throws {Problem} `not_found` ten minutes later, `wrong_factor`, `rate_limited`
   */
  async function confirmTotp({ user }: Owner, id: string, code: string, actor: Actor): Promise<string[] | null> {
    const confirmed = await factorCheck.guess(user.id, async (tx) => {
      await lockUser(tx, user.id, actor);
      const isFirst = !await hasFactor(tx, user.id);
      const name = await totp.confirmIn(tx, user.id, id, code);
      if (name === undefined) return undefined;
      return { codes: await factorAdditions.addedIn(tx, user.id, { id, kind: "totp", name }, isFirst, actor) };
    });
    if (!confirmed) throw new Problem("wrong_factor");
    return confirmed.codes;
  }

  /** @throws {Problem} `not_found`, `last_factor`, and as {@link OwnershipProof}. */
  async function remove(owner: Owner, id: string, proof: OwnProof, actor: Actor): Promise<void> {
    const { user } = owner;
    await ownershipProof.require(owner, proof, actor);
    const mustKeepOne = await factorRequirement.isRequiredOf(user.id);
    await db.transaction(async (tx) => {
      await lockUser(tx, user.id, actor);
      const removed = await factors.removeIn(tx, user.id, id);
      if (!removed) throw new Problem("not_found", { detail: "There is no such factor." });
      if (mustKeepOne && !await hasFactor(tx, user.id)) throw new Problem("last_factor");
      const { kind, name } = removed;
      const subject = { type: "user", id: user.id } as const;
      await recordAudit(tx, {
        action: "factor.removed",
        ...actor,
        subject,
        details: { factor: id, kind },
        names: { name },
      });
      await mails.notify(tx, user.id, "factor_removed", actor.client, { factor: name });
    });
  }

  /** Replaces the recovery codes. @throws {Problem} `no_factor`, and as {@link OwnershipProof}. */
  async function renewRecoveryCodes(owner: Owner, proof: OwnProof, actor: Actor): Promise<string[]> {
    const { user } = owner;
    await ownershipProof.require(owner, proof, actor);
    return await db.transaction(async (tx) => {
      await lockUser(tx, user.id, actor);
      if (!await hasFactor(tx, user.id)) throw new Problem("no_factor");
      await factors.noteChangeIn(tx, user.id);
      await mails.notify(tx, user.id, "recovery_codes_created", actor.client, {});
      return await factorAdditions.newCodesIn(tx, user.id, actor);
    });
  }

  async function hasFactor(tx: Tx, userId: string): Promise<boolean> {
    return (await factors.kindsOf(tx, userId)).length > 0;
  }
}
