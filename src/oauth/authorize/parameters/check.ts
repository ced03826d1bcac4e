import type { PrincipalClient } from "../../../vocabulary/actor.ts";
import type { SentParameters } from "./sent_parameters.ts";

/**
 * The errors that a client is told by a redirect (RFC 6749 §4.1.2.1, OpenID Connect Core 1.0 §3.1.2.6, RFC 8707 §2).
 */
export const authorizationErrors = [
  "access_denied",
  "consent_required",
  "invalid_request",
  "invalid_scope",
  "invalid_target",
  "login_required",
  "registration_not_supported",
  "request_not_supported",
  "request_uri_not_supported",
  "unsupported_response_type",
] as const;
export type AuthorizationError = (typeof authorizationErrors)[number];

/** Why a request is refused. The description is ASCII without quotes and backslashes (RFC 6749 §4.1.2.1). */
export type Refusal = { error: AuthorizationError; description: string };

/** Checks one thing of a request of this client; `issuer` is also the URI of Sentinel's own API. */
export type Check = (sent: SentParameters, client: PrincipalClient, issuer: string) => Refusal | undefined;

export function invalidRequest(description: string): Refusal {
  return { error: "invalid_request", description };
}
