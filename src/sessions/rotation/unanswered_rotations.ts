import type { Database } from "../../platform/db/db.ts";
import { createKeyedQueue } from "../../platform/db/queues/keyed_queue.ts";
import type { RefreshClaims } from "../../tokens/refresh_tokens/refresh_token.ts";
import { updateUnansweredCounters } from "./refresh_store.ts";

/**
 * The most rotations that wait for the database. The client of a further one is treated as if its answer had been lost.
 */
const tradesMax = 10_000;

export type UnansweredRotations = ReturnType<typeof createUnansweredRotations>;

/**
 * Remembers such rotations until they can be stored, so that every replica knows that a client that tries again is no
 * thief. Of one session only the latest counts.
 */
export function createUnansweredRotations(db: Database) {
  const waiting = new Map<string, number>();
  const runInTurn = createKeyedQueue(); // many clients that come back at once use one connection, and one statement
  return { note, has: (sessionId: string) => waiting.has(sessionId), storeNoted };

  function note({ sessionId, counter }: RefreshClaims): void {
    if (waiting.size < tradesMax || waiting.has(sessionId)) waiting.set(sessionId, counter);
  }

  /** @throws {Unavailable} and keeps all of them. */
  function storeNoted(): Promise<void> {
    return runInTurn("notes", async () => {
      const trades = [...waiting];
      if (trades.length === 0) return;
      await updateUnansweredCounters(db, trades);
      for (const [id, counter] of trades) if (waiting.get(id) === counter) waiting.delete(id);
    });
  }
}
