import type { PrincipalClient } from "../../vocabulary/actor.ts";
import type { PresentedCode } from "./authorization_codes.ts";
import { matchesChallenge } from "./pkce.ts";

/** A request for the tokens of a code (RFC 6749 §4.1.3, RFC 7636 §4.5, RFC 8707 §2.2). `jkt`: of the proven key. */
export type CodeRequest = {
  code: string;
  redirectUri: string;
  codeVerifier: string | undefined;
  resource: string[];
  jkt: string | undefined;
};

/**
 * Why the client does not get the tokens of this code; undefined if it does, or if only an earlier use of the code is
 * against it. So a thief of the code alone, without the verifier or the key, ends nothing (OAuth 2.1 §7.5.2).
 */
export function reasonAgainst(
  { id }: PrincipalClient,
  presented: PresentedCode | undefined,
  { redirectUri, codeVerifier, jkt }: CodeRequest,
): string | undefined {
  if (!presented) return "unknown code";
  const { kind, code } = presented;
  if (code.clientId !== id) return "the code was issued to another client";
  if (kind === "expired") return "the code has expired";
  if (code.redirectUri !== redirectUri) return "redirect_uri is not that of the authorization request";
  if (code.dpopJkt !== undefined && code.dpopJkt !== jkt) return "the proven key is not that of dpop_jkt";
  if (code.codeChallenge === undefined) {
    return codeVerifier === undefined
      ? undefined
      : "code_verifier, but the authorization request had no code_challenge";
  }
  if (codeVerifier === undefined) return "code_verifier is missing";
  return matchesChallenge(codeVerifier, code.codeChallenge) ? undefined : "code_verifier does not match";
}
