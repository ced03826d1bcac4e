/** Normalising a run of marks takes the square of its length: 2 ms for so many UTF-16 units, 4 s for 32,000. */
export const normalizedLengthMax = 1_024;

/** The text in a normal form (UAX #15). Longer text, which is no name and no password, is returned unchanged. */
export function normalForm(text: string, form: "NFC" | "NFD" | "NFKC"): string {
  return text.length > normalizedLengthMax ? text : text.normalize(form);
}
