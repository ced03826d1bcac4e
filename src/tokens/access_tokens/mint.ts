import { type Aal, aalAt, type Acr, acrOf } from "../../vocabulary/assurance.ts";
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
  auth_time: number;
  aal: Aal;
};

/** The limits of access tokens, and of the time for which a sign-in with a second factor counts as one. */
export type MintLimits = { accessTtlSeconds: number; aal2MaxSeconds: number };

/** The level of a sign-in in a token that is issued now. */
export function acrNow({ auth_time, aal, now }: Pick<Mint, "auth_time" | "aal" | "now">, aal2MaxSeconds: number): Acr {
  return acrOf(aalAt({ aal, authTime: auth_time * 1_000 }, now * 1_000, aal2MaxSeconds));
}

/** Signs an access token that expires no later than its session (ASVS 7.3.1, 7.3.2), and adds the refresh token. */
export async function tokensFor(
  tokens: AccessTokens,
  mint: Mint,
  { accessTtlSeconds, aal2MaxSeconds }: MintLimits,
  refresh_token: string,
): Promise<Tokens> {
  const { sub, sid, roles, now, expires_at } = mint;
  const iat = Math.floor(now);
  const exp = Math.min(iat + accessTtlSeconds, Math.floor(expires_at));
  const signIn = { auth_time: Math.floor(mint.auth_time), acr: acrNow(mint, aal2MaxSeconds) };
  const access_token = await tokens.sign({ sub, sid, jti: crypto.randomUUID(), iat, exp, ...signIn, roles });
  return { access_token, token_type: "bearer", expires_in: exp - iat, refresh_token, scope: "" };
}
