/** A DPoP proof that was verified. Times are in seconds since the epoch; after `expiresAt` it is refused anyway. */
export type UsedProof = { id: string; issuedAt: number; expiresAt: number };

/** Remembers proofs, so that each is accepted once (RFC 9449 §11.1). Processes of one API may share a memory. */
export interface ProofMemory {
  /** Whether the proof is new; from then on it is not. */
  take(proof: UsedProof): boolean | Promise<boolean>;
}

/**
 * The memory of one process, with at most `sizeMax` proofs. When it is full it forgets those with the oldest time of
 * issue, and from then on refuses all that are as old: a flood narrows the window, and never lets a proof in twice.
 */
export function createProofMemory(now: () => number, sizeMax = 100_000): ProofMemory {
  const bySecond = new Map<number, Set<string>>();
  let size = 0;
  let refusedUpTo = -Infinity;
  return { take };

  function take({ id, issuedAt, expiresAt }: UsedProof): boolean {
    const second = Math.floor(issuedAt);
    if (second <= refusedUpTo) return false;
    for (const ids of bySecond.values()) if (ids.has(id)) return false;
    bySecond.set(second, (bySecond.get(second) ?? new Set()).add(id));
    size++;
    const lifetime = expiresAt - issuedAt;
    for (const each of bySecond.keys()) if (each + 1 + lifetime < now() / 1_000) forget(each);
    while (size > sizeMax) forget(refusedUpTo = Math.min(...bySecond.keys()));
    return second > refusedUpTo;
  }

  function forget(second: number): void {
    size -= bySecond.get(second)!.size;
    bySecond.delete(second);
  }
}
