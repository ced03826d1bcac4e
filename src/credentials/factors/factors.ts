import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import type { Db, Tx } from "../../platform/db/db.ts";
import type { Client, FactorKind } from "../../vocabulary/actor.ts";
import { takeChallenge } from "../passkeys/challenges.ts";
import type { PasskeyAssertion, Passkeys } from "../passkeys/passkeys.ts";
import { removeRecoveryCodes, useRecoveryCode } from "../recovery_codes/recovery_codes.ts";
import type { Totp, TotpRow } from "../totp/totp.ts";
import { findHeld, type Held, listHeld, updateCredentialEpoch } from "./factor_store.ts";

/** What a user sends to prove a factor. `challenge_id`: of a challenge for the user of a session. */
export type FactorProof =
  | { type: "totp" | "recovery_code"; code: string }
  | { type: "passkey"; assertion: PasskeyAssertion; challenge_id?: string };

/** What recovery codes stand in for. */
export type OwnFactorKind = Exclude<FactorKind, "recovery_code">;

/** A factor as its user sees it. `resting`: it is refused after too many wrong codes. */
export type FactorRow = TotpRow & { kind: OwnFactorKind };

/** A factor that is no longer there. */
export type RemovedFactor = { kind: OwnFactorKind; name: string };

/** How the factor was proved, by RFC 8176. */
export type ProvedFactor = { amr: string[] };

/** `replayed`: the code was used before. `resting`: the factor had too many wrong codes. */
export type FactorOutcome = "accepted" | "wrong" | "replayed" | "resting";

/** `amr` of a proof that counts. */
type Judged = { outcome: "accepted"; amr: string[] } | { outcome: Exclude<FactorOutcome, "accepted"> };

/** In the order in which users are offered them. */
const factorKinds: FactorKind[] = ["totp", "passkey", "recovery_code"];

export type Factors = ReturnType<typeof createFactors>;

/** The second factors of users. */
export function createFactors({ totp, passkeys, principals, mails, counted }: {
  totp: Totp;
  passkeys: Passkeys;
  principals: PrincipalCache;
  mails: Mails;
  counted: (kind: FactorKind, outcome: FactorOutcome) => void;
}) {
  return { kindsOf, kindsOfEach, list, verifyIn, removeIn, removeAllIn, noteChangeIn };

  /** The kinds that the user can prove; empty for a user without a second factor. */
  async function kindsOf(db: Db, userId: string): Promise<FactorKind[]> {
    return kindsHeld(await findHeld(db, userId));
  }

  /** As {@link kindsOf}, of many users by their ids. */
  async function kindsOfEach(db: Db, userIds: string[]): Promise<Map<string, FactorKind[]>> {
    return new Map((await listHeld(db, userIds)).map(({ user_id, ...held }) => [user_id, kindsHeld(held)]));
  }

  /** The user's confirmed factors, oldest first. */
  async function list(db: Db, userId: string): Promise<FactorRow[]> {
    const apps = await totp.list(db, userId);
    const keys = await passkeys.list(db, userId);
    return [
      ...apps.map((row) => ({ ...row, kind: "totp" as const })),
      ...keys.map(({ id, name, created_at, last_used_at }) => (
        { id, name, created_at, last_used_at, resting: false, kind: "passkey" as const }
      )),
    ].sort((a, b) => a.id < b.id ? -1 : 1);
  }

  /**
   * Judges a proof; undefined refuses it, without a reason. A right code is used up, and a wrong one is counted, so the
   * caller commits this transaction in both cases. A caller that locks the user does so before. `challenge` is what a
   * passkey was asked to sign, where the caller knows it; else it is the one with the id in the proof.
   */
  async function verifyIn(
    tx: Tx,
    userId: string,
    proof: FactorProof,
    client: Client,
    challenge?: string,
  ): Promise<ProvedFactor | undefined> {
    const judged = proof.type === "passkey"
      ? await judgePasskey(tx, userId, proof, client, challenge)
      : await judgeCode(tx, userId, proof, client);
    counted(proof.type, judged.outcome);
    if (judged.outcome === "accepted") {
      await totp.forgetFailuresIn(tx, userId);
      return { amr: judged.amr };
    }
    const details = { kind: proof.type, reason: judged.outcome };
    await recordAudit(tx, { action: "factor.refused", outcome: "failure", ...unproved(userId, client), details });
    return undefined;
  }

  async function judgePasskey(
    tx: Tx,
    userId: string,
    { assertion, challenge_id }: Extract<FactorProof, { type: "passkey" }>,
    client: Client,
    known: string | undefined,
  ): Promise<Judged> {
    const challenge = known ?? (challenge_id && await challengeOf(tx, userId, challenge_id));
    const proved = challenge && await passkeys.verifyIn(tx, { assertion, challenge, userId, client });
    return proved ? { outcome: "accepted", amr: proved.amr } : { outcome: "wrong" };
  }

  async function challengeOf(tx: Tx, userId: string, id: string): Promise<string | undefined> {
    return (await takeChallenge(tx, "passkey_proof", id, (ticket) => ticket.user_id === userId))?.challenge;
  }

  async function judgeCode(
    tx: Tx,
    userId: string,
    { type, code }: Extract<FactorProof, { code: string }>,
    client: Client,
  ): Promise<Judged> {
    const judge = type === "totp" ? judgeTotp : judgeRecoveryCode;
    const outcome = await judge(tx, userId, code, client);
    return outcome === "accepted" ? { outcome, amr: ["otp"] } : { outcome };
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
    const [app] = await totp.removeIn(tx, userId, id);
    const [key] = app ? [] : await passkeys.removeIn(tx, userId, id);
    const removed = app ?? key;
    if (!removed) return undefined;
    if ((await kindsOf(tx, userId)).length === 0) await removeRecoveryCodes(tx, userId);
    await noteChangeIn(tx, userId);
    return { kind: app ? "totp" : "passkey", name: removed.name };
  }

  /**
   * Deletes all factors and recovery codes of the user, whom the transaction has locked, and returns how many factors.
   */
  async function removeAllIn(tx: Tx, userId: string): Promise<number> {
    const removed = [...await totp.removeIn(tx, userId, null), ...await passkeys.removeIn(tx, userId, null)];
    await removeRecoveryCodes(tx, userId);
    await noteChangeIn(tx, userId);
    return removed.length;
  }

  /** Ends the mailed links and the sign-ins in progress that were begun with other factors than the user has now. */
  async function noteChangeIn(tx: Tx, userId: string): Promise<void> {
    tx.afterwards(() => principals.forgetUser(userId));
    await updateCredentialEpoch(tx, userId);
  }
}

/** Who sent a wrong code is unknown. */
function unproved(userId: string, client: Client) {
  return { actor_id: null, client, subject: { type: "user", id: userId } } as const;
}

function kindsHeld(held: Held): FactorKind[] {
  return held.totp || held.passkey ? factorKinds.filter((kind) => held[kind]) : [];
}
