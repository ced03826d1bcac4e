/** The first `lengthMax` UTF-16 units of the text, or one less if that would split a surrogate pair. */
export function cutText(text: string, lengthMax: number): string {
  const end = isHighSurrogate(text.charCodeAt(lengthMax - 1)) ? lengthMax - 1 : lengthMax;
  return text.length > lengthMax ? text.slice(0, end) : text;
}

/** Whether the unit is the first of a surrogate pair (Unicode 16, D71). */
const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
