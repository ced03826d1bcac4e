import { dummyHash, type Hashing, schemeOf } from "../platform/hashing/hashing.ts";

/** A kind that takes less is measured again, as the machine may have paused. */
const worthAgainMs = 2000, timesAgain = 2;

/** Bcrypt of the least cost, which starts the thread before anything is measured. */
const warmUp = "$2$04";

export type HashCosts = ReturnType<typeof createHashCosts>;

/** How long verifying each kind of hash takes on this machine. */
export function createHashCosts({ hashing, monotonic, max }: {
  hashing: Pick<Hashing, "verify">;
  /** Milliseconds from any origin, never going back. */
  monotonic: () => number;
  /** A kind that takes longer is measured again, too. */
  max: number;
}) {
  const known = new Map<string, number>();
  return { measure, of };

  /** Measures the kinds among these stored hashes that were not measured before. */
  async function measure(hashes: string[]): Promise<void> {
    for (const scheme of new Set(hashes.map(schemeOf))) {
      if (scheme === undefined || known.has(scheme)) continue;
      if (known.size === 0) await once(warmUp);
      let fastest = await once(scheme);
      for (let again = 0; again < timesAgain && (fastest < worthAgainMs || fastest > max); again++) {
        fastest = Math.min(fastest, await once(scheme));
      }
      known.set(scheme, fastest);
    }
  }

  /** Milliseconds for a kind that was measured. */
  function of(hash: string): number {
    return known.get(schemeOf(hash) ?? "") ?? 0;
  }

  async function once(scheme: string): Promise<number> {
    const startedMs = monotonic();
    await hashing.verify(dummyHash(scheme), "nobody has this password");
    return monotonic() - startedMs;
  }
}
