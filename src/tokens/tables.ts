/** The cell that updates and deletes the rows of each table, or of a column that has an owner of its own. */
export const tables = {
  signing_keys: "tokens/keys",
  used_once: "tokens/used_once",
} as const;
