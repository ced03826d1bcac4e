import { type Config, readConfig } from "../config.ts";
import { installationSecret } from "../installation_secret.ts";
import { migrations } from "../migrations.ts";
import { type Migrator, verifyMigrations } from "../platform/migrate.ts";
import type { Log } from "../platform/logger.ts";
import { createLogger } from "../platform/logger.ts";
import { createServices, type Services } from "../services.ts";
import { openStore, type Store } from "../store.ts";
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

/** Runs a verb's work on the services of this installation; its schema must be up to date. */
export async function withServices<T>(io: Io, work: (services: Services) => Promise<T>): Promise<T> {
  const config: Config = { ...configOf(io), changeFeed: "ttl" };
  await using log = verbLog(io);
  await using store = await openStore(config, log);
  await verifyMigrations(migratorOf(store, config, log));
  const secret = config.secret ?? await installationSecret(config.dataDir);
  await using services = await createServices({ config, store, secret, log });
  return await work(services);
}
