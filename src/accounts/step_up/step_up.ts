import type { SessionStepUp } from "../../sessions/rotation/session_step_up.ts";
import type { Tokens } from "../../tokens/access_tokens/mint.ts";
import type { Actor, FirstParty } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { OwnershipProof, OwnProof } from "../factors/ownership_proof.ts";

/** The outcome under which each refusal is counted. */
const refusals = {
  wrong_password: "wrong_password",
  wrong_factor: "wrong_factor",
  factor_required: "factor_required",
  rate_limited: "rate_limited",
} as const;

export type StepUpOutcome = "succeeded" | typeof refusals[keyof typeof refusals];

export type StepUps = ReturnType<typeof createStepUps>;

/** Lets users prove again who they are, for what requires a fresh sign-in (RFC 9470). */
export function createStepUps({ ownershipProof, sessionStepUp, counted }: {
  ownershipProof: OwnershipProof;
  sessionStepUp: SessionStepUp;
  counted: (outcome: StepUpOutcome) => void;
}) {
  return { stepUp };

  /**
   * The tokens of the caller's session after the proof. Each right proof is a step-up of its own, and the refresh token
   * of the last one counts.
   *
   * @throws {Problem} as {@link OwnershipProof}; `invalid_token` if the session has ended meanwhile.
   */
  async function stepUp(caller: FirstParty, given: OwnProof, actor: Actor): Promise<Tokens> {
    const factor = await ownershipProof.require(caller, given, actor).catch(countRefusal);
    const tokens = await sessionStepUp.renew(caller, factor, actor);
    if (!tokens) throw new Problem("invalid_token");
    counted("succeeded");
    return tokens;
  }

  function countRefusal(error: unknown): never {
    if (error instanceof Problem && Object.hasOwn(refusals, error.code)) {
      counted(refusals[error.code as keyof typeof refusals]);
    }
    throw error;
  }
}
