import { ConstraintViolation } from "../platform/db/db_errors.ts";

/** A row of {@link problems}: status, title, what it means, and headers that every such answer carries. */
export type ProblemType = { status: number; title: string; about: string; headers?: Record<string, string> };

/**
 * Every error that Sentinel answers with, as RFC 9457 problem types. `GET /problems/{code}` renders this
 * table; a contract names the codes it may answer with; nothing else ever leaves.
 */
export const problems = {
  malformed_request: {
    status: 400,
    title: "Malformed request",
    about: "The request could not be parsed: broken JSON, bytes that are not UTF-8, or a bad percent-encoding.",
  },
  repeated_parameter: {
    status: 400,
    title: "Repeated parameter",
    about:
      "A query or form parameter, or a member of a JSON object, was sent more than once (RFC 6749 §3.2, RFC 8259 §4): " +
      "the server does not guess which one is meant.",
  },
  invalid_grant: {
    status: 400,
    title: "Invalid grant",
    about: "The refresh token is unknown, used up, expired or revoked (RFC 6749 §5.2). Log in again.",
  },
  unsupported_grant_type: {
    status: 400,
    title: "Unsupported grant type",
    about: "The token endpoint supports the grant types `password` and `refresh_token` (RFC 6749 §5.2).",
  },
  invalid_scope: {
    status: 400,
    title: "Invalid scope",
    about: "The request asks for more scope than the session has (RFC 6749 §6).",
  },
  token_missing: {
    status: 401,
    title: "Authentication required",
    about: "The operation needs an access token: send `Authorization: Bearer <access_token>` (RFC 6750 §2.1).",
    headers: { "www-authenticate": "Bearer" },
  },
  invalid_token: {
    status: 401,
    title: "Invalid token",
    about:
      "The access token is malformed, expired or revoked, or another server issued it (RFC 6750 §3.1). Refresh it, or log in again.",
    headers: { "www-authenticate": 'Bearer error="invalid_token"' },
  },
  invalid_credentials: {
    status: 401,
    title: "Invalid credentials",
    about: "Wrong username or password, or the account is disabled.",
    headers: { "www-authenticate": "Bearer" },
  },
  wrong_password: {
    status: 403,
    title: "Wrong password",
    about: "The password in the request is not the current password.",
  },
  forbidden: {
    status: 403,
    title: "Forbidden",
    about: "You do not hold the permission that this operation needs, or your credential does not carry it.",
    headers: { "www-authenticate": 'Bearer error="insufficient_scope"' },
  },
  registration_closed: {
    status: 403,
    title: "Registration closed",
    about: "Registration is closed on this server. An administrator can create an account for you.",
  },
  not_found: {
    status: 404,
    title: "Not found",
    about: "The resource does not exist, or you may not see it.",
  },
  method_not_allowed: {
    status: 405,
    title: "Method not allowed",
    about:
      "The resource does not support this method. The `Allow` header lists the methods that it supports (RFC 9110 §15.5.6).",
  },
  request_timeout: {
    status: 408,
    title: "Request timeout",
    about: "The request body did not arrive in time.",
  },
  username_taken: {
    status: 409,
    title: "Username taken",
    about: "Another account has this username, or one that reads the same.",
  },
  email_taken: {
    status: 409,
    title: "E-mail taken",
    about: "Another account has this e-mail address, or one that reads the same.",
  },
  role_taken: {
    status: 409,
    title: "Role taken",
    about: "A role with this name exists.",
  },
  role_built_in: {
    status: 409,
    title: "Built-in role",
    about: "The roles `admin` and `user` cannot be edited or deleted, and no role can inherit from `admin`.",
  },
  role_excluded: {
    status: 409,
    title: "Role in an exclusion",
    about: "A role exclusion names this role. Delete the exclusion first.",
  },
  exclusion_violated: {
    status: 409,
    title: "Role exclusion violated",
    about: "A user would hold more roles of a role exclusion than it allows (NIST RBAC, static separation of duty).",
  },
  permission_taken: {
    status: 409,
    title: "Permission taken",
    about: "A permission with this name exists.",
  },
  permission_in_use: {
    status: 409,
    title: "Permission in use",
    about: "A role holds this permission, or it is one of Sentinel's own. Remove it from all roles first.",
  },
  last_admin: {
    status: 409,
    title: "Last administrator",
    about: "There must always be an active administrator, with a grant that does not expire.",
  },
  key_too_young: {
    status: 409,
    title: "Key too young",
    about:
      "Verifiers may not know the next signing key yet: a key is published for 5 minutes before it signs. Wait, or use force.",
  },
  precondition_failed: {
    status: 412,
    title: "Precondition failed",
    about: "The resource has changed since you read it: the tag in `If-Match` is no longer its `ETag`. Read it again.",
  },
  body_too_large: {
    status: 413,
    title: "Body too large",
    about: "A request body may have at most 64 kB.",
  },
  uri_too_long: {
    status: 414,
    title: "URI too long",
    about: "Path and query together may have at most 8 kB.",
  },
  unsupported_media_type: {
    status: 415,
    title: "Unsupported media type",
    about: "The body's Content-Type is not one that this operation reads, or the body is compressed.",
  },
  invalid_request: {
    status: 422,
    title: "Invalid request",
    about: "The request breaks a rule. `errors` names each member that is wrong, by a JSON pointer (RFC 6901).",
  },
  rate_limited: {
    status: 429,
    title: "Too many attempts",
    about: "Too many attempts from this address or for this account. Try again after `Retry-After` seconds.",
  },
  too_many_at_once: {
    status: 429,
    title: "Too many requests at once",
    about:
      "Too many requests of this account, or without one from this address, are waiting for the database. Nothing " +
      "was changed; try again after `Retry-After` seconds.",
    headers: { "retry-after": "1" },
  },
  internal: {
    status: 500,
    title: "Internal error",
    about: "A bug in Sentinel. The log has the cause under the request id.",
  },
  overloaded: {
    status: 503,
    title: "Overloaded",
    about: "Too many passwords are being checked at once. Nothing was changed; try again after `Retry-After` seconds.",
    headers: { "retry-after": "1" },
  },
  unavailable: {
    status: 503,
    title: "Unavailable",
    about: "The database did not answer in time. Try again after `Retry-After` seconds.",
    headers: { "retry-after": "1" },
  },
} as const satisfies Record<string, ProblemType>;

