import { Problem } from "../../vocabulary/problems.ts";

/** Path and query together may have this many characters. */
const uriLengthMax = 8_192;

/** A name or an address, and a port that one can connect to (RFC 9110 §7.2), in ASCII and without user information. */
const host = /^(?:[\w.~-]{1,253}|\[[\da-f:.]{2,45}\])(?::(?!0+$)\d{1,5})?$/i;

/**
 * Refuses what no route should see. The runtime writes the Host header into the request's URL as it came, so a `/` in it
 * would be part of the path.
 *
 * @throws {Problem} `uri_too_long`, and `malformed_request` for no or an odd Host (RFC 9112 §3.2), and for a broken
 * percent-encoding (T221).
 */
export function refuseBadTarget({ url, headers }: Request): void {
  if (url.length > uriLengthMax) throw new Problem("uri_too_long");
  if (!host.test(headers.get("host") ?? "")) {
    throw new Problem("malformed_request", { detail: "The Host header is missing or malformed." });
  }
  if (!url.includes("%")) return;
  try {
    decodeURIComponent(pathOf(url));
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
