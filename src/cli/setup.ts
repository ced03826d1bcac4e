import { type Config, readConfig } from "../config.ts";
import { installationSecret } from "../installation_secret.ts";
import { migrations } from "../migrations.ts";
import { asDatabaseError } from "../platform/db_errors.ts";
import { MigrationError, type Migrator, verifyMigrations } from "../platform/migrate.ts";
import type { Log } from "../platform/logger.ts";
import { createLogger } from "../platform/logger.ts";
import { createServices, type Services } from "../services.ts";
import type { Database } from "../platform/db.ts";
import { openDatabase, openStore, type Store } from "../store.ts";
import type { Io } from "./verb.ts";

/** The settings; warnings go to standard error. @throws {ConfigError} */
export function configOf(io: Io): Config {
  const { config, warnings } = readConfig(io.env);
  for (const warning of warnings) io.err(`warning: ${warning}`);
  return config;
}

/** What brings `store` to this binary's schema. */
export function migratorOf(store: Store, config: Config, log: Log): Migrator {
  return { connection: store.connection, schema: config.dbSchema, migrations, log };
}

/** A log for verbs: what goes wrong, on standard error. */
export function verbLog(io: Io) {
  const write = (bytes: Uint8Array) => Promise.resolve(io.err(new TextDecoder().decode(bytes).trimEnd()));
  return createLogger({ level: "error", format: "pretty", write });
}

/** Runs a verb's work on the schema of this installation, whatever state it is in. */
export async function withMigrator<T>(io: Io, work: (migrator: Migrator) => Promise<T>): Promise<T> {
  const config = configOf(io);
  await using log = verbLog(io);
  await using store = await openStore(config, log);
  return await withoutDriversWords(() => work(migratorOf(store, config, log)));
}

/** Runs a verb's work on the services of this installation; its schema must be up to date. */
export async function withServices<T>(config: Config, io: Io, work: (services: Services) => Promise<T>): Promise<T> {
  await using log = verbLog(io);
  await using store = await openStore(config, log);
  await withoutDriversWords(() => verifyMigrations(migratorOf(store, config, log)));
  const secret = config.secret ?? await installationSecret(config.dataDir);
  // A verb ends before anything that others change could grow old.
  const brief = { config: { ...config, changeFeed: "ttl" as const }, lasting: false };
  await using services = await createServices({ ...brief, store, secret, log });
  return await work(services);
}

/** Runs a verb's work on the database alone: nothing is made there that was not, and nothing runs beside it. */
export async function withDatabase<T>(
  config: Config,
  io: Io,
  work: (installation: { db: Database; secret: Uint8Array }) => Promise<T>,
): Promise<T> {
  await using log = verbLog(io);
  await using store = await openStore(config, log);
  await withoutDriversWords(() => verifyMigrations(migratorOf(store, config, log)));
  const secret = config.secret ?? await installationSecret(config.dataDir);
  await using db = openDatabase(store, config, { log });
  return await work({ db, secret });
}

async function withoutDriversWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof MigrationError ? error : asDatabaseError(error, "migrations");
  }
}
