import type { SentParameters } from "../parameters/sent_parameters.ts";
import { type Check, invalidRequest } from "../parameters/check.ts";

/**
 * How the answer gets to the client: in the query, in the fragment (OAuth 2.0 Multiple Response Type Encoding Practices
 * §2.1), or by a form (OAuth 2.0 Form Post Response Mode).
 */
export const responseModes = ["query", "fragment", "form_post"] as const;
export type ResponseMode = (typeof responseModes)[number];

/** A mode that is refused, or unknown, is answered in the query. */
export function responseModeOf(sent: SentParameters): ResponseMode {
  const mode = modeOf(sent);
  return mode === undefined || (mode === "form_post" && !isWeb(sent)) ? "query" : mode;
}

export const responseMode: Check = (sent) => {
  const mode = modeOf(sent);
  if (mode === undefined) return invalidRequest(`response_mode must be one of ${responseModes.join(", ")}`);
  if (mode === "form_post" && !isWeb(sent)) return invalidRequest("form_post needs a redirect_uri of http or https");
  return undefined;
};

/** Undefined for an unknown one. */
function modeOf(sent: SentParameters): ResponseMode | undefined {
  const asked = sent.get("response_mode") ?? "query";
  return responseModes.find((mode) => mode === asked);
}

/** Browsers send forms to web servers only. */
function isWeb(sent: SentParameters): boolean {
  return /^https?:/.test(sent.get("redirect_uri") ?? "");
}
