import { createBatchedStatement } from "../../platform/db/queues/batched_statement.ts";
import type { Database } from "../../platform/db/db.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import {
  type Advance,
  findForRefresh,
  listForRefresh,
  type RefreshLimits,
  type RefreshRow,
  updateRefreshCounter,
  updateRefreshCounters,
} from "./refresh_store.ts";

/** The statements of most rotations. Those that wait for the database travel together, with one commit. */
export function createRefreshStatements(
  { db, secrets, ...limits }: RefreshLimits & { db: Database; secrets: Secrets },
) {
  const stamp = () => ({ idleSeconds: limits.idleSeconds, secretId: secrets.id });

  /** As {@link updateRefreshCounter}. */
  const advance = createBatchedStatement({
    name: "update_refresh_counters",
    one: (wanted: Advance) => updateRefreshCounter(db, wanted, stamp()),
    async many(wanted) {
      const rowOf = byId(await updateRefreshCounters(db, wanted, stamp()));
      return wanted.map(({ sessionId }) => rowOf(sessionId));
    },
    keyOf: ({ sessionId }) => sessionId,
  });

  /**
   * As {@link findForRefresh}; null in place of undefined, because of a session that does not exist both decide alike.
   */
  const find = createBatchedStatement<string, RefreshRow | null>({
    name: "list_for_refresh",
    one: async (id) => await findForRefresh(db, id, limits) ?? null,
    async many(ids) {
      const rowOf = byId(await listForRefresh(db, ids, limits));
      return ids.map((id) => rowOf(id) ?? null);
    },
    keyOf: (id) => id,
  });

  return { advance, find };
}

function byId<Row extends { id: string }>(rows: Row[]): (id: string) => Row | undefined {
  const known = new Map(rows.map((row) => [row.id, row]));
  return (id) => known.get(id);
}
