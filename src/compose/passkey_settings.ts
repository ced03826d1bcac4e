import { isIP } from "node:net";
import { isLoopback } from "../platform/network.ts";
import type { Settings } from "../vocabulary/dictionary.ts";
import type { ConfigIssue } from "./config.ts";

/**
 * What browsers would refuse: a domain that the pages are not in, or one that anyone may register in (WebAuthn §5.1.2).
 */
export function passkeyIssues(values: Settings): ConfigIssue[] {
  const { SENTINEL_PASSKEY_RP_ID: rpId } = values;
  const host = URL.parse(values.SENTINEL_PUBLIC_URL)?.hostname; // null where the setting has an issue of its own
  if (rpId === undefined || host === undefined || rpId === host) return [];
  const isParent = host.endsWith(`.${rpId}`) && rpId.includes(".") && isIP(host) === 0;
  const problem = `must be ${host}, the host of SENTINEL_PUBLIC_URL, or a parent of it below a public suffix`;
  return isParent ? [] : [{ setting: "SENTINEL_PASSKEY_RP_ID", problem }];
}

/** What works in another way than it seems to. */
export function passkeyWarnings(values: Settings): string[] {
  const host = URL.parse(values.SENTINEL_PUBLIC_URL)?.hostname ?? "";
  const isAddress = isIP(host.replace(/^\[|\]$/g, "")) !== 0 && !isLoopback(host);
  return isAddress ? ["SENTINEL_PUBLIC_URL names an address: browsers have passkeys only for names"] : [];
}
