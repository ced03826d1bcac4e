import { requestBudgetMs, withDeadline } from "../db/deadline.ts";

/** All of them together leave connections for other work. */
const share = { kind: "look_ups", id: "all" } as const;

type Fill<T> = { answer: Promise<T | undefined>; userId: string; overtaken: boolean };

/**
 * Look-ups under way, one per key. One that a change overtakes answers those who asked before the change and is not
 * kept; whoever asks after it begins a new one. A look-up has a time budget of its own, not that of the first request
 * waiting for it.
 */
export function createSharedLookups<T>() {
  const underWay = new Map<string, Fill<T>>();

  return { join, overtake, overtakeAll };

  /** The look-up of this key that is under way, or a new one. `load` learns whether what it found may be kept. */
  function join(
    key: string,
    userId: string,
    load: (mayKeep: () => boolean) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const known = underWay.get(key);
    if (known) return known.answer;
    const fill: Fill<T> = { answer: Promise.resolve(undefined), userId, overtaken: false };
    underWay.set(key, fill);
    fill.answer = withDeadline(requestBudgetMs, () => load(() => !fill.overtaken), share).finally(() => {
      if (!fill.overtaken) underWay.delete(key);
    });
    return fill.answer;
  }

  /** A change overtakes the look-up of this key. */
  function overtake(key: string): void {
    const fill = underWay.get(key);
    if (!fill) return;
    fill.overtaken = true;
    underWay.delete(key);
  }

  /** A change overtakes every look-up, or those about this user. */
  function overtakeAll(userId?: string): void {
    for (const [key, fill] of underWay) if (userId === undefined || fill.userId === userId) overtake(key);
  }
}
