import { hash } from "node:crypto";

const verifierForm = /^[A-Za-z0-9._~-]{43,128}$/; // RFC 7636 §4.1

/** Whether the verifier is the one of the challenge, by the method S256 (RFC 7636 §4.6). */
export function matchesChallenge(verifier: string, challenge: string): boolean {
  return verifierForm.test(verifier) && hash("sha256", verifier, "base64url") === challenge;
}
