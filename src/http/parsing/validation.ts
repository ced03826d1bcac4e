import type { z } from "@hono/zod-openapi";
import { cutText } from "../../platform/text/cut_text.ts";
import { unstorablePaths } from "../../platform/text/unstorable_text.ts";
import { type FieldError, Problem } from "../../vocabulary/problems.ts";

/** The most errors that an answer lists. */
export const errorsMax = 20;

/** The longest member name that an answer quotes, in UTF-16 units. */
const nameLengthMax = 64;

/** The longest pointer. For a deeper member, the answer points at the nearest enclosing part. */
const pointerLengthMax = 1_024;

/** `root` is the pointer. With `suspect`, strings must be storable. @throws {Problem} `invalid_request` */
export function validate<S extends z.ZodType>(schema: S, value: unknown, root: string, suspect = true): z.output<S> {
  const { success, data, error } = schema.safeParse(value);
  const errors = !success
    ? error.issues.slice(0, errorsMax).flatMap((issue) => fieldErrors(issue, root))
    : suspect
    ? unstorablePaths(data, errorsMax).map((path): FieldError => ({
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
  const detail = issue.code === "unrecognized_keys" ? "This member is unknown." : issue.message;
  return keys.map((path) => ({ pointer: pointer(root, path), code: issue.code, detail }));
}

/** A JSON pointer with the escapes of RFC 6901 §3, as a URI fragment (§6). */
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
