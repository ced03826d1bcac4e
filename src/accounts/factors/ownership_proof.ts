import type { FactorProof, Factors } from "../../credentials/factors/factors.ts";
import type { Database } from "../../platform/db/db.ts";
import type { FactorCheck } from "../../sessions/factors/factor_check.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { PasswordProof } from "../recovery/password_proof.ts";
import type { SignedIn } from "../users/own_account.ts";

/** A second factor of a user who has one, else the current password. */
export type OwnProof = { current_password?: string | undefined; factor?: FactorProof | undefined };

export type OwnershipProof = ReturnType<typeof createOwnershipProof>;

/** Asks users for what they have to prove before they change their second factors. */
export function createOwnershipProof({ db, factors, factorCheck, proof }: {
  db: Database;
  factors: Factors;
  factorCheck: FactorCheck;
  proof: PasswordProof;
}) {
  return { require };

  /**
   * The password of a user with a second factor is not enough: a stolen session and a stolen password must not do
   * without it. Returns whether a factor was proved.
   *
   * @throws {Problem} `factor_required`, `wrong_factor`, `wrong_password`, `rate_limited`, `invalid_request`
   */
  async function require({ user, session }: SignedIn, given: OwnProof, actor: Actor): Promise<boolean> {
    if ((await factors.kindsOf(db, user.id)).length > 0) {
      if (!given.factor) throw new Problem("factor_required");
      if (await factorCheck.check(user.id, given.factor, actor.client)) return true;
      throw new Problem("wrong_factor");
    }
    if (given.current_password === undefined) throw given.factor ? new Problem("wrong_factor") : passwordMissing();
    await proof.requirePassword(user.id, session.id, given.current_password, actor);
    return false;
  }
}

function passwordMissing(): Problem {
  const detail = "Without a second factor, this takes the current password. Send it as current_password.";
  return new Problem("invalid_request", { errors: [{ pointer: "#/current_password", code: "invalid_type", detail }] });
}
