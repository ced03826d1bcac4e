import { withinDeadline } from "./deadline.ts";
import { Unavailable } from "./db_errors.ts";

/** How work ended, as far as those behind it care. */
type Ending = Unavailable | undefined;

/**
 * Does the work of one key one at a time, first come first served. Waiting for one's turn holds no connection, and is
 * paid from the request's budget as waiting for the database is. Whoever waits behind work that a lock has kept from
 * ending does not try it again: the lock would cost each of them a connection.
 */
export function createKeyedQueue() {
  const lasts = new Map<string, Promise<Ending>>();

  /** @throws {Unavailable} when the turn does not come in time, or the one before ended so. */
  return function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
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
    new Unavailable("its turn did not come in time", { cause })
  );
  if (failure) throw failure;
}

function nothing(): undefined {}

/** Of `lock_timeout` and `statement_timeout`; any other failure says nothing of those behind it. */
const keptWaiting = ["55P03", "57014"];

function failureIn(error: unknown): Ending {
  return error instanceof Unavailable && keptWaiting.includes(error.code ?? "") ? error : undefined;
}
