import { type Check, invalidRequest } from "../parameters/check.ts";

/** A thumbprint by SHA-256 in base64url (RFC 9449 §10, RFC 7638 §3). */
const form = /^[\w-]{43}$/;

export const dpopJkt: Check = (sent) => {
  const jkt = sent.get("dpop_jkt");
  return jkt === undefined || form.test(jkt)
    ? undefined
    : invalidRequest("dpop_jkt must be 43 characters of base64url");
};
