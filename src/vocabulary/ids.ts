const form = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Whether it is a UUID as ids are written here (RFC 9562 §4), in lower case. Anything else names nothing, and costs no
 * look-up.
 */
export function isId(value: unknown): value is string {
  return typeof value === "string" && form.test(value);
}
