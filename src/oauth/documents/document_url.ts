import type { PrincipalClient } from "../../vocabulary/actor.ts";
import { clientUrlLengthMax } from "../../vocabulary/clients/client_id.ts";

/** Which hosts may describe clients: none, all, or these; `*.` stands for every name below. */
export type DocumentHosts = "off" | "open" | readonly string[];

/**
 * Whether the URL may be the `client_id` of a client that describes itself (Client ID Metadata Documents §3): https
 * with a path, as URL parsers write it, and nothing that could be written in two ways. Sentinel's own host describes
 * nobody.
 */
export function isDocumentUrl(text: string, issuer: string): boolean {
  if (text.length > clientUrlLengthMax || !/^https:\/\/[\x21-\x7e]+$/.test(text) || /[?#\\@]/.test(text)) return false;
  const url = URL.parse(text);
  if (url?.href !== text || url.pathname === "/" || url.hostname.endsWith(".")) return false;
  return !/%2e/i.test(url.pathname) && url.host !== new URL(issuer).host;
}

/** Whether documents of the host of this URL are read. */
export function isHostOf(hosts: DocumentHosts, url: string): boolean {
  if (typeof hosts === "string") return hosts === "open";
  const { host } = new URL(url);
  return hosts.some((each) => each.startsWith("*.") ? host.endsWith(each.slice(1)) : host === each);
}

/**
 * Whether anybody may have named what Sentinel asks on behalf of the client, so that the networks beside the internet
 * stay out of reach. The hosts that operators listed name nothing but themselves.
 */
export function isOfStranger(hosts: DocumentHosts, { source, url }: Pick<PrincipalClient, "source" | "url">): boolean {
  if (source === "admin") return false;
  return url === null || hosts === "open" || !isHostOf(hosts, url);
}
