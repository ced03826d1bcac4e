/** The cell that updates and deletes the rows of each table, or of a column that has an owner of its own. */
export const tables = { outbox: "delivery/outbox" } as const;
