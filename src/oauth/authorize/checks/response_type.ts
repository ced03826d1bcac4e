import { type Check, invalidRequest } from "../parameters/check.ts";

/** Only the code flow: tokens never pass through the browser (OAuth 2.1 §10.1). */
export const responseType: Check = (sent) => {
  const type = sent.get("response_type");
  if (type === undefined) return invalidRequest("response_type is missing: send code");
  if (type === "code") return undefined;
  return { error: "unsupported_response_type", description: "response_type must be code" };
};
