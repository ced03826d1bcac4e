import ipaddr from "ipaddr.js";

/**
 * An IPv4 address as a network of one, or the /64 that an IPv6 host may choose addresses from (RFC 4291 §2.5.4; T112),
 * as CIDR; null for what is no address.
 */
export function networkOf(ip: string | null): string | null {
  if (ip === null || !ipaddr.isValid(ip)) return null;
  const address = ipaddr.process(ip);
  if (address.kind() === "ipv4") return `${address}/32`;
  const prefix = (address as ipaddr.IPv6).parts.slice(0, 4);
  return `${new ipaddr.IPv6([...prefix, 0, 0, 0, 0])}/64`;
}
