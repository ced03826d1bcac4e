import type { AccessTokens } from "./access_token.ts";

/** RFC 6749 §5.1; `expires_in` in seconds. */
export type Tokens = {
  access_token: string;
  token_type: "bearer";
  expires_in: number;
  refresh_token: string;
  scope: string;
};

/** The user and session of an access token. Times are in seconds since the epoch, by the database's clock. */
export type Mint = {
  sub: string;
  sid: string;
  roles: string[];
  now: number;
  expires_at: number;
  accessTtlSeconds: number;
};

/** Signs an access token that expires no later than its session (ASVS 7.3.1, 7.3.2), and adds the refresh token. */
export async function tokensFor(tokens: AccessTokens, mint: Mint, refresh_token: string): Promise<Tokens> {
  const { sub, sid, roles, now, expires_at, accessTtlSeconds } = mint;
  const iat = Math.floor(now);
  const exp = Math.min(iat + accessTtlSeconds, Math.floor(expires_at));
  const access_token = await tokens.sign({ sub, sid, jti: crypto.randomUUID(), iat, exp, roles });
  return { access_token, token_type: "bearer", expires_in: exp - iat, refresh_token, scope: "" };
}
