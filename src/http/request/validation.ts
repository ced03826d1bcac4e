import type { z } from "@hono/zod-openapi";
import { cutText } from "../../platform/text/cut_text.ts";
import { type FieldError, Problem } from "../../vocabulary/problems.ts";

/** An answer points at this many broken rules. */
export const errorsMax = 20;

/** Names of members are cut to this many UTF-16 units. */
const nameLengthMax = 64;

/** What lies deeper than a pointer of this length can say is pointed at by the nearest part around it. */
const pointerLengthMax = 1_024;

/**
 * What the schema makes of a part of the request that `root` points at. `suspect` text may hold what no database can
 * keep.
 *
 * @throws {Problem} `invalid_request`
 */
export function validate<S extends z.ZodType>(schema: S, value: unknown, root: string, suspect = true): z.output<S> {
  const { success, data, error } = schema.safeParse(value);
  const errors = !success
    ? error.issues.slice(0, errorsMax).flatMap((issue) => fieldErrors(issue, root))
    : suspect
    ? unstorable(data).map((path): FieldError => ({
      pointer: pointer(root, path),
      code: "invalid_text",
      detail: "Text must be well-formed Unicode without NUL.",
    }))
    : [];
  if (errors.length > 0) throw new Problem("invalid_request", { errors: errors.slice(0, errorsMax) });
  return data!;
}

function fieldErrors(issue: z.core.$ZodIssue, root: string): FieldError[] {
  const keys = issue.code === "unrecognized_keys"
    ? issue.keys.slice(0, errorsMax).map((key) => [...issue.path, key])
    : [issue.path];
  const detail = issue.code === "unrecognized_keys" ? "There is no such member." : issue.message;
  return keys.map((path) => ({ pointer: pointer(root, path), code: issue.code, detail }));
}

/** RFC 6901 §3 escapes, as a URI fragment (§6). */
function pointer(root: string, path: readonly PropertyKey[]): string {
  let pointer = root;
  for (const key of path) {
    const name = cutText(String(key), nameLengthMax).toWellFormed().replaceAll("~", "~0").replaceAll("/", "~1");
    const inner = `${pointer}/${encodeURIComponent(name)}`;
    if (inner.length > pointerLengthMax) break;
    pointer = inner;
  }
  return pointer;
}

/** Where strings are that no database can keep: lone surrogates (it would store U+FFFD) and NUL. */
function unstorable(value: unknown, path: PropertyKey[] = [], found: PropertyKey[][] = []): PropertyKey[][] {
  if (typeof value === "string") {
    if (!value.isWellFormed() || value.includes("\0")) found.push([...path]);
  } else if (value && typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) {
      if (found.length === errorsMax) break;
      path.push(key);
      unstorable(inner, path, found);
      path.pop();
    }
  }
  return found;
}
