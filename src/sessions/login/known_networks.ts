import { BoundedMap } from "../../platform/cache/bounded_map.ts";
import type { NetworkKind } from "../../platform/hashing/hashing.ts";

const networksMax = 100_000;

/**
 * The networks whose last login at this replica succeeded, for any user. Logins from a known network do not wait behind
 * logins from unknown ones.
 */
export function createKnownNetworks() {
  const networks = new BoundedMap<string, true>(networksMax);
  return { kindOf, add, remove };

  function kindOf(network: string | null): NetworkKind {
    return network !== null && networks.get(network) ? "known" : "unknown";
  }

  function add(network: string | null): void {
    if (network !== null) networks.set(network, true);
  }

  function remove(network: string | null): void {
    if (network !== null) networks.delete(network);
  }
}
