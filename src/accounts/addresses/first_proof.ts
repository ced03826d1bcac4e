import { recordAudit } from "../../audit/events/audit.ts";
import type { ApiKeys } from "../../credentials/api_keys/api_keys.ts";
import type { Factors } from "../../credentials/factors/factors.ts";
import { updatePasswordRemoved } from "../../credentials/passwords/passwords.ts";
import type { Tx } from "../../platform/db/db.ts";
import type { SessionRevocation } from "../../sessions/sessions/session_revocation.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import { updateEmailVerified } from "../users/user_store.ts";
import type { AddressRow } from "./address_store.ts";

export type FirstProof = ReturnType<typeof createFirstProof>;

/** Notes that users have proved their addresses. */
export function createFirstProof({ sessionRevocation, apiKeys, factors }: {
  sessionRevocation: SessionRevocation;
  apiKeys: ApiKeys;
  factors: Factors;
}) {
  return { note };

  /**
   * Notes the proof, for a user whom the transaction has locked. Returns whether it ended everything older on the
   * account, as the first proof does if it comes from another browser than the one that asked: a stranger may have
   * created the account with the address of someone else, and would keep its password, second factors,
   * sessions and keys.
   */
  async function note(
    tx: Tx,
    { id, verified }: Pick<AddressRow, "id" | "verified">,
    isSameBrowser: boolean,
    actor: Actor,
  ): Promise<boolean> {
    if (verified) return false;
    const subject = { type: "user", id } as const;
    await updateEmailVerified(tx, id);
    await recordAudit(tx, { action: "user.email_verified", ...actor, subject });
    if (isSameBrowser) return false;
    await updatePasswordRemoved(tx, id);
    await sessionRevocation.revokeSessionsIn(tx, id, actor);
    await factors.removeAllIn(tx, id);
    await apiKeys.revokeAllIn(tx, { id, kind: "person" }, actor);
    await recordAudit(tx, { action: "user.reclaimed", ...actor, subject });
    return true;
  }
}
