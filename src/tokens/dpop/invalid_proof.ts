import { Problem } from "../../vocabulary/problems.ts";

/** The refusal of a proof. Developers read the reason, which contains nothing secret. */
export function invalidProof(reason: string, cause?: unknown): Problem {
  return new Problem("invalid_dpop_proof", { detail: `${reason}.`, cause });
}
