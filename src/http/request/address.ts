import ipaddr from "ipaddr.js";
import type { Cidr } from "../../vocabulary/setting_schemas.ts";

/**
 * The client's address: the socket's, or, behind trusted proxies, the right-most hop of X-Forwarded-For that is
 * none of them. IPv4-mapped IPv6 is IPv4; anything unparsable ends the walk.
 */
export function clientAddress(socket: string, forwardedFor: string | null, trusted: Cidr[]): string | null {
  let address = parse(socket);
  if (!address) return null;
  const hops = forwardedFor?.split(",") ?? [];
  while (hops.length > 0 && isTrusted(address, trusted)) {
    const next = parse(hops.pop()!.trim());
    if (!next) break;
    address = next;
  }
  return address.toString();
}

/** Whether the peer at the other end of the socket is a trusted proxy. */
export function isTrustedPeer(socket: string, trusted: Cidr[]): boolean {
  const address = trusted.length > 0 ? parse(socket) : undefined;
  return address !== undefined && isTrusted(address, trusted);
}

function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}

const isTrusted = (address: ipaddr.IPv4 | ipaddr.IPv6, trusted: Cidr[]) =>
  trusted.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
