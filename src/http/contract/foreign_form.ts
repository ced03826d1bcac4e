import { z } from "@hono/zod-openapi";
import type { BodySpec } from "./contract.ts";

/** The form of a page that other sites send: its body is the query that it would be in a GET. */
export const foreignForm: { body: BodySpec<z.ZodString> } = {
  body: { schema: z.string(), types: ["application/x-www-form-urlencoded"], foreign: true },
};
