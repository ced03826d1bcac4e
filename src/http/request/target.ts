import { Problem } from "../../vocabulary/problems.ts";

const uriLengthMax = 8_192;

/** A host name or an address with an optional valid port (RFC 9110 §7.2), in ASCII and without user information. */
const host = /^(?:[\w.~-]{1,253}|\[[\da-f:.]{2,45}\])(?::(?!0+$)\d{1,5})?$/i;

/** What a proxy may resolve to another path: needless percent-encodings (RFC 3986 §2.3), dot segments, backslashes. */
const ambiguous = /%(?:[46][1-9a-f]|[57][\da]|3\d|2[de]|5f|7e|5c)|\/\.{0,2}\/|\/\.{1,2}$|\\/i;

/**
 * The runtime copies Host into the request's URL, so a `/` in it would become part of the path. @throws {Problem}
 * `uri_too_long`; `malformed_request` for a malformed Host (RFC 9112 §3.2) or a path not in normal form.
 */
export function requireValidTarget({ url, headers }: Request): void {
  if (url.length > uriLengthMax) throw new Problem("uri_too_long");
  if (!host.test(headers.get("host") ?? "")) {
    throw new Problem("malformed_request", { detail: "The Host header is missing or malformed." });
  }
  const path = pathOf(url);
  if (ambiguous.test(path)) {
    throw new Problem("malformed_request", {
      detail: "The path is not in normal form: remove dot segments, empty segments and needless " +
        "percent-encodings.",
    });
  }
  if (!path.includes("%")) return;
  try {
    decodeURIComponent(path);
  } catch (cause) {
    throw new Problem("malformed_request", { detail: "A percent-encoding in the path is malformed.", cause });
  }
}

/** The query of a request's URL as it was sent, without a fragment. Never fails, whatever the URL. */
export function queryOf(url: string): string {
  return /^[^?#]*\?([^#]*)/.exec(url)?.[1] ?? "";
}

/** The path of a request's URL as it was sent. Never fails, whatever the URL. */
export function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const end = url.indexOf("?", start);
  return start < 0 ? "/" : url.slice(start, end < 0 ? undefined : end).slice(0, uriLengthMax);
}
