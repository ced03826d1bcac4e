import { withinDeadline } from "../deadline.ts";
import { Unavailable } from "../db_errors.ts";

/** How the work before ended, as far as it matters to those that wait. */
type Ending = Unavailable | undefined;

/**
 * Runs the work of each key one at a time. Waiting holds no connection, and uses the request's budget. When a lock has
 * kept some work from ending, all work behind it fails too, because each would cost a connection.
 */
export function createKeyedQueue() {
  const lasts = new Map<string, Promise<Ending>>();

  /** @throws {Unavailable} when the turn does not come in time, or the work before it failed because of a lock. */
  return function runInTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = lasts.get(key);
    const turn = before ? turnAfter(before) : Promise.resolve();
    const result = turn.then(work);
    const ending = turn.then(() => result.then(nothing, failureIn), nothing);
    const last = before ? before.then((failure) => failure ?? ending) : ending;
    lasts.set(key, last);
    last.then(() => {
      if (lasts.get(key) === last) lasts.delete(key);
    });
    return result;
  };
}

async function turnAfter(before: Promise<Ending>): Promise<void> {
  const failure = await withinDeadline(before).catch((cause) =>
    new Unavailable("the wait for earlier work of this key took too long", { cause })
  );
  if (failure) throw failure;
}

function nothing(): undefined {}

/** SQLSTATEs of `lock_timeout` and `statement_timeout`. Other failures do not concern the work behind. */
const keptWaiting = ["55P03", "57014"];

function failureIn(error: unknown): Ending {
  return error instanceof Unavailable && keptWaiting.includes(error.code ?? "") ? error : undefined;
}
