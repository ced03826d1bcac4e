import { v7 as uuidv7 } from "uuid";
import type { Clock } from "../../platform/clock.ts";
import type { Database, Db, Tx } from "../../platform/db/db.ts";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { openText, sealText } from "../../platform/text/sealed_text.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import { newTotpSecret, stepOfCode, totpSetup } from "./totp_code.ts";
import {
  deletePendingTotp,
  deleteTotp,
  findPendingTotp,
  insertTotp,
  listSealedTotp,
  listTotp,
  lockTotpSealedWith,
  type SealedFactor,
  type TotpRow,
  updateTotpConfirmed,
  updateTotpFailed,
  updateTotpFailures,
  updateTotpSeal,
  updateTotpUsed,
} from "./totp_store.ts";

export type { TotpRow };

/** What the user's app is set up with; shown once. */
export type NewTotp = { id: string; name: string; secret: string; uri: string; qr: string };

/**
 * `replayed`: the code was used. `resting`: too many wrong codes; `rested` are the factors that rest since this one.
 */
export type TotpOutcome = { kind: "accepted" | "replayed" | "resting" } | { kind: "wrong"; rested: string[] };

/** The most factors of one user. */
const perUserMax = 5;

/** Factors encrypted anew in one transaction. */
const resealBatch = 100;

export type Totp = ReturnType<typeof createTotp>;

/** Codes by time (RFC 6238) from the apps of users. Their secrets are stored encrypted. */
export function createTotp({ db, secrets, clock, issuer }: {
  db: Database;
  secrets: Secrets;
  clock: Clock;
  /** How apps name this service. */
  issuer: string;
}) {
  return { list, enrolIn, confirmIn, verifyIn, forgetFailuresIn, removeIn, reseal, purge };

  /** The user's confirmed factors, oldest first. */
  function list(db: Db, userId: string): Promise<TotpRow[]> {
    return listTotp(db, userId);
  }

  /**
   * Creates a factor, which counts from its first code on, and dies after ten minutes without one. An earlier one that
   * waits for its first code is deleted. The caller has locked the user.
   *
   * @throws {Problem} `factor_name_taken`, `too_many_factors`
   */
  async function enrolIn(tx: Tx, user: { id: string; label: string }, name: string): Promise<NewTotp> {
    await deletePendingTotp(tx, user.id);
    const known = await listTotp(tx, user.id);
    if (known.some((factor) => factor.name === name)) throw new Problem("factor_name_taken");
    if (known.length >= perUserMax) throw new Problem("too_many_factors");
    const id = uuidv7();
    const secret = newTotpSecret();
    const secret_sealed = sealText(secrets.subkey("factors"), id, secret);
    await insertTotp(tx, { id, user_id: user.id, name, secret_sealed, secret_id: secrets.id });
    return { id, name, secret, ...totpSetup(secret, issuer, user.label) };
  }

  /**
   * Confirms a new factor by its first code, and returns its name; undefined if the code is wrong.
   *
   * @throws {Problem} `not_found` when no such factor waits for a code.
   */
  async function confirmIn(tx: Tx, userId: string, id: string, code: string): Promise<string | undefined> {
    const factor = await findPendingTotp(tx, userId, id);
    if (!factor) throw new Problem("not_found", { detail: "There is no such factor, or its ten minutes are over." });
    const step = stepOfCode(open(factor), code, clock.now());
    return step === undefined ? undefined : await updateTotpConfirmed(tx, id, step);
  }

  /**
   * Judges a code of any of the user's factors. One code counts once, at all replicas together.
   *
   * @throws {Unavailable} when a factor was encrypted with a secret that this replica does not have.
   */
  async function verifyIn(tx: Tx, userId: string, code: string): Promise<TotpOutcome> {
    const factors = await listSealedTotp(tx, userId);
    const awake = factors.filter(({ resting }) => !resting);
    if (awake.length === 0 && factors.length > 0) return { kind: "resting" };
    for (const factor of awake) {
      const step = stepOfCode(open(factor), code, clock.now());
      if (step !== undefined) return { kind: await updateTotpUsed(tx, factor.id, step) ? "accepted" : "replayed" };
    }
    return { kind: "wrong", rested: await updateTotpFailed(tx, userId) };
  }

  /** Forgets wrong codes, since the user proved another factor. */
  async function forgetFailuresIn(tx: Tx, userId: string): Promise<void> {
    await updateTotpFailures(tx, userId);
  }

  /** Deletes one confirmed factor of the user, or all. */
  async function removeIn(tx: Tx, userId: string, id: string | null): Promise<{ id: string; name: string }[]> {
    if (id === null) await deletePendingTotp(tx, userId);
    return await deleteTotp(tx, userId, id);
  }

  function open({ id, secret_sealed, secret_id }: SealedFactor): string {
    if (!secrets.ids.includes(secret_id)) {
      throw new Unavailable("a TOTP factor cannot be decrypted with SENTINEL_SECRET or SENTINEL_SECRET_PREVIOUS");
    }
    return openText(secrets.subkey("factors", secret_id), id, secret_sealed);
  }

  /**
   * Encrypts with the current secret what is still encrypted with the previous one, so that the previous one can be
   * removed.
   */
  async function reseal(): Promise<void> {
    for (const previous of secrets.ids.filter((id) => id !== secrets.id)) {
      while (await db.transaction((tx) => resealSome(tx, previous)) === resealBatch);
    }
  }

  async function resealSome(tx: Tx, previous: string): Promise<number> {
    const factors = await lockTotpSealedWith(tx, previous, resealBatch);
    for (const factor of factors) {
      const sealed = sealText(secrets.subkey("factors"), factor.id, open(factor));
      await updateTotpSeal(tx, factor.id, sealed, secrets.id);
    }
    return factors.length;
  }

  /** Deletes what was never confirmed. */
  async function purge(): Promise<void> {
    await deletePendingTotp(db, null);
  }
}
