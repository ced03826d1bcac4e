import ipaddr from "ipaddr.js";

/** A network in the form of ipaddr.js: address and prefix length. IPv4-mapped IPv6 networks are IPv4. */
export type Cidr = ReturnType<typeof ipaddr.parseCIDR>;

/** An IPv4 address alone, or the /64 from which an IPv6 host chooses its addresses (RFC 4291 §2.5.4), as CIDR. */
export function networkOf(ip: string | null): string | null {
  if (ip === null || !ipaddr.isValid(ip)) return null;
  const address = ipaddr.process(ip);
  if (address.kind() === "ipv4") return `${address}/32`;
  const prefix = (address as ipaddr.IPv6).parts.slice(0, 4);
  return `${new ipaddr.IPv6([...prefix, 0, 0, 0, 0])}/64`;
}

/** Whether the name or address is of this machine (RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export function isLoopback(host: string): boolean {
  return /^(?:(?:.+\.)?localhost\.?|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

/** Addresses at which clouds hand out credentials of the machine that asks. */
const metadataAddresses = [
  "169.254.169.254", // AWS, Google Cloud, Azure, OpenStack
  "169.254.170.2", // AWS ECS
  "169.254.170.23", // AWS EKS
  "168.63.129.16", // Azure
  "100.100.100.200", // Alibaba Cloud
  "192.0.0.192", // Oracle Cloud
  "fd00:ec2::254", // AWS
  "fd00:ec2::23", // AWS EKS
  "fd20:ce::254", // Google Cloud
].map((text) => ipaddr.process(text).toString());

/** The addresses that are global unicast so far (RFC 4291 §2.4, IANA's registry of the IPv6 address space). */
const globalIpv6 = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Where an address leads: `public`, the internet; `allowed`, one of these networks; `refused`, anything else, such as a
 * private network, and always the metadata service of a cloud.
 */
export function reachOf(ip: string, allowed: readonly Cidr[]): "public" | "allowed" | "refused" {
  if (!ipaddr.isValid(ip)) return "refused";
  const address = ipaddr.process(ip);
  if (metadataAddresses.includes(address.toString()) || metadataAddresses.includes(`${translatedIpv4(address)}`)) {
    return "refused";
  }
  if (allowed.some((network) => isIn(address, network))) return "allowed";
  const isPublic = address.range() === "unicast" && (address.kind() === "ipv4" || isIn(address, globalIpv6));
  return isPublic ? "public" : "refused";
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, [network, bits]: Cidr): boolean {
  return address.kind() === network.kind() && (address as ipaddr.IPv6).match(network as ipaddr.IPv6, bits);
}

/**
 * The IPv4 address inside an IPv6 one: by 6to4 (RFC 3056 §2), by NAT64 (RFC 6052 §2.2, RFC 8215) and others at its end.
 */
function translatedIpv4(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | undefined {
  if (address instanceof ipaddr.IPv4) return undefined;
  const at = address.range() === "6to4" ? 2 : 12;
  return new ipaddr.IPv4(address.toByteArray().slice(at, at + 4));
}
