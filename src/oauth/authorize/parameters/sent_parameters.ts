/** The parameters that are read, each sent at most once; unknown ones are ignored (RFC 6749 §3.1). */
export const parameterNames = [
  "acr_values",
  "claims",
  "client_id",
  "code_challenge",
  "code_challenge_method",
  "display",
  "dpop_jkt",
  "id_token_hint",
  "login_hint",
  "max_age",
  "nonce",
  "prompt",
  "redirect_uri",
  "registration",
  "request",
  "request_uri",
  "response_mode",
  "response_type",
  "scope",
  "state",
  "ui_locales",
] as const;

type Name = (typeof parameterNames)[number];

/** An authorization request as it was sent. */
export interface SentParameters {
  /** Undefined if it is absent, has no value (RFC 6749 §3.1), or is repeated. */
  get(name: Name): string | undefined;
  /** The values of `resource`, which may occur several times (RFC 8707 §2). */
  readonly resources: readonly string[];
  /** A parameter that occurs several times although it may not. */
  readonly repeated: Name | undefined;
  /** Whether the client pushed the request (RFC 9126). */
  readonly isPushed: boolean;
}

/** Takes a query apart. It accepts every text; what does not count is for the checks. */
export function parseParameters(query: string, isPushed = false): SentParameters {
  const sent = new URLSearchParams(query);
  return {
    get(name) {
      const [value, ...more] = sent.getAll(name);
      return more.length > 0 ? undefined : value || undefined;
    },
    resources: [...new Set(sent.getAll("resource").filter(Boolean))],
    repeated: parameterNames.find((name) => sent.getAll(name).length > 1),
    isPushed,
  };
}

/** The values of a parameter that holds several, separated by spaces. */
export function valuesOf(text: string | undefined): string[] {
  return text?.split(" ").filter(Boolean) ?? [];
}
