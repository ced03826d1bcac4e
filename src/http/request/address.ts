import ipaddr from "ipaddr.js";
import type { Cidr } from "../../platform/network.ts";
import { isEscaped } from "../parsing/json_text.ts";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Headers in which a proxy sends the client's address; `forwarded` is that of RFC 7239. */
export type ForwardedHeader = "x-forwarded-for" | "forwarded";

const hopsMax = 32;

/**
 * The address of the socket or, behind trusted proxies, the right-most hop in the header that is not one. IPv4-mapped
 * IPv6 becomes IPv4. An unparsable hop, such as `unknown` or `_hidden` (RFC 7239 §6), ends the search.
 */
export function clientAddress(
  socket: string,
  forwarded: string | null,
  trusted: Cidr[],
  header: ForwardedHeader = "x-forwarded-for",
): string | null {
  let address = parseAddress(socket.replace(/%.*$/, "")); // a link-local address has a zone
  if (!address) return null;
  if (forwarded === null || !isTrusted(address, trusted)) return address.toString();
  const hops = header === "forwarded" ? splitFromEnd(forwarded, ",").map(forOf) : forwarded.split(",").reverse();
  for (const hop of hops.slice(0, hopsMax)) {
    const next = parseNode(hop.trim());
    if (!next) break;
    address = next;
    if (!isTrusted(address, trusted)) break;
  }
  return address.toString();
}

/** Whether the peer of the socket is a trusted proxy. */
export function isTrustedPeer(socket: string, trusted: Cidr[]): boolean {
  const address = trusted.length > 0 ? parseAddress(socket.replace(/%.*$/, "")) : undefined;
  return address !== undefined && isTrusted(address, trusted);
}

/** An address with an optional port, which is ignored. An IPv6 address with a port is in brackets (RFC 7239 §6). */
const node = /^(?:\[([\da-f:.]+:[\da-f:.]*)\]|(\d{1,3}(?:\.\d{1,3}){3}))(?::(?:\d{1,5}|_[\w.-]+))?$/i;

function parseNode(text: string): Address | undefined {
  const [, bracketed, dotted] = node.exec(text) ?? [];
  return parseAddress(bracketed ?? dotted ?? text);
}

/** Rejects old spellings of IPv4, such as `0300.0250.0.1`, `1.2` or `0x7f.1`, which others read as another address. */
function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!/^[\da-f:]{2,39}$|^[\da-f:]*:(?:(?:0|[1-9]\d{0,2})(?:\.(?!$)|$)){4}$/i.test(text)) return undefined;
  return ipaddr.IPv6.isValid(text) ? ipaddr.process(text) : undefined;
}

/** The value of `for` in an element of `Forwarded` (RFC 7239 §4), without quotes; empty if it is absent or repeated. */
function forOf(element: string): string {
  const values = splitFromEnd(element, ";").flatMap((pair) => /^\s*for=(.*)$/i.exec(pair)?.[1] ?? []);
  const [value = ""] = values;
  return values.length === 1 ? /^"([^"\\]*)"$/.exec(value.trim())?.[1] ?? value : "";
}

/** Splits outside of quoted strings (RFC 9110 §5.6.4), from the end: a client's quote hides nothing proxies append. */
function splitFromEnd(text: string, separator: string): string[] {
  const parts: string[] = [];
  let [end, isQuoted] = [text.length, false];
  for (let at = text.length - 1; at >= 0; at--) {
    if (text[at] === '"' && !isEscaped(text, at)) isQuoted = !isQuoted;
    else if (text[at] === separator && !isQuoted) {
      parts.push(text.slice(at + 1, end));
      end = at;
    }
  }
  return [...parts, text.slice(0, end)];
}

const isTrusted = (address: Address, trusted: Cidr[]) =>
  trusted.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