/** A key of {@link problems}; stable on the wire as the last segment of `type`. */
export type ProblemCode = keyof typeof problems;

/**
 * How OAuth endpoints word it: status 400 and `{error, error_description}` (RFC 6749 §5.2). A code without a row is a
 * problem there too.
 */
export const oauthErrors: Partial<Record<ProblemCode, string>> = {
  malformed_request: "invalid_request",
  repeated_parameter: "invalid_request",
  invalid_request: "invalid_request",
  invalid_credentials: "invalid_grant",
  invalid_grant: "invalid_grant",
  unsupported_grant_type: "unsupported_grant_type",
  invalid_scope: "invalid_scope",
};

/** Every rule that a part of a request can break, with its meaning; those up to `custom` are the schemas' own. */
export const fieldErrors = {
  invalid_type: "missing, or of the wrong type",
  invalid_format: "text in the wrong format",
  invalid_value: "not one of the allowed values",
  too_small: "less or shorter than allowed",
  too_big: "more or longer than allowed",
  not_multiple_of: "a number that is not a multiple of the step",
  unrecognized_keys: "an unknown member",
  invalid_key: "a member whose name is not allowed",
  invalid_element: "an element that is not allowed",
  invalid_union: "not one of the allowed shapes",
  custom: "breaks the rule in `detail`",
  invalid_text: "text that is not well-formed Unicode, or contains a NUL",
  invalid_username: "not a valid username",
  reserved_username: "a username that only the operator can assign",
  invalid_email: "not a valid e-mail address",
  nameless: "neither a username nor an e-mail address",
  password_too_short: "too few characters for a password",
  password_too_long: "too many bytes for a password",
  password_common: "among the most common passwords",
  password_is_name: "little more than a name or address of the user or of this service",
  password_guessable: "a repeat, a sequence, a keyboard walk, a date, or a common word with little added",
  unknown_role: "a role that does not exist",
  unknown_permission: "a permission that does not exist",
  role_cycle: "the role would inherit from itself",
  repeated: "the same value twice",
  reserved: "a resource name that is reserved for Sentinel",
  past: "a time in the past",
  too_late: "a time after the year 9999",
} as const;

/** A key of {@link fieldErrors}; stable on the wire. */
export type FieldErrorCode = keyof typeof fieldErrors;

/** One broken rule: where (RFC 6901 pointer, `#/password`), which, and in words. */
export type FieldError = { pointer: string; code: FieldErrorCode; detail: string };

/** Ends a request with a row of {@link problems}. `detail` is for the client, `cause` for the log only. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly detail: string | undefined;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;

  constructor(
    readonly code: ProblemCode,
    { detail, errors, headers = {}, cause }: {
      detail?: string;
      errors?: FieldError[];
      headers?: Record<string, string>;
      cause?: unknown;
    } = {},
  ) {
    super(detail ?? problems[code].title, { cause });
    this.detail = detail;
    this.errors = errors;
    this.headers = { ...(problems[code] as ProblemType).headers, ...headers };
  }

  get status(): number {
    return problems[this.code].status;
  }
}

/** The problem that a violated constraint stands for, by its name; the error itself where none is listed. */
export function onConstraint(error: unknown, codes: Record<string, ProblemCode>): unknown {
  const code = error instanceof ConstraintViolation ? codes[error.constraint] : undefined;
  return code ? new Problem(code, { cause: error }) : error;
}
