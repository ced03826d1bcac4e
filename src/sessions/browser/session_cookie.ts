import { derivedTokens } from "../../tokens/refresh_tokens/derived_token.ts";

/**
 * The cookie of a browser's session, derived like a refresh token. It is of no use as one: the prefix, the subkey and
 * the kind in the MAC are its own.
 */
export const { format: formatCookie, parse: parseCookie, verify: verifyCookieMac } = derivedTokens(
  "snt_sc_",
  "browser",
);
