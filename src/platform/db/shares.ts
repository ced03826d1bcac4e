import { withinDeadline } from "./deadline.ts";
import { Unavailable } from "./db_errors.ts";

/**
 * Who shares the pool: each account, each network of anonymous clients, all look-ups for caches, and all batches.
 * `part` is the share that one of them may hold, rounded up; `waitingMax` is how many may wait for it.
 */
const kinds = {
  account: { part: 1 / 4, waitingMax: 100 },
  network: { part: 1 / 2, waitingMax: 1_000 },
  look_ups: { part: 1 / 2, waitingMax: Infinity },
  batches: { part: 1 / 2, waitingMax: Infinity },
} as const;

/** The party whose request or work uses a connection. */
export type Party = { kind: keyof typeof kinds; id: string };

/** The party holds as many connections as it may, and as many requests as allowed wait for them. */
export class ShareUsedUp extends Unavailable {
  constructor({ kind }: Party, cause?: unknown) {
    super(`the share of one ${kind} is used up`, { cause, usable: true });
  }
}

/** No party holds every connection: its requests queue before they take one, first come first served. */
export function createShares(poolSize: number) {
  const seats = new Map<string, { taken: number; waiting: (() => void)[] }>();
  return { enter, leave };

  /** Takes a place; {@link leave} returns it. @throws {ShareUsedUp}, or {Unavailable} for look-ups and batches. */
  async function enter(party: Party): Promise<void> {
    const { part, waitingMax } = kinds[party.kind];
    const seat = seats.getOrInsertComputed(keyOf(party), () => ({ taken: 0, waiting: [] }));
    if (seat.taken < Math.ceil(poolSize * part)) return void seat.taken++;
    if (seat.waiting.length >= waitingMax) throw new ShareUsedUp(party);
    const turn = Promise.withResolvers<void>();
    seat.waiting.push(turn.resolve);
    try {
      await withinDeadline(turn.promise);
    } catch (cause) {
      const place = seat.waiting.indexOf(turn.resolve);
      if (place < 0) leave(party); // its turn came at the same moment
      else seat.waiting.splice(place, 1);
      if (party.kind === "account" || party.kind === "network") throw new ShareUsedUp(party, cause);
      throw new Unavailable("no database connection", { cause, usable: true });
    }
  }

  function leave(party: Party): void {
    const key = keyOf(party);
    const seat = seats.get(key)!;
    const next = seat.waiting.shift();
    if (next) next();
    else if (--seat.taken === 0) seats.delete(key);
  }
}

const keyOf = ({ kind, id }: Party) => `${kind} ${id}`;
