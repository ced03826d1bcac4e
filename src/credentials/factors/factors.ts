import { recordAudit } from "../../audit/events/audit.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import type { Db, Tx } from "../../platform/db/db.ts";
import type { Client, FactorKind } from "../../vocabulary/actor.ts";
import { removeRecoveryCodes, useRecoveryCode } from "../recovery_codes/recovery_codes.ts";
import type { Totp, TotpRow } from "../totp/totp.ts";
import { findHeld, updateCredentialEpoch } from "./factor_store.ts";

/** What a user sends to prove a factor. */
export type FactorProof = { type: FactorKind; code: string };

/** A factor as its user sees it. `resting`: it is refused after too many wrong codes. */
export type FactorRow = TotpRow & { kind: "totp" };

/** A factor that is no longer there. */
export type RemovedFactor = { kind: "totp"; name: string };

/** How the factor was proved, by RFC 8176. */
export type ProvedFactor = { amr: string[] };

/** `replayed`: the code was used before. `resting`: the factor had too many wrong codes. */
export type FactorOutcome = "accepted" | "wrong" | "replayed" | "resting";

export type Factors = ReturnType<typeof createFactors>;

/** The second factors of users. */
export function createFactors({ totp, mails, counted }: {
  totp: Totp;
  mails: Mails;
  counted: (kind: FactorKind, outcome: FactorOutcome) => void;
}) {
  return { kindsOf, list, verifyIn, removeIn, removeAllIn, noteChangeIn };

  /** The kinds that the user can prove; empty for a user without a second factor. */
  async function kindsOf(db: Db, userId: string): Promise<FactorKind[]> {
    const held = await findHeld(db, userId);
    if (!held.totp) return [];
    return held.recovery_code ? ["totp", "recovery_code"] : ["totp"];
  }

  /** The user's confirmed factors, oldest first. */
  async function list(db: Db, userId: string): Promise<FactorRow[]> {
    return (await totp.list(db, userId)).map((row) => ({ ...row, kind: "totp" }));
  }

  /**
   * Judges a proof; undefined refuses it, without a reason. A right code is used up, and a wrong one is counted, so the
   * caller commits this transaction in both cases. A caller that locks the user does so before.
   */
  async function verifyIn(
    tx: Tx,
    userId: string,
    proof: FactorProof,
    client: Client,
  ): Promise<ProvedFactor | undefined> {
    const outcome = proof.type === "totp"
      ? await judgeTotp(tx, userId, proof.code, client)
      : await judgeRecoveryCode(tx, userId, proof.code, client);
    counted(proof.type, outcome);
    if (outcome === "accepted") {
      await totp.forgetFailuresIn(tx, userId);
      return { amr: ["otp"] };
    }
    const details = { kind: proof.type, reason: outcome };
    await recordAudit(tx, { action: "factor.refused", outcome: "failure", ...unproved(userId, client), details });
    return undefined;
  }

  async function judgeTotp(tx: Tx, userId: string, code: string, client: Client): Promise<FactorOutcome> {
    const outcome = await totp.verifyIn(tx, userId, code);
    if (outcome.kind === "wrong" && outcome.rested.length > 0) {
      const details = { factors: outcome.rested };
      await recordAudit(tx, { action: "factor.rested", ...unproved(userId, client), details });
      await mails.notify(tx, userId, "factor_rested", client, {});
    }
    return outcome.kind;
  }

  async function judgeRecoveryCode(tx: Tx, userId: string, code: string, client: Client): Promise<FactorOutcome> {
    if (!await useRecoveryCode(tx, userId, code)) return "wrong";
    await recordAudit(tx, { action: "recovery_code.used", ...unproved(userId, client), actor_id: userId });
    await mails.notify(tx, userId, "recovery_code_used", client, {});
    return "accepted";
  }

  /**
   * Deletes a factor of the user, whom the transaction has locked; undefined if there is no such factor. The recovery
   * codes go with the last one.
   */
  async function removeIn(tx: Tx, userId: string, id: string): Promise<RemovedFactor | undefined> {
    const [removed] = await totp.removeIn(tx, userId, id);
    if (!removed) return undefined;
    if ((await kindsOf(tx, userId)).length === 0) await removeRecoveryCodes(tx, userId);
    await noteChangeIn(tx, userId);
    return { kind: "totp", name: removed.name };
  }

  /** Deletes all factors and recovery codes of the user, whom the transaction has locked, and returns how many factors. */
  async function removeAllIn(tx: Tx, userId: string): Promise<number> {
    const removed = await totp.removeIn(tx, userId, null);
    await removeRecoveryCodes(tx, userId);
    await noteChangeIn(tx, userId);
    return removed.length;
  }

  /** Ends the mailed links and the sign-ins in progress that were begun with other factors than the user has now. */
  async function noteChangeIn(tx: Tx, userId: string): Promise<void> {
    await updateCredentialEpoch(tx, userId);
  }
}

/** Who sent a wrong code is unknown. */
function unproved(userId: string, client: Client) {
  return { actor_id: null, client, subject: { type: "user", id: userId } } as const;
}
