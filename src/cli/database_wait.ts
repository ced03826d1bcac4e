import type { Config } from "../compose/config.ts";
import type { InstallationDatabase } from "../compose/installation_database.ts";
import type { Log } from "../platform/logger.ts";
import { migrate, MigrationError, verifyMigrations } from "../platform/db/migrate.ts";
import { DatabaseRefused, refusalOf } from "./database_refusal.ts";
import { migratorOf } from "./setup.ts";

const backOffMs = { first: 100, max: 2_000 };

/**
 * Brings the schema up to date, or checks that it is (`SENTINEL_MIGRATE=check`); waits for a database that is not
 * there yet, up to `SENTINEL_DB_WAIT_SECONDS` (F01).
 *
 * @throws {MigrationError} | {DatabaseRefused}
 */
export async function prepareSchema(
  database: InstallationDatabase,
  config: Config,
  log: Log,
  stopped: Promise<unknown>,
): Promise<"current" | "stopped"> {
  const migrator = migratorOf(database, config, log);
  const deadline = performance.now() + config.dbWaitSeconds * 1000;
  for (let pauseMs = backOffMs.first;; pauseMs = Math.min(pauseMs * 2, backOffMs.max)) {
    try {
      await (config.migrate === "auto" ? migrate(migrator) : verifyMigrations(migrator));
      return "current";
    } catch (error) {
      if (error instanceof MigrationError) throw error;
      const refusal = refusalOf(error);
      if (refusal) throw refusal;
      if (performance.now() > deadline) {
        throw new DatabaseRefused("The database did not answer in time.", { cause: error });
      }
      log.warn("waiting for the database", { cause: (error as Error).message });
      if (await stoppedWithin(stopped, pauseMs)) return "stopped";
    }
  }
}

async function stoppedWithin(stopped: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => timer = setTimeout(resolve, ms, false));
  const first = await Promise.race([stopped.then(() => true), late]);
  clearTimeout(timer);
  return first;
}
