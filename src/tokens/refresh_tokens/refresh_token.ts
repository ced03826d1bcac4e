import { type DerivedClaims, derivedTokens } from "./derived_token.ts";

/** The claims of a refresh token: its session, and its position in the rotation. */
export type RefreshClaims = DerivedClaims;

/** A kind of refresh tokens, with a prefix and a subkey of its own: a token of one kind is of no use as another. */
export type RefreshTokens = ReturnType<typeof derivedTokens> & { use: "refresh" | "client refresh" };

/** Refresh tokens of logins, as {@link derivedTokens} describes them. */
export const loginRefreshTokens: RefreshTokens = { ...derivedTokens("snt_rt_", ""), use: "refresh" };

/** Refresh tokens of OAuth clients. */
export const clientRefreshTokens: RefreshTokens = { ...derivedTokens("snt_crt_", "client"), use: "client refresh" };

export const { format: formatRefreshToken, parse: parseRefreshToken, verify: verifyRefreshMac } = loginRefreshTokens;
