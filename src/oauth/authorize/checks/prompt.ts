import { type SentParameters, valuesOf } from "../parameters/sent_parameters.ts";
import { type Check, invalidRequest } from "../parameters/check.ts";

const prompts = ["none", "login", "consent", "select_account", "create"] as const;

/** What the user is asked in any case (OpenID Connect Core 1.0 §3.1.2.1, Initiating User Registration 1.0 §4.1). */
export type Prompt = (typeof prompts)[number];

export function promptsOf(sent: SentParameters): ReadonlySet<Prompt> {
  return new Set(valuesOf(sent.get("prompt")).filter(isPrompt));
}

export const prompt: Check = (sent) => {
  const values = valuesOf(sent.get("prompt"));
  if (!values.every(isPrompt)) return invalidRequest(`prompt must be of ${prompts.join(" ")}`);
  return values.includes("none") && values.length > 1 ? invalidRequest("prompt none stands alone") : undefined;
};

function isPrompt(text: string): text is Prompt {
  return (prompts as readonly string[]).includes(text);
}
