import type { Settings } from "../vocabulary/dictionary.ts";
import { readConfig } from "../compose/config.ts";
import {
  describeDatabase,
  hasEmbeddedDatabase,
  type InstallationDatabase,
  openInstallationDatabase,
  openPool,
} from "../compose/installation_database.ts";
import { installationSecret } from "../compose/installation_secret.ts";
import { migrations } from "../compose/migrations.ts";
import type { Database } from "../platform/db/db.ts";
import { asDatabaseError } from "../platform/db/db_errors.ts";
import { createLogger, type Log, type Logger } from "../platform/logger.ts";
import { migrate, MigrationError, type Migrator, verifyMigrations } from "../platform/db/migrate.ts";
import { UnsupportedDatabase } from "../platform/db/supported_database.ts";
import { createServices, type Services } from "../compose/services.ts";
import type { Io } from "./command.ts";

/** Reads the settings and prints warnings to standard error. @throws {ConfigError} */
export function configOf(io: Io): Settings {
  return configurationOf(io).settings;
}

/** As {@link configOf}, with each setting as it is in force, without secrets. */
export function configurationOf(io: Io): Pick<ReturnType<typeof readConfig>, "settings" | "lines"> {
  const { settings, lines, warnings } = readConfig(io.env);
  for (const warning of warnings) io.err(`warning: ${warning}`);
  return { settings, lines };
}

function migratorOf({ connection }: InstallationDatabase, settings: Settings, log: Log): Migrator {
  return { connection, schema: settings.SENTINEL_DB_SCHEMA, migrations, log };
}

/** Brings the schema up to date, or with `SENTINEL_MIGRATE=check` only checks it. @throws {MigrationError} */
export async function prepareSchema(database: InstallationDatabase, settings: Settings, log: Log): Promise<void> {
  const migrator = migratorOf(database, settings, log);
  await withoutDriverMessages<unknown>(() =>
    settings.SENTINEL_MIGRATE === "auto" ? migrate(migrator) : verifyMigrations(migrator)
  );
}

/** The log of commands: errors only, to standard error. */
export function commandLog(io: Io) {
  const write = (bytes: Uint8Array) => Promise.resolve(io.err(new TextDecoder().decode(bytes).trimEnd()));
  return createLogger({ level: "error", format: "pretty", write });
}

/** Runs work on the schema in whatever state it is. A missing embedded database is created only with `create`. */
export async function withMigrator<T>(io: Io, work: (migrator: Migrator) => Promise<T>, { create = false } = {}) {
  const settings = configOf(io);
  await using log = commandLog(io);
  await using database = await openForCommand(settings, io, log, create);
  return await withoutDriverMessages(() => work(migratorOf(database, settings, log)));
}

/** Runs the work of a command on the services of this installation. Its schema must be up to date. */
export function withServices<T>(io: Io, work: (services: Services) => Promise<T>, settings = configOf(io)): Promise<T> {
  return withInstallation(settings, io, async (installation) => {
    // A command ends before its caches could become stale.
    const brief = { ...settings, SENTINEL_CHANGE_FEED: "ttl" as const };
    await using services = await createServices({ ...installation, settings: brief });
    return await work(services);
  });
}

/** Runs the work of a command on the database only: it creates nothing and starts no jobs. */
export function withDatabase<T>(
  settings: Settings,
  io: Io,
  work: (installation: { db: Database; secret: Uint8Array }) => Promise<T>,
  options: SecretOptions = {},
): Promise<T> {
  return withInstallation(settings, io, async ({ database, secret, log }) => {
    await using db = openPool(database, settings, { log });
    return await work({ db, secret });
  }, options);
}

/** With `newSecret` a missing secret is created even if the database was used with another one. */
type SecretOptions = { newSecret?: boolean };

/** Opens the database of this installation while `work` runs. Its schema must be up to date. */
async function withInstallation<T>(
  settings: Settings,
  io: Io,
  work: (installation: { database: InstallationDatabase; secret: Uint8Array; log: Logger }) => Promise<T>,
  { newSecret = false }: SecretOptions = {},
): Promise<T> {
  await using log = commandLog(io);
  await using database = await openForCommand(settings, io, log);
  await withoutDriverMessages(() => verifyMigrations(migratorOf(database, settings, log)));
  return await work({ database, secret: await installationSecret(settings, database, log, { anew: newSecret }), log });
}

/** Opens the database and prints which one it is: a shell may have other settings than the server. */
async function openForCommand(settings: Settings, io: Io, log: Log, create = false): Promise<InstallationDatabase> {
  const { DATABASE_URL: databaseUrl, SENTINEL_DATA_DIR: dataDir } = settings;
  if (!create && !databaseUrl && !await hasEmbeddedDatabase(dataDir)) {
    throw new Error(
      `DATABASE_URL is unset, and there is no embedded database in ${dataDir}. Run this command with the settings of the ` +
        'server. To create an embedded database, run "sentinel serve" or "sentinel migrate up".',
    );
  }
  const database = await openInstallationDatabase(settings, log);
  io.err(`database: ${describeDatabase(database, settings)}`);
  return database;
}

async function withoutDriverMessages<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isOwn = error instanceof MigrationError || error instanceof UnsupportedDatabase;
    throw isOwn ? error : asDatabaseError(error, "migrations");
  }
}

const pageSize = 200;

/** Yields every row of a list, page by page, in the order of its keys. */
export async function* allPages<T>(
  fetch: (after: string | null, limit: number) => Promise<T[]>,
  keyOf: (row: T) => string,
): AsyncGenerator<T> {
  for (let after: string | null = null;;) {
    const page = await fetch(after, pageSize);
    yield* page;
    if (page.length < pageSize) return;
    after = keyOf(page.at(-1)!);
  }
}
