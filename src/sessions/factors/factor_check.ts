import type { FactorProof, Factors, ProvedFactor } from "../../credentials/factors/factors.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { Client } from "../../vocabulary/actor.ts";
import type { Throttle } from "../login/throttle.ts";

export type FactorCheck = ReturnType<typeof createFactorCheck>;

/**
 * Judges proofs of second factors, and limits guesses: per user, from any address, apart from those at the password.
 */
export function createFactorCheck({ db, factors, throttle }: { db: Database; factors: Factors; throttle: Throttle }) {
  return { check, guess };

  /**
   * Judges the proof; undefined refuses it, without a reason. A guess is counted before anything is looked up, and a
   * right proof counts for nothing.
   *
   * @throws {Problem} `rate_limited`
   */
  async function check(userId: string, proof: FactorProof, client: Client): Promise<ProvedFactor | undefined> {
    return await guess(userId, (tx) => factors.verifyIn(tx, userId, proof, client));
  }

  /** As {@link check}, for anything that a code is needed for. Undefined from `judge` is a wrong guess. */
  async function guess<T>(userId: string, judge: (tx: Tx) => Promise<T | undefined>): Promise<T | undefined> {
    const taken = await throttle.takeFactor(userId);
    return await throttle.finishAttempt(taken, db.transaction(judge), (outcome) => outcome !== undefined);
  }
}
