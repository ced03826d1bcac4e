import { Problem } from "../../vocabulary/problems.ts";

/**
 * What is wrong with the fields of a form, by field; undefined for any other error. `taken` has the fields and texts of
 * problems that name none, and what concerns the whole form stands at `first`.
 */
export function fieldErrorsOf(
  error: unknown,
  { first, taken = {} }: { first: string; taken?: Readonly<Record<string, Readonly<Record<string, string>>>> },
): Readonly<Record<string, string>> | undefined {
  if (!(error instanceof Problem)) return undefined;
  if (taken[error.code]) return taken[error.code];
  if (error.code !== "invalid_request" || !error.errors) return undefined;
  const errors: Record<string, string> = {};
  for (const { pointer, detail } of error.errors) errors[pointer.split("/")[1] || first] ??= detail;
  return errors;
}
