import { z } from "@hono/zod-openapi";
import { assertionType } from "./client_assertions.ts";

/** A parameter without a value is treated as absent (RFC 6749 §3.2). */
export const parameter = (schema: z.ZodString) => schema.optional().transform((value) => value || undefined);

const clientIdLengthMax = 2_048, clientSecretLengthMax = 1_024, assertionLengthMax = 8_192;

/** The parameters with which a client authenticates in a form (RFC 6749 §2.3.1). */
export const clientParameters = {
  client_id: parameter(z.string().max(clientIdLengthMax)).openapi({
    description: "Of a client that does not use Basic",
    example: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e",
  }),
  client_secret: parameter(z.string().max(clientSecretLengthMax)).openapi({
    description: "Of a client that does not use Basic",
    format: "password",
  }),
  client_assertion: parameter(z.string().max(assertionLengthMax)).openapi({
    description: "Of a client that uses `private_key_jwt`: a JWT that it signed (RFC 7523 §2.2)",
  }),
  client_assertion_type: parameter(z.string().max(64)).openapi({ description: `\`${assertionType}\`` }),
};

/** Whether the schema of {@link clientParameters} leaves these as they are. */
export function arePlain(
  { client_id, client_secret, client_assertion, client_assertion_type }: Record<string, unknown>,
): boolean {
  return isPlain(client_id, clientIdLengthMax) && isPlain(client_secret, clientSecretLengthMax) &&
    isPlain(client_assertion, assertionLengthMax) && isPlain(client_assertion_type, 64);
}

/** Absent, or text that is neither empty nor too long. */
export function isPlain(value: unknown, lengthMax: number): boolean {
  return value === undefined || (typeof value === "string" && value.length > 0 && value.length <= lengthMax);
}
