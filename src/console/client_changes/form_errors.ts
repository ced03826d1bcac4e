import { Problem } from "../../vocabulary/problems.ts";

/** Why a form about a client was refused: beside its fields, or as a whole. */
export type Refused = { status: number; errors: Record<string, string>; whole?: string };

/** The refusal that the form shows; any other error is thrown on. `texts` has what is said of problems of the whole. */
export function refusalOf(error: unknown, texts: Readonly<Partial<Record<string, string>>>): Refused {
  if (!(error instanceof Problem)) throw error;
  const { status, code, errors: found, detail } = error;
  const whole = texts[code];
  if (whole !== undefined) return { status, errors: {}, whole };
  if (!found) {
    if (code !== "forbidden" || !detail) throw error;
    return { status, errors: {}, whole: detail };
  }
  const errors: Record<string, string> = {};
  for (const { pointer, detail } of found) errors[fieldOf(pointer)] ??= detail;
  return { status, errors };
}

/** `#/redirect_uris/0` is the field `redirect_uris-0`; other lists are one field. */
function fieldOf(pointer: string): string {
  const [, member = "name", place] = pointer.split("/");
  return place !== undefined && member.endsWith("redirect_uris") ? `${member}-${place}` : member;
}
