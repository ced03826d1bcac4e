import { parseAccept } from "hono/utils/accept";

/** Whether the client prefers HTML to JSON (RFC 9110 §12.5.1). Without a preference it gets JSON. */
export function prefersHtml(accept: string | null): boolean {
  if (accept === null || !/html/i.test(accept)) return false;
  const ranges = parseAccept(accept);
  return qualityOf("text", "html", ranges) > qualityOf("application", "json", ranges);
}

/** The quality of the most specific media range that matches the type. */
function qualityOf(type: string, subtype: string, ranges: ReturnType<typeof parseAccept>): number {
  for (const range of [`${type}/${subtype}`, `${type}/*`, "*/*"]) {
    const found = ranges.find((each) => each.type.toLowerCase() === range);
    if (found) return found.q;
  }
  return 0;
}
