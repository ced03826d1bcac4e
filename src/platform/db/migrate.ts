import { createHash } from "node:crypto";
import pg from "pg";
import { clientConfig, type Connection } from "./db.ts";
import { asDatabaseError, Unavailable } from "./db_errors.ts";
import { deadlineMs } from "../deadlines.ts";
import { describeAdvisoryHolder, describeLockHolders } from "./lock_holders.ts";
import type { Log } from "../logger.ts";
import { pause } from "../timers/pause.ts";
import { destroyClient } from "./pool.ts";
import { prepareSession } from "./session.ts";
import { requireSupported } from "./supported_database.ts";

/**
 * One step of the schema. The previous version must work during and after it, so it removes nothing that a released
 * version uses. A file is one transaction, or one statement after `-- no transaction`, such as `create index
 * concurrently if not exists`; an invalid index is dropped first, which that would take for complete.
 */
export type Migration = { name: string; sql: string };

/** What the database records about one migration. */
export type MigrationStatus = {
  name: string;
  state: "applied" | "pending" | "changed" | "unknown";
  applied_at?: string;
};

/** A migration differs from the text that was applied under its name, or could not be applied. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

export interface Migrator {
  connection: Connection;
  schema: string;
  migrations: readonly Migration[];
  log: Log;
  /** How long the server may take; {@link migrationBudgetMs} by default. */
  budgetMs?: typeof migrationBudgetMs;
}

/**
 * How long the server may take to answer: for a migration, which may build a large index, and for anything else. Then
 * the connection is dropped, so that a hanging server cannot block a start forever.
 */
const migrationBudgetMs = { migration: 15 * 60_000, other: 10_000 };

/** One connection, on which every wait is bounded. */
type Session = {
  query: <Row>(text: string, params?: unknown[]) => Promise<Row[]>;
  run: (text: string) => Promise<void>;
};

type Applied = { name: string; checksum: string; applied_at: Date };

const lockPollMs = 100;
const lockWaitMs = 60_000;
const noTransaction = "-- no transaction";
const concurrentIndex = /^create (?:unique )?index concurrently if not exists (\w+)/im;

/** Statements queue behind a lock that a migration waits for, so it waits less than a request does, and tries again. */
const tableLock = { waitMs: 500, attemptsMax: 10, pauseMs: 500 };
/** A statement outside of a transaction waits for other transactions, and nothing queues behind it. */
const outsideLockWaitMs = 60_000;
/** A migrator that stopped in the middle of a file must not keep its locks. */
const idleInTransactionMs = 60_000;
/** SQLSTATEs lock_not_available and deadlock_detected. */
const lockNotHad = ["55P03", "40P01"];

/**
 * Returns the names of the applied migrations. One process holds a lock; others wait and find nothing to do. A file is
 * applied completely, with its record, or not at all. When nothing is pending, no lock or right is needed. @throws
 * {UnsupportedDatabase} @throws {MigrationError} when a file cannot be applied or has changed, or the lock is not free
 * in a minute; the driver's error when the database is lost, after which another attempt completes the migration.
 */
export async function migrate(migrator: Migrator): Promise<string[]> {
  return await withSession(migrator, async (session) => {
    if ((await listPending(session, migrator)).length === 0) return [];
    await lock(session, migrator.schema);
    await makeRecords(session, migrator.schema);
    const pending = await listPending(session, migrator);
    for (const migration of pending) {
      await apply(session, migrator.schema, migration);
      migrator.log.info("migration applied", { migration: migration.name });
    }
    return pending.map(({ name }) => name);
  });
}

/** Lists what is applied, pending, changed since it was applied, or known only to a newer version. Changes nothing. */
export async function migrationStatus(migrator: Migrator): Promise<MigrationStatus[]> {
  return await withSession(migrator, (session) => list(session, migrator));
}

/** @throws {MigrationError} unless every migration of this version is applied with its present text. */
export async function verifyMigrations(migrator: Migrator): Promise<void> {
  const status = await migrationStatus(migrator);
  requireUnchanged(status);
  const pending = status.filter(({ state }) => state === "pending").map(({ name }) => name);
  if (pending.length > 0) {
    throw new MigrationError(`migrations not applied: ${pending.join(", ")}; run "sentinel migrate up"`);
  }
}

function requireUnchanged(status: MigrationStatus[]) {
  const changed = status.filter(({ state }) => state === "changed").map(({ name }) => name);
  if (changed.length > 0) throw new MigrationError(`changed since it was applied: ${changed.join(", ")}`);
}

