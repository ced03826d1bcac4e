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

/** The settings; warnings go to standard error. @throws {ConfigError} */
export function configOf(io: Io): Settings {
  const { settings, warnings } = readConfig(io.env);
  for (const warning of warnings) io.err(`warning: ${warning}`);
  return settings;
}

/** What brings `database` to this binary's schema. */
function migratorOf({ connection }: InstallationDatabase, settings: Settings, log: Log): Migrator {
  return { connection, schema: settings.SENTINEL_DB_SCHEMA, migrations, log };
}

/** Brings the schema up to date, or checks that it is (`SENTINEL_MIGRATE=check`). @throws {MigrationError} */
export async function prepareSchema(database: InstallationDatabase, settings: Settings, log: Log): Promise<void> {
  const migrator = migratorOf(database, settings, log);
  await withoutDriverMessages<unknown>(() =>
    settings.SENTINEL_MIGRATE === "auto" ? migrate(migrator) : verifyMigrations(migrator)
  );
}

/** A log for commands: what goes wrong, on standard error. */
export function commandLog(io: Io) {
  const write = (bytes: Uint8Array) => Promise.resolve(io.err(new TextDecoder().decode(bytes).trimEnd()));
  return createLogger({ level: "error", format: "pretty", write });
}

/**
 * Runs a command's work on the schema of this installation, whatever state it is in. Only with `create` is an embedded
 * database made where there is none.
 */
export async function withMigrator<T>(
  io: Io,
  work: (migrator: Migrator) => Promise<T>,
  { create = false } = {},
): Promise<T> {
  const settings = configOf(io);
  await using log = commandLog(io);
  await using database = await openForCommand(settings, io, log, create);
  return await withoutDriverMessages(() => work(migratorOf(database, settings, log)));
}

/** Runs a command's work on the services of this installation; its schema must be up to date. */
export function withServices<T>(settings: Settings, io: Io, work: (services: Services) => Promise<T>): Promise<T> {
  return withInstallation(settings, io, async (installation) => {
    // A command ends before anything that others change could grow old.
    const brief = { settings: { ...settings, SENTINEL_CHANGE_FEED: "ttl" as const }, lasting: false };
    await using services = await createServices({ ...installation, ...brief });
    return await work(services);
  });
}

/** Runs a command's work on the database alone: nothing is made there that was not, and nothing runs beside it. */
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

/** With `newSecret` a secret that is missing is created, although the database was used with another. */
type SecretOptions = { newSecret?: boolean };

/** Opens the installation's database, whose schema must be up to date, for as long as `work` takes. */
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

/** Opens the database and names it: a shell may have other settings than the server that the operator has in mind. */
async function openForCommand(settings: Settings, io: Io, log: Log, create = false): Promise<InstallationDatabase> {
  const { DATABASE_URL: databaseUrl, SENTINEL_DATA_DIR: dataDir } = settings;
  if (!create && !databaseUrl && !await hasEmbeddedDatabase(dataDir)) {
    throw new Error(
      `DATABASE_URL is unset, and there is no embedded database in ${dataDir}. Give this command the settings that the ` +
        'server has; a new embedded database is made by "sentinel serve" or "sentinel migrate up".',
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

/** Every row of a list, fetched page by page in the order of its keys. */
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
