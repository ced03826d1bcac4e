import { AsyncLocalStorage } from "node:async_hooks";
import { deadlineMs } from "../../deadlines.ts";
import { clearAlarm, setAlarm } from "../../timers/alarms.ts";
import { BudgetSpent, currentDeadline, withDeadlineAt, withinDeadline } from "../deadline.ts";
import { Unavailable } from "../db_errors.ts";

/** How many statements run at once. One that outlasts the patience is no longer counted. */
const runningMax = 2;

/** How many batches are under way, however long each takes: while the database is slow, calls wait here. */
const batchesMax = 3;

/** How many calls travel together. */
const sizeMax = 64;

/** How many calls wait. At 64 a statement they wait for less than a second. */
const waitingMax = 2_000;

/** What a batch has at least to find a connection and run: a call with less left is refused, and spoils no batch. */
const defaultBatchMsMin = 500;

/** The SQLSTATE after a wait for a lock, which only one of the calls may need. */
const lockTimeout = "55P03";

/** How long a statement delays the calls behind it: one that waits for a lock, or for a server that hangs. */
const defaultPatienceMs = 20;

/** One for the batches of all statements, so that however many there are, they leave connections to other requests. */
const party = { kind: "batches", id: "all" } as const;

/** What became of a call: its row, or that `one` decides, because `many` has not, or because no other call waited. */
type Outcome<Row> = { row: Row } | "undecided" | "alone";

type Waiting<Call, Row> = {
  call: Call;
  deadline: number;
  resolve: (outcome: Outcome<Row>) => void;
  reject: (error: unknown) => void;
};

/**
 * Runs a frequent statement, of which each call would be a round trip and a commit of its own. A call without company
 * is `one(call)`. While statements run, calls of different keys gather and travel together as `many(calls)`; then so do
 * those that arrive in one turn of the event loop. A further call of a key that waits is `one(call)`, so one key does
 * not fill the queue. `many` returns a row for each call that has succeeded, in the order of the calls. What `one` then
 * decides for the others is final: `many` need not wait for locks, tell why a call failed, or find out which call the
 * database refuses.
 *
 * All batches have one share of the connections, for which none waits in a transaction. A batch waits until the first
 * deadline of its callers: it fails before they do, and knows whether it was sent. That the database is unavailable is
 * the outcome of all of them.
 */
export function createBatchedStatement<Call, Row>(
  { name, one, many, keyOf, patienceMs = defaultPatienceMs, batchMsMin = defaultBatchMsMin }: {
    name: string;
    one: (call: Call) => Promise<Row | undefined>;
    many: (calls: Call[]) => Promise<(Row | undefined)[]>;
    keyOf: (call: Call) => string;
    patienceMs?: number;
    batchMsMin?: number;
  },
) {
  const outside = AsyncLocalStorage.snapshot(); // a batch uses the share and the trace of none of its callers
  const waiting = new Map<string, Waiting<Call, Row>>();
  let running = 0;
  let batches = 0; // under way
  let lastSize = 1; // of a batch
  let isTurnAwaited = false;
  return run;

  /** @throws {Unavailable} `uncertain` if the statement was sent and its answer is missing. */
  async function run(call: Call): Promise<Row | undefined> {
    if (waiting.has(keyOf(call))) return await one(call);
    if (running === 0 && waiting.size === 0 && lastSize === 1) return await countRunning(one(call));
    const outcome = await joinBatch(call);
    if (outcome === "alone") return await countRunning(one(call));
    return outcome === "undecided" ? await one(call) : outcome.row;
  }

  async function joinBatch(call: Call): Promise<Outcome<Row>> {
    if (waiting.size >= waitingMax) throw new Unavailable(`${name}: too many calls wait`, { usable: true });
    const { promise, resolve, reject } = Promise.withResolvers<Outcome<Row>>();
    const key = keyOf(call);
    const place = { call, deadline: currentDeadline(), resolve, reject };
    waiting.set(key, place);
    if (maySend() && !isTurnAwaited) {
      isTurnAwaited = true;
      outside(() => setImmediate(sendWaiting));
    }
    try {
      return await withinDeadline(promise);
    } catch (cause) {
      if (!(cause instanceof BudgetSpent)) throw cause;
      if (waiting.get(key) !== place) return await promise; // its batch has the same deadline
      waiting.delete(key);
      throw new Unavailable(`${name}: no answer in time`, { cause, usable: true });
    }
  }

  /** Counts the work as running until it has ended, but no longer than `patienceMs`. */
  function countRunning<T>(work: Promise<T>): Promise<T> {
    running++;
    let isOver = false;
    const leave = () => {
      if (isOver) return;
      isOver = true;
      clearAlarm(alarm);
      running--;
      outside(sendWaiting);
    };
    const alarm = setAlarm(performance.now() + patienceMs, leave);
    work.then(leave, leave);
    return work;
  }

  /** A second statement has to be worth it: as many calls as the last one had. */
  function maySend(): boolean {
    return waiting.size > 0 && batches < batchesMax &&
      (running === 0 || running < runningMax && waiting.size >= lastSize);
  }

  function sendWaiting(): void {
    isTurnAwaited = false;
    while (maySend()) {
      const batch = takeBatch();
      if (batch.length === 0) continue; // all of them were late
      lastSize = batch.length;
      if (lastSize === 1) return batch[0]!.resolve("alone"); // with the budget and the share of its caller
      const deadline = Math.min(...batch.map((place) => place.deadline));
      batches++;
      countRunning(withDeadlineAt(deadline, () => send(batch), party)).then(() => {
        batches--;
        sendWaiting();
      });
    }
  }

  /** The first calls that wait and have enough time left; refuses those before them that have not. */
  function takeBatch(): Waiting<Call, Row>[] {
    const latest = performance.now() + deadlineMs(batchMsMin);
    const batch: Waiting<Call, Row>[] = [];
    for (const [key, place] of waiting) {
      if (batch.length === sizeMax) break;
      waiting.delete(key);
      if (place.deadline >= latest) batch.push(place);
      else place.reject(new Unavailable(`${name}: too little time is left`, { usable: true }));
    }
    return batch;
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
      const isOver = error instanceof Unavailable && error.code !== lockTimeout;
      for (const { resolve, reject } of batch) isOver ? reject(error) : resolve("undecided");
    }
  }
}
