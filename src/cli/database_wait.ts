import type { Config } from "../config.ts";
import type { InstallationDatabase } from "../installation_database.ts";
import type { Log } from "../platform/logger.ts";
import { migrate, MigrationError, verifyMigrations } from "../platform/migrate.ts";
import { migratorOf } from "./setup.ts";

const backOffMs = { first: 100, max: 2_000 };

/** The database refuses us for good: who, where, or how we ask is wrong. Waiting would not help (F02). */
export class DatabaseRefused extends Error {
  override readonly name = "DatabaseRefused";
}

/** SQLSTATEs of a wrong password, user or database, and what that means to the operator. */
const refusals: [prefix: string, meaning: string][] = [
  ["28000", "does not let this user in from here, or not without TLS"],
  ["28", "does not accept the user or the password"],
  ["3D000", "does not exist on that server"],
  ["42501", "does not let this user create or use the schema"],
];

/** What the driver finds out by itself, before there is an SQLSTATE. */
const driverRefusals: [wording: RegExp, meaning: string][] = [
  [/^SASL: .*client password must be/, "asks for a password, and DATABASE_URL has none"],
  [/^The server does not support SSL/, "has no TLS, which DATABASE_URL asks for"],
];

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

/** What the operator must mend, if it is that which the driver's error tells. */
export function refusalOf(error: unknown): DatabaseRefused | undefined {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  const [, worded] = driverRefusals.find(([wording]) => wording.test(message)) ?? [];
  if (worded) return new DatabaseRefused(`The database ${worded}.`, { cause: error });
  const [, known] = refusals.find(([prefix]) => code.startsWith(prefix)) ?? [];
  return known === undefined
    ? undefined
    : new DatabaseRefused(`The database ${known} (SQLSTATE ${code}).`, { cause: error });
}

async function stoppedWithin(stopped: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => timer = setTimeout(resolve, ms, false));
  const first = await Promise.race([stopped.then(() => true), late]);
  clearTimeout(timer);
  return first;
}
