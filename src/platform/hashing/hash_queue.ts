/** Every slot is taken and the queue behind them is full. */
export class HashQueueFull extends Error {
  override name = "HashQueueFull";
}

/** Who waits: people of a network whose last login succeeded, or anybody else. */
export type Lane = "familiar" | "stranger";

const otherLane = { familiar: "stranger", stranger: "familiar" } as const;

/**
 * Admits `concurrency` at once and lets `queueMax` more wait in two lanes, first come first served in each. Slots go to
 * the lanes by turns, and each lane is sure of half of the places: of a lane that has more than its half, the newest is
 * turned away for whoever comes in the other. So neither crowd can shut the other out.
 */
export function createGate(concurrency: number, queueMax: number, rejected: () => void) {
  const lanes: Record<Lane, PromiseWithResolvers<void>[]> = { familiar: [], stranger: [] };
  const half = Math.ceil(queueMax / 2);
  let served: Lane = "stranger";
  let running = 0;
  let closed: PromiseWithResolvers<void> | undefined;
  return { admit, enter, leave, depth, close };

  /** Refuses, before any work is done, what {@link enter} would refuse now. @throws {HashQueueFull} */
  function admit(lane: Lane = "stranger"): void {
    if (running < concurrency || waiting() < queueMax || lanes[otherLane[lane]].length > half) return;
    throw turnedAway();
  }

  /** @throws {HashQueueFull}, at once or when the other lane takes the place back. */
  async function enter(lane: Lane): Promise<void> {
    if (closed) throw ended();
    admit(lane);
    if (running < concurrency) {
      running++;
      return;
    }
    if (waiting() >= queueMax) lanes[otherLane[lane]].pop()!.reject(turnedAway());
    const turn = Promise.withResolvers<void>();
    lanes[lane].push(turn);
    await turn.promise;
  }

  /** Hands the slot on to who has waited longest in the lane whose turn it is, so that no newcomer overtakes. */
  function leave(): void {
    if (lanes[otherLane[served]].length > 0) served = otherLane[served];
    const next = lanes[served].shift();
    if (next) return next.resolve();
    if (--running === 0) closed?.resolve();
  }

  function depth() {
    return { running, waiting: waiting() };
  }

  async function close(): Promise<void> {
    closed ??= Promise.withResolvers();
    for (const lane of Object.values(lanes)) for (const turn of lane.splice(0)) turn.reject(ended());
    if (running > 0) await closed.promise;
  }

  function waiting(): number {
    return lanes.familiar.length + lanes.stranger.length;
  }

  function turnedAway(): HashQueueFull {
    rejected();
    return new HashQueueFull("every hash slot is taken and the queue is full");
  }
}

export function ended(): Error {
  return new Error("hashing has ended");
}
