import { AsyncLocalStorage } from "node:async_hooks";
import { deadlineMs } from "../deadlines.ts";
import { clearAlarm, setAlarm } from "../timers/alarms.ts";
import type { Party } from "./shares.ts";

/**
 * The time that a request or job may still wait for the database, and the party whose share it uses. `waits` of them
 * have gone on since `waitingSince`: waits at the same time use up the budget once.
 */
type Budget = { remainingMs: number; waits: number; waitingSince: number; partyOf: (() => Party) | undefined };

const budgets = new AsyncLocalStorage<Budget>();

/** How long a request may wait for the database in total, so that a 503 is sent well within 2 s. */
export const requestBudgetMs = 1_500;

/**
 * Runs `work` with `ms` to spend in {@link withinDeadline}, over all of its waits, on the share of `party` if given.
 * Then the budget lets go of the party, and so of the request: the runtime keeps budgets in a WeakMap, whose values
 * survive until a full garbage collection (deadline_bench.ts).
 */
export function withDeadline<T>(ms: number, work: () => T, party?: Party): T {
  return withDeadlineAt(performance.now() + deadlineMs(ms), work, party);
}

/** As {@link withDeadline}, with the time until `at`, as `performance.now()` and {@link currentDeadline} count it. */
export function withDeadlineAt<T>(at: number, work: () => T, party?: Party): T {
  const budget = newBudget(at - performance.now(), party && (() => party));
  const done = budgets.run(budget, work);
  const letGo = () => void (budget.partyOf = undefined);
  if (done instanceof Promise) done.then(letGo, letGo);
  else letGo();
  return done;
}

/** From now on the work of this budget uses the share of this party, which only a statement asks for. */
export function useShareOf(partyOf: () => Party): void {
  const budget = budgets.getStore();
  if (budget) budget.partyOf = partyOf;
}

/** The party whose share of the connections is used here. Undefined for jobs and commands, which are few. */
export function currentParty(): Party | undefined {
  return budgets.getStore()?.partyOf?.();
}

/** When the budget is used up if the caller waits from now on. */
export function currentDeadline(): number {
  const now = performance.now();
  const { remainingMs, waits, waitingSince } = budgets.getStore() ?? newBudget(deadlineMs(requestBudgetMs));
  return remainingMs + (waits === 0 ? now : waitingSince);
}

/** Thrown by {@link withinDeadline} when the budget is used up. */
export class BudgetSpent extends Error {
  override readonly name = "BudgetSpent";
}

/** Waits for the rest of the budget, or without one for {@link requestBudgetMs}. The work itself continues. */
export async function withinDeadline<T>(work: Promise<T>): Promise<T> {
  const budget = budgets.getStore() ?? newBudget(deadlineMs(requestBudgetMs));
  if (budget.waits++ === 0) budget.waitingSince = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const alarm = setAlarm(
    budget.waitingSince + budget.remainingMs,
    () => reject(new BudgetSpent("no answer in time")),
  );
  work.then(resolve, reject);
  try {
    return await promise;
  } finally {
    clearAlarm(alarm);
    if (--budget.waits === 0) budget.remainingMs -= performance.now() - budget.waitingSince;
  }
}

function newBudget(remainingMs: number, partyOf?: () => Party): Budget {
  return { remainingMs, waits: 0, waitingSince: 0, partyOf };
}
