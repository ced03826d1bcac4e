import type { FactorProof, Factors, ProvedFactor } from "../../credentials/factors/factors.ts";
import type { Database } from "../../platform/db/db.ts";
import type { Client } from "../../vocabulary/actor.ts";
import type { Throttle } from "../login/throttle.ts";

export type FactorCheck = ReturnType<typeof createFactorCheck>;

/** Judges proofs of second factors, and limits guesses: per user, from any address, apart from those at the password. */
export function createFactorCheck({ db, factors, throttle }: { db: Database; factors: Factors; throttle: Throttle }) {
  return { check };

  /**
   * Judges the proof; undefined refuses it, without a reason. A guess is counted before anything is looked up, and a
   * right proof counts for nothing.
   *
   * @throws {Problem} `rate_limited`
   */
  async function check(userId: string, proof: FactorProof, client: Client): Promise<ProvedFactor | undefined> {
    const taken = await throttle.takeFactor(userId);
    const judged = db.transaction((tx) => factors.verifyIn(tx, userId, proof, client));
    return await throttle.finishAttempt(taken, judged, (proved) => proved !== undefined);
  }
}
