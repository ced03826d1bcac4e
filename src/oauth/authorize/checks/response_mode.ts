import type { SentParameters } from "../sent_parameters.ts";
import { type Check, invalidRequest } from "./check.ts";

/** How the answer gets to the client: in the query, or by a form (OAuth 2.0 Form Post Response Mode). */
export type ResponseMode = "query" | "form_post";

/** A mode that is refused, or unknown, is answered in the query. */
export function responseModeOf(sent: SentParameters): ResponseMode {
  return sent.get("response_mode") === "form_post" && isWeb(sent) ? "form_post" : "query";
}

export const responseMode: Check = (sent) => {
  const mode = sent.get("response_mode") ?? "query";
  if (mode !== "query" && mode !== "form_post") return invalidRequest("response_mode must be query or form_post");
  if (mode === "form_post" && !isWeb(sent)) return invalidRequest("form_post needs a redirect_uri of http or https");
  return undefined;
};

/** Browsers send forms to web servers only. */
function isWeb(sent: SentParameters): boolean {
  return /^https?:/.test(sent.get("redirect_uri") ?? "");
}
