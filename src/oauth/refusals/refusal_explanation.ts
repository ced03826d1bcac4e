import { authorizationErrors } from "../authorize/parameters/check.ts";
import { type ExplainedClient, isPublic, type RefusalCause, rules } from "./refusal_rules.ts";
import { differenceOf, type UriDifference } from "./uri_difference.ts";

/** An explanation of a refusal, as the client is registered now. */
export type RefusalExplanation = {
  cause: RefusalCause;
  /** What the client was told: an error of RFC 6749, or `page` where the user was kept on a page of Sentinel. */
  error: string;
  /** What was sent, such as a URI, a scope or the last characters of a secret. */
  value: string | null;
  /** Where it differs from the registered value that is most like it. */
  difference: UriDifference | null;
  /** Whether the client was changed since, so that the same request would pass this check. */
  mended: boolean;
  /**
   * Whether there is something to mend: the same request would be refused again, and no user or sign-in decides that.
   */
  failing: boolean;
};

/** What applications have to expect of users, and of requests without a page (OpenID Connect Core 1.0 §3.1.2.6). */
const expected: ReadonlySet<RefusalCause> = new Set([
  "user_denied",
  "user_gone",
  "not_signed_in",
  "not_asked",
  "another_user",
]);

/** The error that an authorization request is answered precedes its description. */
const answeredForm = /^([a-z_]+): (.*)$/;

const errors: ReadonlySet<string> = new Set(authorizationErrors);

/** Explains a noted reason by what the client is now. Reasons without a rule keep their own words. */
export function explainRefusal(reason: string, client: ExplainedClient): RefusalExplanation {
  const [, answered = "", description = ""] = answeredForm.exec(reason) ?? [];
  const isAnswered = errors.has(answered);
  const text = isAnswered ? description : reason;
  for (const { pattern, cause, publicCause, error, among, isMended } of rules) {
    const found = pattern.exec(text);
    if (!found) continue;
    const value = found[1] ?? null;
    const mended = isMended?.(client, value ?? "") ?? false;
    return {
      cause: publicCause && isPublic(client) ? publicCause : cause,
      error: isAnswered ? answered : error ?? "invalid_request",
      value,
      difference: value !== null && among ? differenceOf(value, among(client)) : null,
      mended,
      failing: !mended && !expected.has(cause),
    };
  }
  return {
    cause: "other",
    error: isAnswered ? answered : "invalid_request",
    value: null,
    difference: null,
    mended: false,
    failing: true,
  };
}
