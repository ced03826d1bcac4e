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
      "which of them counts would be a guess.",
  },
  invalid_grant: {
    status: 400,
    title: "Invalid grant",
    about: "The refresh token is unknown, used up, expired or revoked (RFC 6749 §5.2). Log in again.",
  },
  unsupported_grant_type: {
    status: 400,
    title: "Unsupported grant type",
    about: "The token endpoint knows `password` and `refresh_token` (RFC 6749 §5.2).",
  },
  invalid_scope: {
    status: 400,
    title: "Invalid scope",
    about: "More scope was asked for than the session has (RFC 6749 §6).",
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
    about: "The access token is malformed, expired, revoked or not ours (RFC 6750 §3.1). Log in again or refresh.",
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
    about: "The current password is not the one that was sent.",
  },
  forbidden: {
    status: 403,
    title: "Forbidden",
    about: "Your roles do not hold the permission that this operation needs.",
    headers: { "www-authenticate": 'Bearer error="insufficient_scope"' },
  },
  registration_closed: {
    status: 403,
    title: "Registration closed",
    about: "This installation takes no registrations. An administrator can create an account for you.",
  },
  not_found: {
    status: 404,
    title: "Not found",
    about: "There is nothing here, or nothing that you may see.",
  },
  method_not_allowed: {
    status: 405,
    title: "Method not allowed",
    about: "The resource exists but not for this method; the `Allow` header lists those it has (RFC 9110 §15.5.6).",
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
    about: "There is a role of this name.",
  },
  role_built_in: {
    status: 409,
    title: "Built-in role",
    about: "The roles `admin` and `user` cannot be edited or deleted, and `admin` is nobody's parent.",
  },
  role_excluded: {
    status: 409,
    title: "Role in an exclusion",
    about: "A role exclusion names this role. Delete the exclusion first.",
  },
  exclusion_violated: {
    status: 409,
    title: "Role exclusion violated",
    about: "Somebody would hold more roles of a role exclusion than it allows (NIST RBAC, static separation of duty).",
  },
  permission_taken: {
    status: 409,
    title: "Permission taken",
    about: "There is a permission of this name.",
  },
  permission_in_use: {
    status: 409,
    title: "Permission in use",
    about: "A role holds this permission, or it is Sentinel's own. Take it from its roles first.",
  },
  last_admin: {
    status: 409,
    title: "Last administrator",
    about: "There must always be an active administrator, with a grant that does not expire.",
  },
  key_too_young: {
    status: 409,
    title: "Key too young",
    about: "Verifiers may not know the next signing key yet; it is published 5 minutes before it signs. Or use force.",
  },
  precondition_failed: {
    status: 412,
    title: "Precondition failed",
    about:
      "Somebody else changed this since you read it: the `If-Match` tag is not its `ETag` any more. Read it again.",
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
    about:
      "The request was understood, but something in it breaks a rule; `errors` points at each (RFC 6901 pointers).",
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
  invalid_value: "none of the allowed values",
  too_small: "less or shorter than allowed",
  too_big: "more or longer than allowed",
  not_multiple_of: "a number that is no multiple of the step",
  unrecognized_keys: "there is no such member",
  invalid_key: "a member whose name is not allowed",
  invalid_element: "an element that is not allowed",
  invalid_union: "of none of the allowed shapes",
  custom: "breaks a rule that the detail tells",
  invalid_text: "text that is no well-formed Unicode, or has a NUL",
  invalid_username: "no username",
  reserved_username: "a username that only the operator gives",
  invalid_email: "no mailbox address",
  password_too_short: "fewer characters than a password needs",
  password_too_long: "more bytes than a password may have",
  password_common: "among the most common passwords",
  password_is_name: "little more than a name or address of the user or of this service",
  password_guessable: "a repeat, a sequence, a keyboard walk, a date, or a common word with little added",
  unknown_role: "there is no such role",
  unknown_permission: "there is no such permission",
  role_cycle: "the role would inherit from itself",
  repeated: "the same value twice",
  reserved: "a resource of Sentinel's own",
  past: "a time that is over",
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
