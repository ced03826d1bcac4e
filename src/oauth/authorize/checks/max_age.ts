import type { SentParameters } from "../parameters/sent_parameters.ts";
import { type Check, invalidRequest } from "../parameters/check.ts";
import type { Prompt } from "./prompt.ts";

/** Seconds, for 300 years at most. */
const form = /^\d{1,10}$/;

/** How long ago the user may have signed in, in seconds. */
export function maxAgeOf(sent: SentParameters): number | undefined {
  const text = sent.get("max_age");
  return text === undefined ? undefined : Number(text);
}

export const maxAge: Check = (sent) =>
  form.test(sent.get("max_age") ?? "0") ? undefined : invalidRequest("max_age must be a whole number of seconds");

/** How many seconds old a sign-in may be; 0 where only a later one counts. */
export function ageOf(
  { prompts, maxAge }: { prompts: ReadonlySet<Prompt>; maxAge: number | undefined },
): number | undefined {
  const asksAgain = prompts.has("login") || prompts.has("select_account") || prompts.has("create");
  return asksAgain ? 0 : maxAge;
}

/** The time from which a sign-in before the request counts. */
export function signInAfter(maxAge: number | undefined, now: number): number {
  if (maxAge === undefined) return 0;
  return maxAge === 0 ? Infinity : now - maxAge * 1_000;
}
