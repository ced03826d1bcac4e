import type { AuthorizationError, Check } from "./check.ts";

/**
 * Requests as JWTs and self-issued clients (OpenID Connect Core 1.0 §6, §7.2.1). To ignore them would change their
 * sense.
 */
const unsupported: Readonly<Record<"request" | "request_uri" | "registration", AuthorizationError>> = {
  request: "request_not_supported",
  request_uri: "request_uri_not_supported",
  registration: "registration_not_supported",
};

export const unsupportedParameters: Check = (sent) => {
  for (const name of ["request", "request_uri", "registration"] as const) {
    if (sent.get(name) === undefined) continue;
    return { error: unsupported[name], description: `${name} is not supported: send the parameters themselves` };
  }
  return undefined;
};
