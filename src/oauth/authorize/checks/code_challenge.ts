import { valuesOf } from "../parameters/sent_parameters.ts";
import { type Check, invalidRequest } from "../parameters/check.ts";

/** A SHA-256 hash in base64url (RFC 7636 §4.2). */
const form = /^[\w-]{43}$/;

/**
 * PKCE by S256 alone: an absent method is `plain` (RFC 7636 §4.3), which protects nothing. A confidential client that
 * may go without it has a nonce in its id_token instead (RFC 9700 §2.1.1).
 */
export const codeChallenge: Check = (sent, { require_pkce }) => {
  const challenge = sent.get("code_challenge");
  const method = sent.get("code_challenge_method");
  if (challenge === undefined) {
    if (method !== undefined) return invalidRequest("code_challenge is missing");
    const hasNonce = sent.get("nonce") !== undefined && valuesOf(sent.get("scope")).includes("openid");
    if (!require_pkce && hasNonce) return undefined;
    return invalidRequest(
      require_pkce ? "code_challenge is missing" : "send a code_challenge, or a nonce and the scope openid",
    );
  }
  if (method !== "S256") return invalidRequest("code_challenge_method must be S256");
  return form.test(challenge) ? undefined : invalidRequest("code_challenge must be 43 characters of base64url");
};
