import { Problem } from "../../vocabulary/problems.ts";

/** Path and query together may have this many characters. */
const uriLengthMax = 8_192;

/** A name or an address, and a port that one can connect to (RFC 9110 §7.2), in ASCII and without user information. */
const host = /^(?:[\w.~-]{1,253}|\[[\da-f:.]{2,45}\])(?::(?!0+$)\d{1,5})?$/i;

/**
 * What another server on the way may take for another path: encoded characters that need no encoding (RFC 3986 §2.3), dot
 * segments (§5.2.4), empty segments and backslashes.
 */
const ambiguous = /%(?:[46][1-9a-f]|[57][\da]|3\d|2[de]|5f|7e|5c)|\/\.{0,2}\/|\/\.{1,2}$|\\/i;

/**
 * Refuses what no route should see. The runtime writes the Host header into the request's URL as it came, so a `/` in it
 * would be part of the path.
 *
 * @throws {Problem} `uri_too_long`, and `malformed_request` for no or an odd Host (RFC 9112 §3.2), and for a broken
 * percent-encoding (T221), or a path that is written in another way than the one it has.
 */
export function requireValidTarget({ url, headers }: Request): void {
  if (url.length > uriLengthMax) throw new Problem("uri_too_long");
  if (!host.test(headers.get("host") ?? "")) {
    throw new Problem("malformed_request", { detail: "The Host header is missing or malformed." });
  }
  const path = pathOf(url);
  if (ambiguous.test(path)) {
    throw new Problem("malformed_request", { detail: "The path is not in its normal form." });
  }
  if (!path.includes("%")) return;
  try {
    decodeURIComponent(path);
  } catch (cause) {
    throw new Problem("malformed_request", { detail: "A percent-encoding in the path is broken.", cause });
  }
}

/** The query of a request's URL, as it came; a fragment is none of ours (T209). Never fails, whatever the URL. */
export function queryOf(url: string): string {
  return /^[^?#]*\?([^#]*)/.exec(url)?.[1] ?? "";
}

/** The path of a request's URL, as it came; never fails, whatever the URL. */
export function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const end = url.indexOf("?", start);
  return start < 0 ? "/" : url.slice(start, end < 0 ? undefined : end).slice(0, uriLengthMax);
}
