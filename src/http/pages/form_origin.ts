import { Problem } from "../../vocabulary/problems.ts";

/**
 * Refuses a form that another site has sent. What the browser says of the request's origin counts, from the most to the
 * least reliable header that it sends; without any, the form is refused.
 *
 * @throws {Problem} `form_refused`
 */
export function requireSameOrigin(headers: Headers, origin: string): void {
  if (!isSameOrigin(headers, origin)) throw new Problem("form_refused");
}

function isSameOrigin(headers: Headers, origin: string): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none";
  const sender = headers.get("origin");
  if (sender !== null) return sender === origin;
  return URL.parse(headers.get("referer") ?? "")?.origin === origin;
}
