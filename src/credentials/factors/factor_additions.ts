import { recordAudit } from "../../audit/events/audit.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import type { Tx } from "../../platform/db/db.ts";
import type { Actor, FactorKind } from "../../vocabulary/actor.ts";
import { replaceRecoveryCodes } from "../recovery_codes/recovery_codes.ts";
import type { NewTotp, Totp } from "../totp/totp.ts";
import type { Factors } from "./factors.ts";

/** A factor that a user has proved to have. */
export type AddedFactor = { id: string; kind: Exclude<FactorKind, "recovery_code">; name: string };

export type FactorAdditions = ReturnType<typeof createFactorAdditions>;

/** Adds second factors to accounts, for users who are signed in and for those who cannot sign in without one. */
export function createFactorAdditions({ totp, factors, mails }: { totp: Totp; factors: Factors; mails: Mails }) {
  return { enrolTotpIn, addedIn, newCodesIn };

  /**
   * Creates an authenticator app's secret, which is shown once and counts from its first code on. The caller has locked
   * the user.
   *
   * @throws {Problem} `factor_name_taken`, `too_many_factors`
   */
  async function enrolTotpIn(
    tx: Tx,
    user: { id: string; label: string },
    name: string,
    actor: Actor,
  ): Promise<NewTotp> {
    const created = await totp.enrolIn(tx, user, name);
    await recordAudit(tx, {
      action: "factor.enrolled",
      ...actor,
      ...ofUser(user.id),
      details: { factor: created.id, kind: "totp" },
      names: { name },
    });
    return created;
  }

  /** Notes that the user has a further factor. With the first one come recovery codes, which are shown once. */
  async function addedIn(
    tx: Tx,
    userId: string,
    { id, kind, name }: AddedFactor,
    isFirst: boolean,
    actor: Actor,
  ): Promise<string[] | null> {
    await factors.noteChangeIn(tx, userId);
    const details = { factor: id, kind };
    await recordAudit(tx, { action: "factor.added", ...actor, ...ofUser(userId), details, names: { name } });
    const letter = kind === "passkey" ? "passkey_added" : "factor_added";
    await mails.notify(tx, userId, letter, actor.client, { factor: name });
    return isFirst ? await newCodesIn(tx, userId, actor) : null;
  }

  /** Replaces the user's recovery codes, and returns the new ones. */
  async function newCodesIn(tx: Tx, userId: string, actor: Actor): Promise<string[]> {
    await recordAudit(tx, { action: "recovery_codes.created", ...actor, ...ofUser(userId), details: {} });
    return await replaceRecoveryCodes(tx, userId);
  }
}

function ofUser(id: string) {
  return { subject: { type: "user", id } } as const;
}
