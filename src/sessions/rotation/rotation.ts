import type { AccessTokens } from "../../tokens/access_tokens/access_token.ts";
import { type MintLimits, type Tokens, tokensFor } from "../../tokens/access_tokens/mint.ts";
import { loginRefreshTokens } from "../../tokens/refresh_tokens/refresh_token.ts";
import type { Client } from "../../vocabulary/actor.ts";
import { createRefreshRotation, type RefreshRotationDeps } from "./refresh_rotation.ts";

export type Rotation = ReturnType<typeof createRotation>;

/** Exchanges refresh tokens of logins, as {@link createRefreshRotation} describes it. */
export function createRotation(
  deps: Omit<RefreshRotationDeps, "refreshTokens"> & { tokens: AccessTokens; mintLimits: MintLimits },
) {
  const { tokens, mintLimits } = deps;
  const { rotate: rotateToken, verifyRefreshToken } = createRefreshRotation({
    ...deps,
    refreshTokens: loginRefreshTokens,
  });
  return { rotate, verifyRefreshToken, storeUnanswered: deps.unanswered.storeNoted };

  /** The next refresh token with an access token. @throws {Problem} `invalid_grant`, alike for every reason. */
  function rotate(token: string, client: Client): Promise<Tokens> {
    return rotateToken(token, { clientId: null }, client, (session, refreshToken) => {
      const { id: sid, user_id: sub } = session;
      return tokensFor(tokens, { ...session, sub, sid }, mintLimits, refreshToken);
    });
  }
}
