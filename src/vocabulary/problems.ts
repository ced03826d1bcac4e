import { ConstraintViolation } from "../platform/db/db_errors.ts";
import { type FieldErrorCode, type ProblemCode, problems } from "./dictionary.ts";
import "./common_dictionary.ts";

/** One broken rule: where (RFC 6901 pointer, `#/password`), which, and in words. */
export type FieldError = { pointer: string; code: FieldErrorCode; detail: string };

/** Ends a request with a row of {@link problems}. `detail` is for the client, `cause` for the log only. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly detail: string | undefined;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;
  readonly members: Record<string, unknown>;

  constructor(
    readonly code: ProblemCode,
    { detail, errors, headers = {}, members = {}, cause }: {
      detail?: string;
      errors?: FieldError[];
      headers?: Record<string, string>;
      /** Further members of the answer, which the row declares (RFC 9457 §3.2). */
      members?: Record<string, unknown>;
      cause?: unknown;
    } = {},
  ) {
    super(detail ?? problems[code].title, { cause });
    this.detail = detail;
    this.errors = errors;
    this.members = members;
    this.headers = { ...problems[code].headers, ...headers };
  }

  get status(): number {
    return problems[this.code].status;
  }
}

/** For `catch`: throws what {@link onConstraint} returns. */
export function refuseOn(codes: Record<string, ProblemCode>): (error: unknown) => never {
  return (error) => {
    throw onConstraint(error, codes);
  };
}

/** The problem that a violated constraint stands for, by its name; the error itself where none is listed. */
export function onConstraint(error: unknown, codes: Record<string, ProblemCode>): unknown {
  const code = error instanceof ConstraintViolation ? codes[error.constraint] : undefined;
  return code ? new Problem(code, { cause: error }) : error;
}
