import type { Config } from "./config.ts";
import { type Connection, createDatabase, type Database, type DatabaseOptions } from "./platform/db.ts";
import { type Embedded, startEmbedded } from "./platform/embedded.ts";
import type { Log } from "./platform/logger.ts";

/** Where the data lives: how to connect, and the embedded engine if that is where. */
export interface InstallationDatabase extends AsyncDisposable {
  connection: Connection;
  embedded: Embedded | undefined;
}

/** Opens what the settings name: a real server by `DATABASE_URL`, else the embedded engine in the data folder. */
export async function openInstallationDatabase(config: Config, log: Log): Promise<InstallationDatabase> {
  if (config.databaseUrl) {
    return {
      connection: { kind: "url", url: config.databaseUrl },
      embedded: undefined,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const embedded = await startEmbedded({ dataDir: config.dataDir, log });
  return {
    connection: { kind: "embedded", ...embedded.socket },
    embedded,
    [Symbol.asyncDispose]: () => embedded[Symbol.asyncDispose](),
  };
}

/** The pool of connections to it; the embedded engine has one. */
export function openPool(
  { connection, embedded }: InstallationDatabase,
  config: Config,
  options: Pick<DatabaseOptions, "log" | "observe" | "inSpan">,
): Database {
  return createDatabase({
    ...options,
    connection,
    schema: config.dbSchema,
    poolSize: embedded ? 1 : config.dbPoolSize,
  });
}
