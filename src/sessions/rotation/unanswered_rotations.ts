import type { Database } from "../../platform/db/db.ts";
import type { RefreshClaims } from "../../tokens/refresh_tokens/refresh_token.ts";
import { updateUnansweredCounters } from "./refresh_store.ts";

/** More wait for the database at no time; what does not fit is treated as an answer that was lost on its way. */
const tradesMax = 10_000;

/**
 * Remembers such trades until the database can be told of them, so that every replica knows that the client who tries
 * again is no thief. Of one session the latest counts.
 */
export function createUnansweredRotations(db: Database) {
  const waiting = new Map<string, number>();
  return { note, has: (sessionId: string) => waiting.has(sessionId), storeNoted };

  function note({ sessionId, counter }: RefreshClaims): void {
    if (waiting.size < tradesMax || waiting.has(sessionId)) waiting.set(sessionId, counter);
  }

  /** @throws {Unavailable} and keeps them all. */
  async function storeNoted(): Promise<void> {
    const trades = [...waiting];
    if (trades.length === 0) return;
    await updateUnansweredCounters(db, trades);
    for (const [id, counter] of trades) if (waiting.get(id) === counter) waiting.delete(id);
  }
}
