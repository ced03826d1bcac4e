import { v7 as uuidv7 } from "uuid";
import type { FactorProof } from "../../credentials/factors/factors.ts";
import { isWithSecret, type Ticket } from "../../credentials/tickets/tickets.ts";
import type { Tx } from "../../platform/db/db.ts";
import type { Tokens } from "../../tokens/access_tokens/mint.ts";
import { createOpaqueSecret, parseOpaqueSecret } from "../../tokens/opaque/opaque_secret.ts";
import type { Client } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { LoginRow } from "../login/login_store.ts";
import type { Authenticated, SessionStart, Verified } from "../login/session_start.ts";
import { type SecondSteps, stepTtlSeconds } from "./second_steps.ts";

export type LoginFactors = ReturnType<typeof createLoginFactors>;

/** The second step of logins without a browser: who holds the `mfa_token` passes it. */
export function createLoginFactors({ secondSteps, sessionStart }: {
  secondSteps: SecondSteps;
  sessionStart: SessionStart;
}) {
  return { require, pass };

  /**
   * The refusal of a login that waits for a factor. Undefined if the account has changed since the password was
   * verified.
   */
  async function require(user: LoginRow): Promise<Problem | undefined> {
    const id = uuidv7();
    const { text: mfa_token } = createOpaqueSecret("lt", id);
    const step = await secondSteps.begin(user, id, { secret: mfa_token });
    const members = step && {
      mfa_token,
      factors: step.factors,
      enrolment: false,
      expires_in: stepTtlSeconds,
      ...(step.passkeyOptions && { passkey_options: step.passkeyOptions }),
    };
    return members && new Problem("mfa_required", { members });
  }

  /**
   * The tokens of a login whose factor is proved.
   *
   * @throws {Problem} `invalid_factor`, `login_expired`, `rate_limited`
   */
  async function pass(mfaToken: string, proof: FactorProof, client: Client): Promise<Tokens> {
    const secret = parseOpaqueSecret(mfaToken);
    if (secret?.kind !== "lt") throw new Problem("login_expired");
    const isHeld = (ticket: Ticket) => isWithSecret(ticket, mfaToken);
    const start = (tx: Tx, user: Verified, how: Authenticated) => sessionStart.startIn(tx, user, client, "api", how);
    return await sessionStart.tokensOf(await secondSteps.pass(secret.ownerId, isHeld, proof, client, start));
  }
}
