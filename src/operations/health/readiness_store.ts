import type { Db } from "../../platform/db/db.ts";

export async function listAppliedMigrations(db: Db): Promise<string[]> {
  const rows = await db.query<{ name: string }>("list_applied_migrations", "select name from schema_migrations");
  return rows.map(({ name }) => name);
}

/** The version for the banner, such as `PostgreSQL 18.6`. */
export async function findDatabaseVersion(db: Db): Promise<string> {
  const [row] = await db.query<{ version: string }>("find_database_version", "select version()");
  return row!.version.split(/ on |,/)[0]!;
}
