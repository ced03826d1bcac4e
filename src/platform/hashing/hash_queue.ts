/** Every slot is taken and the queue is full. */
export class HashQueueFull extends Error {
  override readonly name = "HashQueueFull";
}

/** Whether a request comes from a network with a recent successful login. Each kind has a queue of its own. */
export type NetworkKind = "known" | "unknown";

const otherKind = { known: "unknown", unknown: "known" } as const;

/** The error of callers after the queue was closed. */
export function hashingClosed(): Error {
  return new Error("hashing has ended");
}

/**
 * Runs `concurrency` hashes at once and lets `queueMax` more wait in two queues. The queues take turns, and each is
 * guaranteed half of the places: a queue longer than its half gives up its newest entry to the other.
 */
export function createHashQueue(concurrency: number, queueMax: number, rejected: () => void) {
  const queues: Record<NetworkKind, PromiseWithResolvers<void>[]> = { known: [], unknown: [] };
  const half = Math.ceil(queueMax / 2);
  let served: NetworkKind = "unknown";
  let running = 0;
  let closed: PromiseWithResolvers<void> | undefined;
  return { admit, enter, leave, depth: () => ({ running, waiting: waiting() }), close };

  /** Throws if {@link enter} would be refused now, and takes no place. @throws {HashQueueFull} */
  function admit(networkKind: NetworkKind = "unknown"): void {
    if (running < concurrency || waiting() < queueMax || queues[otherKind[networkKind]].length > half) return;
    throw full();
  }

  /** Resolves with a slot; {@link leave} frees it. @throws {HashQueueFull} at once, or for the other queue. */
  async function enter(networkKind: NetworkKind): Promise<void> {
    if (closed) throw hashingClosed();
    admit(networkKind);
    if (running < concurrency) {
      running++;
      return;
    }
    if (waiting() >= queueMax) queues[otherKind[networkKind]].pop()!.reject(full());
    const turn = Promise.withResolvers<void>();
    queues[networkKind].push(turn);
    await turn.promise;
  }

  /** Passes the slot directly to the next in turn, so that no new request overtakes it. */
  function leave(): void {
    if (queues[otherKind[served]].length > 0) served = otherKind[served];
    const next = queues[served].shift();
    if (next) return next.resolve();
    if (--running === 0) closed?.resolve();
  }

  async function close(): Promise<void> {
    closed ??= Promise.withResolvers();
    for (const queue of Object.values(queues)) for (const turn of queue.splice(0)) turn.reject(hashingClosed());
    if (running > 0) await closed.promise;
  }

  function waiting(): number {
    return queues.known.length + queues.unknown.length;
  }

  function full(): HashQueueFull {
    rejected();
    return new HashQueueFull("every hash slot is taken and the queue is full");
  }
}
