import { z } from "@hono/zod-openapi";
import { type PageAnswer, seeOther } from "../pages/page_answer.ts";
import type { BodySpec } from "./contract.ts";

/** The form of a page that other sites send: its body is the query that it would be in a GET. */
export const foreignForm: { body: BodySpec<z.ZodString> } = {
  body: { schema: z.string(), types: ["application/x-www-form-urlencoded"], foreign: true },
};

/** The longest query that a redirect takes to this server again, with room for its address. */
const queryLengthMax = 8_000;

/**
 * Leads to the same request as a GET: browsers send no `SameSite=Lax` cookies with a form of another site. Undefined
 * for a form that is too long for an address.
 */
export function sameByGet(path: string, form: string): PageAnswer | undefined {
  return form.length <= queryLengthMax ? seeOther(`${path}?${form}`) : undefined;
}
