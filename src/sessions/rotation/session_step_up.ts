import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { ProvedFactor } from "../../credentials/factors/factors.ts";
import type { Database } from "../../platform/db/db.ts";
import type { AccessTokens } from "../../tokens/access_tokens/access_token.ts";
import { type MintLimits, type Tokens, tokensFor } from "../../tokens/access_tokens/mint.ts";
import { formatRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import { byPassword } from "../login/session_start.ts";
import { updateSignIn } from "./refresh_store.ts";

export type SessionStepUp = ReturnType<typeof createSessionStepUp>;

/**
 * Makes the sign-in of a session a fresh one (RFC 9470). What the session has begun for applications stays as it was.
 */
export function createSessionStepUp({ db, tokens, principals, secrets, mintLimits, idleSeconds }: {
  db: Database;
  tokens: AccessTokens;
  principals: PrincipalCache;
  secrets: Secrets;
  mintLimits: MintLimits;
  idleSeconds: number;
}) {
  return { renew };

  /**
   * New tokens, of a session whose user has just proved a factor, or the password alone: that proves no second factor,
   * whatever the session was started with. Earlier tokens do not gain by it. Undefined if the session has ended
   * meanwhile.
   */
  async function renew(
    { user, session }: { user: { id: string }; session: { id: string } },
    factor: ProvedFactor | undefined,
    actor: Actor,
  ): Promise<Tokens | undefined> {
    const how = factor ? { amr: [...factor.amr, "mfa"], aal: 2 as const } : byPassword;
    const renewed = await db.transaction(async (tx) => {
      tx.afterwards(() => principals.forgetSession(session.id));
      const wanted = { id: session.id, userId: user.id, ...how, adds: factor !== undefined };
      const row = await updateSignIn(tx, wanted, { idleSeconds, secretId: secrets.id });
      if (!row) return undefined;
      const subject = { type: "session", id: session.id } as const;
      const details = { kind: "api", amr: row.amr.join(" ") };
      await recordAudit(tx, { action: "session.reauthenticated", ...actor, subject, details });
      return row;
    });
    if (!renewed) return undefined;
    const { id: sid, user_id: sub, refresh_seed, refresh_counter } = renewed;
    const refreshToken = formatRefreshToken(secrets.subkey("refresh"), refresh_seed, sid, refresh_counter);
    return await tokensFor(tokens, { ...renewed, sub, sid }, mintLimits, refreshToken);
  }
}
