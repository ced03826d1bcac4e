import type { SentProof } from "../../vocabulary/proofs.ts";
import type { DpopProofs } from "../../tokens/dpop/dpop_proofs.ts";
import type { PrincipalClient } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { ClientRefusals } from "../clients/client_refusals.ts";

/** Tells which key an authenticated client proves, by its thumbprint; undefined where it proves none. */
export type ProveKey = (client: PrincipalClient) => string | undefined | Promise<string | undefined>;

export type ProvenKeys = ReturnType<typeof createProvenKeys>;

/** Verifies the proofs that clients send to get tokens bound to their keys (RFC 9449 §5). */
export function createProvenKeys({ dpopProofs, refusals }: { dpopProofs: DpopProofs; refusals: ClientRefusals }) {
  return { proverOf, keyOf };

  /** For a request with this proof, or with none. It throws `invalid_dpop_proof`, also where one is missing. */
  function proverOf(sent: SentProof | undefined): ProveKey {
    if (!sent) return requireNoProof;
    return (client) => keyOf(client, sent);
  }

  /** The key of a proof. @throws {Problem} `invalid_dpop_proof` */
  function keyOf(client: PrincipalClient, sent: SentProof): Promise<string> {
    return dpopProofs.verify(sent).catch((error: unknown) => refused(client, error));
  }

  function requireNoProof({ id, dpop_bound_access_tokens }: PrincipalClient): undefined {
    if (dpop_bound_access_tokens) throw refusals.refuse(id, "invalid_dpop_proof", "a DPoP proof is missing");
  }

  function refused({ id }: PrincipalClient, error: unknown): never {
    if (error instanceof Problem) refusals.note(id, `invalid DPoP proof: ${error.detail}`);
    throw error;
  }
}
