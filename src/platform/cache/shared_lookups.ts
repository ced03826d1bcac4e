import { requestBudgetMs, withDeadline } from "../db/deadline.ts";

/** All look-ups together leave connections for other work. */
const share = { kind: "look_ups", id: "all" } as const;

type Fill<T> = { answer: Promise<T | undefined>; userId: string; overtaken: boolean };

/**
 * Look-ups in progress, one per key. One that a change overtakes answers those who asked before and is not kept; a
 * later caller starts a new one. Each has a time budget of its own, not that of the first request that waits.
 */
export function createSharedLookups<T>() {
  const underWay = new Map<string, Fill<T>>();

  return { join, overtake, overtakeAll };

  /** The look-up of this key in progress, or a new one. `load` learns whether its result may be kept. */
  function join(key: string, userId: string, load: (mayKeep: () => boolean) => Promise<T | undefined>) {
    const known = underWay.get(key);
    if (known) return known.answer;
    const fill: Fill<T> = { answer: Promise.resolve(undefined), userId, overtaken: false };
    underWay.set(key, fill);
    fill.answer = withDeadline(requestBudgetMs, () => load(() => !fill.overtaken), share).finally(() => {
      if (!fill.overtaken) underWay.delete(key);
    });
    return fill.answer;
  }

  /** Marks the look-up of this key as overtaken by a change. */
  function overtake(key: string): void {
    const fill = underWay.get(key);
    if (!fill) return;
    fill.overtaken = true;
    underWay.delete(key);
  }

  /** Marks every look-up, or those about this user, as overtaken by a change. */
  function overtakeAll(userId?: string): void {
    for (const [key, fill] of underWay) if (userId === undefined || fill.userId === userId) overtake(key);
  }
}
