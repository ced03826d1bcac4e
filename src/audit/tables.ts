/** The cell that updates and deletes the rows of each table, or of a column that has an owner of its own. */
export const tables = {
  audit_events: "audit/chain",
  audit_details: "audit/erasure",
  audit_erasures: "audit/erasure",
  audit_checkpoints: "audit/chain",
} as const;
