/** Why a request is refused: the error codes of RFC 6750 §3.1 and RFC 9449 §7.1, and two that have none. */
export type RefusalCode =
  | "token_missing"
  | "invalid_token"
  | "invalid_dpop_proof"
  | "insufficient_scope"
  | "unavailable";

/** How a token was sent (RFC 6750 §2.1, RFC 9449 §7.1). */
export type Scheme = "Bearer" | "DPoP";

/** What the challenges of an API say. `scopes`: what the request needs. */
export interface ChallengeContext {
  scheme: Scheme | undefined;
  scopes: readonly string[];
  proofAlgorithms: readonly string[];
  requiresProof: boolean;
  resourceMetadata: string | undefined;
}

/** A refusal on its way to becoming a {@link ProtectionError}. The message is for the log, never for the wire. */
export class Refusal extends Error {
  constructor(readonly code: RefusalCode, message: string, readonly scheme?: Scheme, cause?: unknown) {
    super(message, { cause });
  }
}

const answers = {
  token_missing: { status: 401, detail: "Send an access token in the Authorization header." },
  invalid_token: { status: 401, detail: "The access token is not valid here." },
  invalid_dpop_proof: { status: 401, detail: "The DPoP proof is missing or not valid for this request." },
  insufficient_scope: { status: 403, detail: "The access token does not have the scopes that this request needs." },
  unavailable: { status: 503, detail: "The access token cannot be checked at the moment." },
} as const;

/** A refused request. `message` has the reason and belongs into the log; `response` does not tell it. */
export class ProtectionError extends Error {
  override readonly name = "ProtectionError";
  readonly code: RefusalCode;
  readonly status: 401 | 403 | 503;
  /** The headers of the response, with `www-authenticate` unless the status is 503. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body of the response, an RFC 9457 problem. */
  readonly body: string;

  constructor(refusal: Refusal, context: ChallengeContext) {
    super(refusal.message, { cause: refusal.cause });
    const { status, detail } = answers[this.code = refusal.code];
    this.status = status;
    const own: Record<string, string> = this.code === "unavailable"
      ? { "retry-after": "5" }
      : { "www-authenticate": challenges(this.code, { ...context, scheme: refusal.scheme ?? context.scheme }) };
    this.headers = { "content-type": "application/problem+json", "cache-control": "no-store", ...own };
    const title = { 401: "Unauthorized", 403: "Forbidden", 503: "Service Unavailable" }[status];
    this.body = JSON.stringify({ type: "about:blank", title, status, detail });
  }

  /** A new response of this error at each reading. */
  get response(): Response {
    return new Response(this.body, { status: this.status, headers: { ...this.headers } });
  }
}

/** Without a token each scheme that is accepted, and no error (RFC 6750 §3.1); otherwise that of the request. */
function challenges(code: RefusalCode, context: ChallengeContext): string {
  if (code !== "token_missing") return challenge(context.scheme ?? "Bearer", context, code);
  const schemes: Scheme[] = context.requiresProof ? ["DPoP"] : ["Bearer", "DPoP"];
  return schemes.map((scheme) => challenge(scheme, context)).join(", ");
}

function challenge(scheme: Scheme, context: ChallengeContext, error?: RefusalCode): string {
  const { scopes, resourceMetadata, proofAlgorithms } = context;
  const namesScopes = scopes.length > 0 && (error === undefined || error === "insufficient_scope");
  const parameters = {
    error,
    scope: namesScopes ? scopes.join(" ") : undefined,
    resource_metadata: resourceMetadata, // RFC 9728 §5.1
    algs: scheme === "DPoP" ? proofAlgorithms.join(" ") : undefined,
  };
  const sent = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return [scheme, sent.map(([name, value]) => `${name}="${value}"`).join(", ")].filter(Boolean).join(" ");
}
