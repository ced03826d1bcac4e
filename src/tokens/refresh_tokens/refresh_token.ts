import { type DerivedClaims, derivedTokens } from "./derived_token.ts";

/** The claims of a refresh token: its session, and its position in the rotation. */
export type RefreshClaims = DerivedClaims;

/** Refresh tokens, as {@link derivedTokens} describes them. */
export const { format: formatRefreshToken, parse: parseRefreshToken, verify: verifyRefreshMac } = derivedTokens(
  "snt_rt_",
  "",
);
