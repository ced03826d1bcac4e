import { dpopAlgorithms } from "./algorithms.ts";
import { Problem } from "./problems.ts";

/** A proof of a key as it was sent (RFC 9449 §4), and the request that it must be for. */
export type SentProof = { jws: string; method: string; path: string };

/** A proof that is valid unless it was used before. `spend` tells, and costs a statement at its first call. */
export type ReadProof = { jkt: string; spend: () => Promise<void> };

/** Reads proofs. */
export interface ProofReader {
  /** Of a request with this access token. @throws {Problem} `invalid_dpop_proof` */
  read(sent: SentProof, accessToken: string): Promise<ReadProof>;
}

/** The refusal of a token that is, or has to be, sent with a proof (RFC 9449 §7.1, §7.2). */
export function invalidBoundToken(detail?: string, cause?: unknown): Problem {
  const challenge = `DPoP error="invalid_token", algs="${dpopAlgorithms.join(" ")}"`;
  const said = detail === undefined ? {} : { detail };
  return new Problem("invalid_token", { ...said, headers: { "www-authenticate": challenge }, cause });
}
