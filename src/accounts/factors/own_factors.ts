import { lockUser } from "../../access/authority/authority.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { FactorRow, Factors } from "../../credentials/factors/factors.ts";
import { recoveryCodesLeft, replaceRecoveryCodes } from "../../credentials/recovery_codes/recovery_codes.ts";
import type { NewTotp, Totp } from "../../credentials/totp/totp.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { FactorCheck } from "../../sessions/factors/factor_check.ts";
import type { Actor, PrincipalUser } from "../../vocabulary/actor.ts";
import type { AuditAction } from "../../vocabulary/dictionary.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { OwnershipProof, OwnProof } from "./ownership_proof.ts";

/** The caller, from the cache, and the caller's session. */
type Owner = { user: PrincipalUser; session: { id: string } };

/** What a user has beside the password. */
export type HeldFactors = { items: FactorRow[]; recovery_codes_left: number };

export type OwnFactors = ReturnType<typeof createOwnFactors>;

/**
 * Lets users set up and remove their own second factors. Sessions that exist keep what they were started with, so adding
 * a factor ends none.
 */
export function createOwnFactors({ db, totp, factors, factorCheck, ownershipProof, mails, mustConfirm }: {
  db: Database;
  totp: Totp;
  factors: Factors;
  factorCheck: FactorCheck;
  ownershipProof: OwnershipProof;
  mails: Mails;
  /** Whether an address must be confirmed before its owner can log in. */
  mustConfirm: boolean;
}) {
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
    const isFactorProved = await ownershipProof.require(owner, proof, actor);
    return await db.transaction(async (tx) => {
      await lockUser(tx, user.id, actor);
      if (!isFactorProved && await hasFactor(tx, user.id)) throw new Problem("factor_required");
      const created = await totp.enrolIn(tx, { id: user.id, label: shownName(user) }, name);
      await record(tx, "factor.enrolled", user.id, actor, { factor: created.id, kind: "totp" }, { name });
      return created;
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
      await factors.noteChangeIn(tx, user.id);
      await record(tx, "factor.added", user.id, actor, { factor: id, kind: "totp" }, { name });
      await mails.notify(tx, user.id, "factor_added", actor.client, { factor: name });
      return { codes: isFirst ? await newCodes(tx, user.id, actor) : null };
    });
    if (!confirmed) throw new Problem("wrong_factor");
    return confirmed.codes;
  }

  /** @throws {Problem} `not_found`, and as {@link OwnershipProof}. */
  async function remove(owner: Owner, id: string, proof: OwnProof, actor: Actor): Promise<void> {
    const { user } = owner;
    await ownershipProof.require(owner, proof, actor);
    await db.transaction(async (tx) => {
      await lockUser(tx, user.id, actor);
      const removed = await factors.removeIn(tx, user.id, id);
      if (!removed) throw new Problem("not_found", { detail: "There is no such factor." });
      const { kind, name } = removed;
      await record(tx, "factor.removed", user.id, actor, { factor: id, kind }, { name });
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
      return await newCodes(tx, user.id, actor);
    });
  }

  async function hasFactor(tx: Tx, userId: string): Promise<boolean> {
    return (await factors.kindsOf(tx, userId)).length > 0;
  }
}

async function newCodes(tx: Tx, userId: string, actor: Actor): Promise<string[]> {
  await record(tx, "recovery_codes.created", userId, actor, {});
  return await replaceRecoveryCodes(tx, userId);
}

async function record(
  tx: Tx,
  action: AuditAction,
  userId: string,
  actor: Actor,
  details: Record<string, unknown>,
  names?: { name: string },
): Promise<void> {
  const subject = { type: "user", id: userId } as const;
  await recordAudit(tx, { action, ...actor, subject, details, ...(names && { names }) });
}
