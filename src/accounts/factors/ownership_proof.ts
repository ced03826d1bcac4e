import type { FactorProof, Factors, ProvedFactor } from "../../credentials/factors/factors.ts";
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
   * without it. Returns how a factor was proved; undefined where the password was.
   *
   * @throws {Problem} `factor_required`, `wrong_factor`, `wrong_password`, `rate_limited`, `invalid_request`
   */
  async function require(
    { user, session }: SignedIn,
    given: OwnProof,
    actor: Actor,
  ): Promise<ProvedFactor | undefined> {
    if ((await factors.kindsOf(db, user.id)).length > 0) {
      if (!given.factor) throw new Problem("factor_required");
      const proved = await factorCheck.check(user.id, given.factor, actor.client);
      if (!proved) throw new Problem("wrong_factor");
      return proved;
    }
    if (given.current_password === undefined) throw given.factor ? new Problem("wrong_factor") : passwordMissing();
    await proof.requirePassword(user.id, session.id, given.current_password, actor);
    return undefined;
  }
}

function passwordMissing(): Problem {
  const detail = "Without a second factor, this takes the current password. Send it as current_password.";
  return new Problem("invalid_request", { errors: [{ pointer: "#/current_password", code: "invalid_type", detail }] });
}
