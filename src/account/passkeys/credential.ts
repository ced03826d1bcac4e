import { z } from "zod";

/** The member of a form that holds what an authenticator answered, as the script writes it. */
export function credential<Schema extends z.ZodType>(schema: Schema) {
  return z.string().transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue("This is no JSON.");
      return z.NEVER;
    }
  }).pipe(schema as z.ZodType<z.output<Schema>, unknown>);
}
