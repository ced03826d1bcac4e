import { type Check, invalidRequest } from "./check.ts";

/** The most characters of what is sent back as it came. */
const lengthsMax = { state: 4_096, nonce: 1_024 } as const;

// deno-lint-ignore no-control-regex -- control characters are what is refused
const control = /[\x00-\x1f\x7f]/;

/** `state` and `nonce` are sent back as they came, so they are short, and text. */
export const textLengths: Check = (sent) => {
  for (const name of ["state", "nonce"] as const) {
    const text = sent.get(name) ?? "";
    if (text.length > lengthsMax[name]) return invalidRequest(`${name} has more than ${lengthsMax[name]} characters`);
    if (control.test(text)) return invalidRequest(`${name} contains a control character`);
  }
  return undefined;
};
