import type { SentParameters } from "../sent_parameters.ts";
import { type Check, invalidRequest } from "./check.ts";

/** Seconds, for 300 years at most. */
const form = /^\d{1,10}$/;

/** How long ago the user may have signed in, in seconds. */
export function maxAgeOf(sent: SentParameters): number | undefined {
  const text = sent.get("max_age");
  return text === undefined ? undefined : Number(text);
}

export const maxAge: Check = (sent) =>
  form.test(sent.get("max_age") ?? "0") ? undefined : invalidRequest("max_age must be a whole number of seconds");
