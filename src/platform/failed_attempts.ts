import { BoundedMap } from "./cache/bounded_map.ts";
import { networkOf } from "./network.ts";

export type FailedAttempts = ReturnType<typeof createFailedAttempts>;

type Bucket = { left: number; at: number };

const networksMax = 20_000;

/**
 * Limits how often wrong secrets come from one network, in the memory of this replica. A secret of 256 bits cannot be
 * guessed, so this protects the database from look-ups, and needs none itself.
 */
export function createFailedAttempts({ limit, monotonic }: {
  /** Undefined when nothing is limited. */
  limit: { count: number; seconds: number } | undefined;
  monotonic: () => number;
}) {
  const buckets = new BoundedMap<string, Bucket>(networksMax);

  return { retryAfterSeconds, count };

  /** How long the network must wait before its next attempt; undefined when it need not. */
  function retryAfterSeconds(ip: string | null): number | undefined {
    if (!limit) return undefined;
    const { left } = refilled(ip, limit);
    return left >= 1 ? undefined : Math.max(1, Math.ceil((1 - left) * limit.seconds / limit.count));
  }

  function count(ip: string | null): void {
    if (limit) buckets.set(networkOf(ip) ?? "unknown", spent(refilled(ip, limit)));
  }

  function refilled(ip: string | null, { count, seconds }: { count: number; seconds: number }): Bucket {
    const at = monotonic();
    const known = buckets.get(networkOf(ip) ?? "unknown");
    const left = known ? Math.min(count, known.left + (at - known.at) / 1000 * count / seconds) : count;
    return { left, at };
  }
}

const spent = ({ left, at }: Bucket): Bucket => ({ left: Math.max(0, left - 1), at });
