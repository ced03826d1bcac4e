import { type FieldError, Problem } from "../../vocabulary/problems.ts";
import type { AccountTexts } from "./texts.ts";

/** What was wrong with a form: a message for each of its fields. */
export type Refusal = { status: number; errors: Readonly<Record<string, string>> };

/**
 * The refusal that the form shows beside its fields; undefined for any other error. `atFields` says at which field the
 * problems stand that name none.
 */
export function refusalOf(
  error: unknown,
  texts: AccountTexts,
  atFields: Readonly<Record<string, { field: string; text: string }>>,
): Refusal | undefined {
  if (!(error instanceof Problem)) return undefined;
  const placed = atFields[error.code];
  if (placed) return { status: error.status, errors: { [placed.field]: placed.text } };
  if (error.code !== "invalid_request" || !error.errors) return undefined;
  const errors: Record<string, string> = {};
  for (const each of error.errors) errors[fieldOf(each)] ??= texts.fieldErrors[each.code] ?? each.detail;
  return { status: error.status, errors };
}

/** The member of the form; what concerns the whole form stands at its first field. */
function fieldOf({ pointer }: FieldError): string {
  return pointer.split("/")[1] ?? "username";
}
