import type { Tx } from "../../platform/db/db.ts";

/**
 * How many rows of these tables, and entries of their indexes, `work` reads, which must do everything by `tx`. The time
 * depends on the machine; this tells as well whether a statement reads each row once or once for each other row.
 */
export async function rowsReadDuring(tx: Tx, tables: string[], work: () => Promise<unknown>): Promise<number> {
  const before = await rowsRead();
  await work();
  return await rowsRead() - before;

  async function rowsRead(): Promise<number> {
    const [row] = await tx.query<{ read: number }>(
      "test",
      `select sum(pg_stat_get_xact_tuples_returned(c.oid))::int as read
       from pg_class c left join pg_index on indexrelid = c.oid
       where c.oid = any ($1::regclass[]) or indrelid = any ($1::regclass[])`,
      [tables],
    );
    return row!.read;
  }
}
