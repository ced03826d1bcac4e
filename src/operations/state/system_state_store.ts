import type { Db } from "../../platform/db/db.ts";

/** A migration as the database records it. */
export type AppliedMigration = { name: string; applied_at: Date };

/** All migrations that were applied, the newest first. */
export function listMigrationRecords(db: Db): Promise<AppliedMigration[]> {
  return db.query("list_migration_records", "select name, applied_at from schema_migrations order by name desc");
}
