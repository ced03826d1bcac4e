import type { Database } from "../../platform/db/db.ts";
import { updateLastUsed } from "./secret_store.ts";

export type KeyUses = ReturnType<typeof createKeyUses>;

/** Remembers when each secret was last used, and writes that down now and then: a use itself costs no statement. */
export function createKeyUses({ db }: { db: Database }) {
  let lastUses = new Map<string, number>();

  /** The time of a use is in milliseconds since the epoch. */
  return { record: (secretId: string, at: number) => void lastUses.set(secretId, at), flush };

  /** Stores the uses since the last time in one statement; those that could not be stored are kept for the next. */
  async function flush(): Promise<void> {
    if (lastUses.size === 0) return;
    const uses = lastUses;
    lastUses = new Map();
    try {
      await updateLastUsed(db, [...uses.keys()], [...uses.values()].map((at) => new Date(at)));
    } catch (error) {
      for (const [id, at] of uses) if (!lastUses.has(id)) lastUses.set(id, at);
      throw error;
    }
  }
}