async function withSession<T>(migrator: Migrator, work: (session: Session) => Promise<T>): Promise<T> {
  const { connection, schema, budgetMs = migrationBudgetMs } = migrator;
  const client = new pg.Client({ ...clientConfig(connection), connectionTimeoutMillis: deadlineMs(3_000) });
  client.on("error", () => {}); // the promise of the statement carries the error
  await client.connect();
  const session: Session = {
    query: async (text, params) => (await within(budgetMs.other, client.query(text, params))).rows,
    run: async (text) => void await within(budgetMs.migration, client.query(text)),
  };
  try {
    const limits = { statementMs: budgetMs.migration, lockMs: tableLock.waitMs, idleInTransactionMs };
    await requireSupported(session.query);
    await within(budgetMs.other, prepareSession(client, schema, limits));
    return await work(session);
  } finally {
    await within(budgetMs.other, client.end()); // also releases the advisory lock
  }

  /** Drops the connection when the time is up, which ends this wait and every later one. */
  async function within<R>(ms: number, answer: Promise<R>): Promise<R> {
    const timer = setTimeout(() => destroyClient(client), ms);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Polls, because a waiting `pg_advisory_lock` would hold a snapshot that `create index concurrently` waits for. */
async function lock(session: Session, schema: string): Promise<void> {
  const key = `sentinel:migrate:${schema}`;
  for (let waitedMs = 0; waitedMs < lockWaitMs; waitedMs += lockPollMs) {
    const [row] = await session.query<{ held: boolean }>(
      "select pg_try_advisory_lock(hashtextextended($1, 0)) as held",
      [key],
    );
    if (row!.held) return;
    await pause(lockPollMs);
  }
  const holder = await describeAdvisoryHolder(session.query, key);
  throw new MigrationError(`another process has been migrating for over a minute: ${holder || "it has just ended"}`);
}

async function list(session: Session, { migrations, schema }: Migrator): Promise<MigrationStatus[]> {
  const [found] = await session.query<{ exists: boolean }>("select to_regclass($1) is not null as exists", [
    `"${schema}".schema_migrations`,
  ]);
  const applied: Applied[] = found!.exists
    ? await session.query("select name, checksum, applied_at from schema_migrations order by name")
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

/** The pending migrations. @throws {MigrationError} when one was applied with another text. */
async function listPending(session: Session, migrator: Migrator): Promise<Migration[]> {
  const status = await list(session, migrator);
  requireUnchanged(status);
  const pending = new Set(status.filter(({ state }) => state === "pending").map(({ name }) => name));
  return migrator.migrations.filter(({ name }) => pending.has(name));
}

/** Checks first, because `create schema if not exists` needs the right to create even if the schema exists. */
async function makeRecords(session: Session, schema: string): Promise<void> {
  const [found] = await session.query<{ exists: boolean }>("select to_regnamespace($1) is not null as exists", [
    `"${schema}"`,
  ]);
  if (!found!.exists) await session.query(`create schema "${schema}"`);
  await session.query(`create table if not exists schema_migrations (
    name text collate "C" primary key, checksum text not null, applied_at timestamptz not null default now())`);
}

async function apply(session: Session, schema: string, migration: Migration): Promise<void> {
  if (migration.sql.startsWith(noTransaction)) return await applyOutside(session, schema, migration);
  for (let attempt = 1;; attempt++) {
    try {
      return await applyWhole(session, migration);
    } catch (error) {
      if (!isLockNotHad(error) || attempt === tableLock.attemptsMax) {
        throw await failure(session, schema, error, `${migration.name} could not be applied and was rolled back`);
      }
      await pause(tableLock.pauseMs); // statements that queued behind it go first
    }
  }
}

async function applyWhole(session: Session, migration: Migration): Promise<void> {
  await session.query("begin");
  try {
    await session.run(migration.sql);
    await record(session, migration);
    await session.query("commit");
  } catch (error) {
    await session.query("rollback").catch(() => {});
    throw error;
  }
}

async function applyOutside(session: Session, schema: string, migration: Migration): Promise<void> {
  const index = concurrentIndex.exec(migration.sql)?.[1];
  if (index) await dropInvalid(session, index);
  await limitLockWait(session, outsideLockWaitMs);
  try {
    await session.run(migration.sql);
  } catch (error) {
    await limitLockWait(session, tableLock.waitMs).catch(() => {});
    if (index) await dropInvalid(session, index).catch(() => {}); // an invalid index would slow down every write until the next attempt
    throw await failure(session, schema, error, `${migration.name} could not be applied`);
  }
  await limitLockWait(session, tableLock.waitMs);
  await record(session, migration);
}

/** Drops an index whose concurrent creation was interrupted. */
async function dropInvalid(session: Session, index: string): Promise<void> {
  const invalid = await session.query(
    "select from pg_index where indexrelid = to_regclass($1) and not indisvalid",
    [index],
  );
  if (invalid.length > 0) await session.query(`drop index concurrently ${index}`);
}

async function record(session: Session, migration: Migration): Promise<void> {
  await session.query("insert into schema_migrations (name, checksum) values ($1, $2)", [
    migration.name,
    checksum(migration),
  ]);
}

/** Failures of the server itself stay as they are, so that the caller can wait until they are over. */
async function failure(session: Session, schema: string, error: unknown, message: string): Promise<unknown> {
  if (isLockNotHad(error)) {
    const holders = await describeLockHolders(session.query, schema).catch(() => "");
    const who = holders ? `a lock that it needs is held by ${holders}` : "other sessions hold a lock that it needs";
    return new MigrationError(`${message}: ${who}; wait for it, or end it by pg_terminate_backend, and try again`, {
      cause: error,
    });
  }
  if (asDatabaseError(error, "migrations") instanceof Unavailable) return error;
  return new MigrationError(message, { cause: error });
}

function isLockNotHad(error: unknown): boolean {
  return error instanceof pg.DatabaseError && lockNotHad.includes(error.code ?? "");
}

async function limitLockWait(session: Session, ms: number): Promise<void> {
  await session.query(`set lock_timeout to ${ms}`);
}

const checksum = ({ sql }: Migration) => createHash("sha256").update(sql).digest("hex");
