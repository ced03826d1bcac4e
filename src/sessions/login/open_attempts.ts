/** The most attempts that wait at once in this process. More are refused at once, as if nothing were open. */
const waitingMax = 1_000;

/** The longest wait. Where attempts arrive all the time, some are always open, and a refund may never come. */
const longestWaitMs = 30_000;

type Bucket = { key: Uint8Array };

/** The number of open attempts at one bucket in this process, and the attempts that wait for a refund there. */
type OpenBucket = { count: number; waiting: ((gaveBack: boolean) => void)[] };

/**
 * Attempts whose password is not checked yet, by the buckets that they take from. An attempt at an empty bucket waits
 * while others are open there, because the right password refunds its attempt: of many simultaneous attempts with the
 * right password, none is refused because of the others. A waiting attempt holds neither a hash slot nor a connection,
 * and it asks the database again only after a refund. An attempt that waits at the second of two buckets stays open at
 * the first and never the other way round, so no two attempts wait for each other.
 */
export function createOpenAttempts({ waitMsMax = longestWaitMs }: { waitMsMax?: number } = {}) {
  const opened = new Map<string, OpenBucket>();
  let waitingCount = 0;
  return { open, close, wait };

  function open(buckets: Bucket[]): void {
    for (const id of buckets.map(idOf)) {
      const at = opened.get(id);
      if (at) at.count++;
      else opened.set(id, { count: 1, waiting: [] });
    }
  }

  /** Ends one attempt. If it was refunded, the attempt that has waited longest opens in its place. */
  function close(buckets: Bucket[], { gaveBack }: { gaveBack: boolean }): void {
    for (const id of buckets.map(idOf)) {
      const at = opened.get(id)!;
      const next = gaveBack ? at.waiting.shift() : undefined;
      if (next) {
        next(true);
      } else if (--at.count === 0) {
        opened.delete(id);
        for (const refuse of at.waiting) refuse(false);
      }
    }
  }

  /**
   * Waits for a refund. Returns true when this attempt is open in the place of a refunded one, and false when no
   * attempt is open any more or the wait was too long.
   */
  async function wait(bucket: Bucket): Promise<boolean> {
    const at = opened.get(idOf(bucket));
    if (!at || waitingCount >= waitingMax) return false;
    waitingCount++;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    at.waiting.push(resolve);
    const timer = setTimeout(() => {
      at.waiting = at.waiting.filter((each) => each !== resolve);
      resolve(false);
    }, waitMsMax);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      waitingCount--;
    }
  }
}

function idOf({ key }: Bucket): string {
  return key.toBase64();
}
