import { join } from "node:path";
import pg from "pg";
import type { Settings } from "../vocabulary/dictionary.ts";
import {
  clientConfig,
  type Connection,
  createDatabase,
  type Database,
  type DatabaseOptions,
} from "../platform/db/db.ts";
import { type Embedded, startEmbedded } from "../platform/embedded/embedded.ts";
import type { Log } from "../platform/logger.ts";

/** Where the data lives: how to connect, and the embedded engine if that is where. */
export interface InstallationDatabase extends AsyncDisposable {
  connection: Connection;
  embedded: Embedded | undefined;
}

/** Opens what the settings name: a real server by `DATABASE_URL`, else the embedded engine in the data folder. */
export async function openInstallationDatabase(settings: Settings, log: Log): Promise<InstallationDatabase> {
  if (settings.DATABASE_URL) {
    return {
      connection: { kind: "url", url: settings.DATABASE_URL },
      embedded: undefined,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const embedded = await startEmbedded({ dataDir: settings.SENTINEL_DATA_DIR, log });
  return {
    connection: { kind: "embedded", ...embedded.socket },
    embedded,
    [Symbol.asyncDispose]: () => embedded[Symbol.asyncDispose](),
  };
}

/** Whether the data folder holds an embedded database, be it a damaged one. Makes nothing. */
export async function hasEmbeddedDatabase(dataDir: string): Promise<boolean> {
  try {
    for await (const _ of Deno.readDir(join(dataDir, "postgres"))) return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return true; // whoever opens it says what is wrong
  }
  return false;
}

/** Which database this is, in words for whoever must know what they are about to change; never its password. */
export function describeDatabase(
  { connection, embedded }: InstallationDatabase,
  { SENTINEL_DB_SCHEMA: dbSchema }: Settings,
): string {
  if (embedded) return `embedded, ${embedded.fresh ? "new, " : ""}in ${embedded.socket.host}, schema ${dbSchema}`;
  const { host, port, database } = new pg.Client(clientConfig(connection)); // it knows what a URL leaves out
  return `${host.includes(":") ? `[${host}]` : host}:${port}/${database}, schema ${dbSchema}`;
}

/** The pool of connections to it; the embedded engine has one. */
export function openPool(
  { connection, embedded }: InstallationDatabase,
  settings: Settings,
  options: Pick<DatabaseOptions, "log" | "observe" | "inSpan">,
): Database {
  return createDatabase({
    ...options,
    connection,
    schema: settings.SENTINEL_DB_SCHEMA,
    poolSize: embedded ? 1 : settings.SENTINEL_DB_POOL_SIZE,
  });
}
