import { createHash } from "node:crypto";
import pg from "pg";
import { clientConfig, type Connection } from "./db.ts";
import { asDatabaseError, Unavailable } from "./db_errors.ts";
import type { Log } from "./logger.ts";

/**
 * One step of the schema: its file's name without the ending, and its text. A file is one transaction, unless its
 * first line is `-- no transaction`: then it is one statement that may run again after it was cut short, such as
 * `create index concurrently if not exists`. An index left invalid is dropped before the file runs, as
 * `if not exists` would take it for done.
 */
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
const concurrentIndex = /^create (?:unique )?index concurrently if not exists (\w+)/im;

/**
 * Everybody who wants the table queues behind a lock that is waited for: ask for less time than a request waits
 * (`lock_timeout` of the pool), and again.
 */
const tableLock = { waitMs: 500, attemptsMax: 10, pauseMs: 500 };
/** What runs outside a transaction waits for the transactions of others, and nobody behind it. */
const outsideLockWaitMs = 60_000;
/** SQLSTATEs lock_not_available and deadlock_detected. */
const lockNotHad = ["55P03", "40P01"];

/**
 * Brings the schema up to date and answers the names applied. Any number of processes may try at once: one holds
 * the lock, the others wait and find nothing to do. A file is applied wholly, with its record, or not at all. Where
 * nothing is pending it takes neither a lock nor the right to create.
 *
 * @throws {MigrationError} when a file cannot be applied or has changed since it was, or the lock is not to be had
 * within a minute; the driver's error when the database is lost or cannot answer now, after which trying again
 * finishes.
 */
export async function migrate(migrator: Migrator): Promise<string[]> {
  return await withClient(migrator, async (client) => {
    if ((await listPending(client, migrator)).length === 0) return [];
    await lock(client, migrator.schema);
    await makeRecords(client, migrator.schema);
    const pending = await listPending(client, migrator);
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
    await client.query(`set search_path to "${schema}"; set statement_timeout to 0`);
    await limitLockWait(client, tableLock.waitMs);
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
    await pause(lockPollMs);
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

/** The migrations to apply. @throws {MigrationError} when one was applied with another text. */
async function listPending(client: pg.Client, migrator: Migrator): Promise<Migration[]> {
  const status = await list(client, migrator);
  refuseChanged(status);
  const pending = new Set(status.filter(({ state }) => state === "pending").map(({ name }) => name));
  return migrator.migrations.filter(({ name }) => pending.has(name));
}

/** `create schema if not exists` would ask for the right to create even where somebody else has made the schema. */
async function makeRecords(client: pg.Client, schema: string): Promise<void> {
  const { rows: [found] } = await client.query("select to_regnamespace($1) is not null as exists", [`"${schema}"`]);
  if (!found.exists) await client.query(`create schema "${schema}"`);
  await client.query(`create table if not exists schema_migrations (
    name text collate "C" primary key, checksum text not null, applied_at timestamptz not null default now())`);
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  if (migration.sql.startsWith(noTransaction)) return await applyOutside(client, migration);
  for (let attempt = 1;; attempt++) {
    try {
      return await applyWhole(client, migration);
    } catch (error) {
      if (!isLockNotHad(error) || attempt === tableLock.attemptsMax) {
        throw failure(error, `${migration.name} could not be applied and left nothing behind`);
      }
      await pause(tableLock.pauseMs); // those who queued behind it go first
    }
  }
}

async function applyWhole(client: pg.Client, migration: Migration): Promise<void> {
  await client.query("begin");
  try {
    await client.query(migration.sql);
    await record(client, migration);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  }
}

async function applyOutside(client: pg.Client, migration: Migration): Promise<void> {
  const index = concurrentIndex.exec(migration.sql)?.[1];
  if (index) await dropInvalid(client, index);
  await limitLockWait(client, outsideLockWaitMs);
  try {
    await client.query(migration.sql);
  } catch (error) {
    await limitLockWait(client, tableLock.waitMs).catch(() => {});
    if (index) await dropInvalid(client, index).catch(() => {}); // until the next attempt it would burden every write
    throw failure(error, `${migration.name} could not be applied`);
  }
  await limitLockWait(client, tableLock.waitMs);
  await record(client, migration);
}

/** Drops an index whose concurrent creation was cut short. */
async function dropInvalid(client: pg.Client, index: string): Promise<void> {
  const { rows } = await client.query(
    "select from pg_index where indexrelid = to_regclass($1) and not indisvalid",
    [index],
  );
  if (rows.length > 0) await client.query(`drop index concurrently ${index}`);
}

async function record(client: pg.Client, migration: Migration): Promise<void> {
  await client.query("insert into schema_migrations (name, checksum) values ($1, $2)", [
    migration.name,
    checksum(migration),
  ]);
}

/** The server's own troubles pass as they are, for whoever waits until they are over. */
function failure(error: unknown, message: string): unknown {
  if (isLockNotHad(error)) return new MigrationError(`${message}: others hold a lock that it needs`, { cause: error });
  if (asDatabaseError(error, "migrations") instanceof Unavailable) return error;
  return new MigrationError(message, { cause: error });
}

function isLockNotHad(error: unknown): boolean {
  return error instanceof pg.DatabaseError && lockNotHad.includes(error.code ?? "");
}

async function limitLockWait(client: pg.Client, ms: number): Promise<void> {
  await client.query(`set lock_timeout to ${ms}`);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const checksum = ({ sql }: Migration) => createHash("sha256").update(sql).digest("hex");
