import { AsyncLocalStorage } from "node:async_hooks";
import { deadlineMs } from "../deadlines.ts";
import type { Party } from "./shares.ts";

/** What is left of the time that one request, or one job, may spend waiting for the database, and whose share it uses. */
type Budget = { remainingMs: number; party: Party | undefined };

const budgets = new AsyncLocalStorage<Budget>();

/** All that a request may wait for the database, in sum; a 503 is then answered well within 2 s. */
export const requestBudgetMs = 1_500;

/** Runs `work` with `ms` to spend in {@link withinDeadline}, however many waits it takes, on the share of `party` if one is named. */
export function withDeadline<T>(ms: number, work: () => T, party?: Party): T {
  return budgets.run({ remainingMs: deadlineMs(ms), party }, work);
}

/** From now on the work of this budget uses the share of `party`. */
export function useShareOf(party: Party): void {
  const budget = budgets.getStore();
  if (budget) budget.party = party;
}

/** Whose share of the connections is used here; undefined for jobs and commands, which are few. */
export function currentParty(): Party | undefined {
  return budgets.getStore()?.party;
}

/** Thrown by {@link withinDeadline} when the budget is used up. */
export class BudgetSpent extends Error {
  override readonly name = "BudgetSpent";
}

/**
 * Waits for `work`, at most for what is left of the budget; a caller without one gets {@link requestBudgetMs}.
 * The work itself goes on: whoever started it must end it.
 */
export async function withinDeadline<T>(work: Promise<T>): Promise<T> {
  const budget = budgets.getStore() ?? { remainingMs: deadlineMs(requestBudgetMs), party: undefined };
  const started = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new BudgetSpent("no answer in time")), Math.max(0, budget.remainingMs));
      }),
    ]);
  } finally {
    clearTimeout(timer);
    budget.remainingMs -= performance.now() - started;
  }
}
