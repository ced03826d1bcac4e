import { createHash } from "node:crypto";
import pg from "pg";
import { clientConfig, type Connection } from "./db.ts";
import type { Log } from "./logger.ts";

/** One step of the schema: its file's name without the ending, and its text. */
export type Migration = { name: string; sql: string };

/** What the database knows of one migration. */
export type MigrationStatus = {
  name: string;
  state: "applied" | "pending" | "changed" | "unknown";
  applied_at?: string;
};

/** A migration differs from what was applied under its name, or could not be applied. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

export interface Migrator {
  connection: Connection;
  schema: string;
  migrations: readonly Migration[];
  log: Log;
}

type Applied = { name: string; checksum: string; applied_at: Date };

const lockPollMs = 100;
const lockWaitMs = 60_000;
const noTransaction = "-- no transaction";

/**
 * Brings the schema up to date and answers the names applied. Any number of processes may try at once: one holds
 * the lock, the others wait and find nothing to do. A file is applied wholly, with its record, or not at all.
 *
 * @throws {MigrationError} when an applied file has changed since, or the lock is not to be had within a minute.
 */
export async function migrate(migrator: Migrator): Promise<string[]> {
  return await withClient(migrator, async (client) => {
    await lock(client, migrator.schema);
    await client.query(`create schema if not exists "${migrator.schema}"`);
    await client.query(`create table if not exists schema_migrations (
      name text collate "C" primary key, checksum text not null, applied_at timestamptz not null default now())`);
    const known = await list(client, migrator);
    refuseChanged(known);
    const pending = migrator.migrations.filter(({ name }) =>
      known.some((k) => k.name === name && k.state === "pending")
    );
    for (const migration of pending) {
      await apply(client, migration);
      migrator.log.info("migration applied", { migration: migration.name });
    }
    return pending.map(({ name }) => name);
  });
}

/** What is applied, pending, changed since it was applied, or known only to a newer binary. Changes nothing. */
export async function migrationStatus(migrator: Migrator): Promise<MigrationStatus[]> {
  return await withClient(migrator, (client) => list(client, migrator));
}

/** @throws {MigrationError} unless every migration of this binary is applied as it stands here. */
export async function verifyMigrations(migrator: Migrator): Promise<void> {
  const status = await migrationStatus(migrator);
  refuseChanged(status);
  const pending = status.filter(({ state }) => state === "pending").map(({ name }) => name);
  if (pending.length > 0) throw new MigrationError(`not applied: ${pending.join(", ")}; run "sentinel migrate up"`);
}

function refuseChanged(status: MigrationStatus[]) {
  const changed = status.filter(({ state }) => state === "changed").map(({ name }) => name);
  if (changed.length > 0) throw new MigrationError(`changed since it was applied: ${changed.join(", ")}`);
}

async function withClient<T>({ connection, schema }: Migrator, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...clientConfig(connection), connectionTimeoutMillis: 3_000 });
  client.on("error", () => {}); // the statement's promise carries it
  await client.connect();
  try {
    await client.query(`set search_path to "${schema}"; set lock_timeout to '5s'`);
    return await work(client);
  } finally {
    await client.end(); // also gives back the advisory lock
  }
}

/** Polls: a waiting `pg_advisory_lock` would hold a snapshot that `create index concurrently` waits for. */
async function lock(client: pg.Client, schema: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < lockWaitMs; waitedMs += lockPollMs) {
    const { rows } = await client.query(
      "select pg_try_advisory_lock(hashtextextended('sentinel:migrate:' || $1, 0)) as held",
      [schema],
    );
    if (rows[0].held) return;
    await new Promise((resolve) => setTimeout(resolve, lockPollMs));
  }
  throw new MigrationError("another process has been migrating for a minute");
}

async function list(client: pg.Client, { migrations, schema }: Migrator): Promise<MigrationStatus[]> {
  const { rows: [found] } = await client.query("select to_regclass($1) is not null as exists", [
    `"${schema}".schema_migrations`,
  ]);
  const applied: Applied[] = found.exists
    ? (await client.query("select name, checksum, applied_at from schema_migrations order by name")).rows
    : [];
  const status = migrations.map((migration): MigrationStatus => {
    const record = applied.find(({ name }) => name === migration.name);
    if (!record) return { name: migration.name, state: "pending" };
    const state = record.checksum === checksum(migration) ? "applied" : "changed";
    return { name: migration.name, state, applied_at: record.applied_at.toISOString() };
  });
  const newer = applied.filter(({ name }) => migrations.every((migration) => migration.name !== name));
  return [...status, ...newer.map(({ name }): MigrationStatus => ({ name, state: "unknown" }))];
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const record = {
    text: "insert into schema_migrations (name, checksum) values ($1, $2)",
    values: [migration.name, checksum(migration)],
  };
  if (migration.sql.startsWith(noTransaction)) {
    await client.query(migration.sql);
    await client.query(record);
    return;
  }
  await client.query("begin");
  try {
    await client.query(migration.sql);
    await client.query(record);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw new MigrationError(`${migration.name} could not be applied and left nothing behind`, { cause: error });
  }
}

const checksum = ({ sql }: Migration) => createHash("sha256").update(sql).digest("hex");
