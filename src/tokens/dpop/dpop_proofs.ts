import type { JWTHeaderParameters } from "jose";
import type { ReadProof, SentProof } from "../../vocabulary/proofs.ts";
import type { Clock } from "../../platform/clock.ts";
import { once } from "../../platform/once.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { UsedOnce } from "../used_once/used_once.ts";
import { invalidProof } from "./invalid_proof.ts";
import { algorithmOf, type JudgedProof, judgeProof, proofAgeMaxSeconds } from "./proof.ts";
import { type ProofKey, proofKey } from "./proof_key.ts";

/** What came of a proof. */
export type ProofOutcome = "accepted" | "invalid" | "replayed" | "before_epoch";

export type DpopProofs = ReturnType<typeof createDpopProofs>;

/**
 * Verifies that whoever sends a request has a private key (RFC 9449): one signature, and one statement that remembers
 * the proof on every replica for as long as it could be sent again. There are no nonces of the server.
 */
export function createDpopProofs({ issuer, clock, usedOnce, counted }: {
  issuer: string;
  clock: Clock;
  usedOnce: Pick<UsedOnce, "take">;
  counted: (outcome: ProofOutcome) => void;
}) {
  return { read, verify };

  /** The thumbprint of the proven key. @throws {Problem} `invalid_dpop_proof` */
  async function verify(sent: SentProof): Promise<string> {
    const { jkt, spend } = await read(sent);
    await spend();
    return jkt;
  }

  /** Verifies without a statement. The proof counts only once it is spent. @throws {Problem} `invalid_dpop_proof` */
  async function read({ jws, method, path }: SentProof, accessToken?: string): Promise<ReadProof> {
    try {
      const proof = await judgeProof(jws, { method, url: issuer + path, accessToken }, keyOf, clock.now());
      return { jkt: proof.jkt, spend: once(() => spend(proof)) };
    } catch (error) {
      if (error instanceof Problem) counted("invalid");
      throw error;
    }
  }

  function keyOf(header: JWTHeaderParameters): Promise<ProofKey> {
    return proofKey(header.jwk, algorithmOf(header));
  }

  async function spend({ jkt, jti, iat }: JudgedProof): Promise<void> {
    const outcome = await usedOnce.take(
      `dpop:${jkt}:${jti}`,
      (iat + 2 * proofAgeMaxSeconds) * 1_000, // longer than it counts: the clock of the database is another one
      iat * 1_000,
    );
    counted(outcome === "taken" ? "accepted" : outcome === "used" ? "replayed" : "before_epoch");
    if (outcome === "used") throw invalidProof("The proof was used before");
    if (outcome === "before_epoch") {
      throw invalidProof("The server has lost its memory of earlier proofs: send a new one");
    }
  }
}
