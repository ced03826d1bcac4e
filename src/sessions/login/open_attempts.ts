/** Attempts that wait at once in this process; more are refused at once, as they would be if nothing were open. */
const waitingMax = 1_000;

/** No longer: where attempts keep coming, some are open all the time, and nothing may ever be given back. */
const longestWaitMs = 30_000;

type Bucket = { key: Uint8Array };

/** The attempts of this process that are open at one bucket, and who waits for one of them to give back. */
type OpenBucket = { count: number; waiting: ((gaveBack: boolean) => void)[] };

/**
 * Attempts whose password is not checked yet, by the buckets that they take from. An attempt that finds a bucket empty
 * waits while others are open there, as the right password gives back what it took: so however many come at once, none
 * that has the right one is refused for the others that have. Waiting holds neither a hash slot nor a connection, and
 * asks the database again only when something was given back. Whoever waits at the second of two buckets stays open at
 * the first, and nobody the other way round: no two wait for each other.
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

  /** One attempt ends; if it gave back what it took, the one that has waited longest is open in its place. */
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

  /** Waits until an attempt gives back, and is open in its place: true; or until none is open any more, or for too long: false. */
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
