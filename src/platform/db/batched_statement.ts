import { AsyncLocalStorage } from "node:async_hooks";
import { BudgetSpent, requestBudgetMs, withDeadline, withinDeadline } from "./deadline.ts";
import { Unavailable } from "./db_errors.ts";

/** How many statements run at once. */
const runningMax = 2;

/** How many calls travel together. */
const sizeMax = 64;

/** How many calls wait. At 64 a statement they wait for less than a second. */
const waitingMax = 2_000;

/** How long a statement delays the calls behind it: one that waits for a lock, or for a server that hangs. */
const defaultPatienceMs = 20;

/** What became of a call: its row, or that `one` decides, because `many` has not, or because no other call waited. */
type Outcome<Row> = { row: Row } | "undecided" | "alone";

type Waiting<Call, Row> = { call: Call; resolve: (outcome: Outcome<Row>) => void; reject: (error: unknown) => void };

/**
 * Runs a frequent statement, of which each call would be a round trip and a commit of its own. A call without company
 * is `one(call)`. While statements run, calls gather and travel together as `many(calls)`, at most one of each key;
 * then so do those that arrive in one turn of the event loop. `many` returns a row for each call that has succeeded, in
 * the order of the calls. What `one` then decides for the others is final: `many` need not wait for locks, tell why a
 * call failed, or find out which call the database refuses.
 *
 * Each caller has its own deadline and its own outcome. When the database is unavailable, that is the outcome of all.
 */
export function createBatchedStatement<Call, Row>({ name, one, many, keyOf, patienceMs = defaultPatienceMs }: {
  name: string;
  one: (call: Call) => Promise<Row | undefined>;
  many: (calls: Call[]) => Promise<(Row | undefined)[]>;
  keyOf: (call: Call) => string;
  patienceMs?: number;
}) {
  const outside = AsyncLocalStorage.snapshot(); // a batch uses the budget, the share and the trace of none of its callers
  let waiting: Waiting<Call, Row>[] = [];
  let running = 0;
  let lastSize = 1; // of a batch
  let isTurnAwaited = false;
  return run;

  /** @throws {Unavailable} `uncertain` if the statement was sent and its answer is missing. */
  async function run(call: Call): Promise<Row | undefined> {
    if (running === 0 && waiting.length === 0 && lastSize === 1) return await occupying(one(call));
    const outcome = await inCompany(call);
    if (outcome === "alone") return await occupying(one(call));
    return outcome === "undecided" ? await one(call) : outcome.row;
  }

  async function inCompany(call: Call): Promise<Outcome<Row>> {
    if (waiting.length >= waitingMax) throw new Unavailable(`${name}: too many calls wait`, { usable: true });
    const { promise, resolve, reject } = Promise.withResolvers<Outcome<Row>>();
    const place = { call, resolve, reject };
    waiting.push(place);
    if (maySend() && !isTurnAwaited) {
      isTurnAwaited = true;
      outside(() => setImmediate(sendWaiting));
    }
    try {
      return await withinDeadline(promise);
    } catch (cause) {
      if (!(cause instanceof BudgetSpent)) throw cause;
      const uncertain = !waiting.includes(place);
      waiting = waiting.filter((other) => other !== place);
      throw new Unavailable(`${name}: no answer in time`, { cause, usable: true, uncertain });
    }
  }

  /** Counts the work as running until it has ended, but no longer than `patienceMs`. */
  function occupying<T>(work: Promise<T>): Promise<T> {
    running++;
    let isOver = false;
    const leave = () => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      running--;
      outside(sendWaiting);
    };
    const timer = setTimeout(leave, patienceMs);
    work.then(leave, leave);
    return work;
  }

  /** A second statement has to be worth it: as many calls as the last one had. */
  function maySend(): boolean {
    return waiting.length > 0 && (running === 0 || running < runningMax && waiting.length >= lastSize);
  }

  function sendWaiting(): void {
    isTurnAwaited = false;
    while (maySend()) {
      const batch = takeBatch();
      lastSize = batch.length;
      if (lastSize > 1) occupying(withDeadline(requestBudgetMs, () => send(batch)));
      else return batch[0]!.resolve("alone"); // with the budget and the share of its caller
    }
  }

  /** The first calls that wait, without a second one of the same key, which stays at its place. */
  function takeBatch(): Waiting<Call, Row>[] {
    const batch = new Map<string, Waiting<Call, Row>>();
    waiting = waiting.filter((place) => {
      const key = keyOf(place.call);
      if (batch.size === sizeMax || batch.has(key)) return true;
      batch.set(key, place);
      return false;
    });
    return [...batch.values()];
  }

  /** Never rejects. */
  async function send(batch: Waiting<Call, Row>[]): Promise<void> {
    try {
      const rows = await many(batch.map(({ call }) => call));
      batch.forEach(({ resolve }, place) => {
        const row = rows[place];
        resolve(row === undefined ? "undecided" : { row });
      });
    } catch (error) {
      for (const { resolve, reject } of batch) error instanceof Unavailable ? reject(error) : resolve("undecided");
    }
  }
}
