import { isAbsolute } from "node:path";
import pg from "pg";
import type { InstallationDatabase } from "../compose/installation_database.ts";
import type { Connection } from "../platform/db/db.ts";
import { clientConfig } from "../platform/db/db.ts";

const url = Deno.env.get("TEST_DATABASE_URL") || undefined;
const socketFolder = Deno.env.get("SENTINEL_TEST_SOCKET");

/** Whether the tests run on PostgreSQL. Tests that need several connections are skipped otherwise. */
export const onPostgres = url !== undefined;

/** The database of this run. `deno task test` provides an embedded one. */
export function testConnection(): Connection {
  if (url) return { kind: "url", url };
  if (socketFolder && isAbsolute(socketFolder)) {
    return { kind: "embedded", host: socketFolder, port: 5432, user: "postgres", database: "postgres" };
  }
  throw new Error("run the tests by `deno task test [file]`: it brings the database");
}

/** A handle on the run's database, whose disposal does not close it. */
export function testDatabase(connection: Connection = testConnection()): InstallationDatabase {
  // Only the existence of the engine matters here: one connection, one writer.
  const embedded = connection.kind === "embedded"
    ? { restart: () => Promise.resolve() } as InstallationDatabase["embedded"]
    : undefined;
  return { connection, embedded, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** A new schema name, for a test file or an installation. */
export function freshSchema(): string {
  return `test_${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
}

/** How long a test waits for a connection. */
export const connectMsMax = 120_000; // a failed test is better than one that hangs: an embedded engine serves one connection

/** Runs a script on a connection of its own. */
export async function runSql(sql: string, connection = testConnection()): Promise<void> {
  const client = new pg.Client({ ...clientConfig(connection), connectionTimeoutMillis: connectMsMax });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

export const dropSchema = (schema: string) => runSql(`drop schema if exists "${schema}" cascade`);

/** A separate database on the run's server, with a role of its own. */
export type OwnDatabase = AsyncDisposable & { url: string; name: string; role: string };

/**
 * Creates a database and a role that owns it, for tests of what an operator may do to either. `clauses` belong to
 * `create database`, `settings` to the database, `connectionLimit` to the role. On PostgreSQL only.
 */
export async function ownDatabase(
  { clauses = "", settings = {}, connectionLimit = -1 }: {
    clauses?: string;
    settings?: Record<string, string>;
    connectionLimit?: number;
  } = {},
): Promise<OwnDatabase> {
  if (!url) throw new Error("a database of its own needs a test on PostgreSQL");
  const name = freshSchema();
  const role = `${name}_owner`;
  const drop = async () => {
    await runSql(`drop database if exists ${name} with (force)`);
    await runSql(`drop role if exists ${role}`);
  };
  await using opening = new AsyncDisposableStack();
  opening.defer(drop);
  await runSql(`create role ${role} login password '${role}' connection limit ${connectionLimit}`);
  await runSql(`create database ${name} owner ${role} template template0 ${clauses}`);
  for (const [setting, value] of Object.entries(settings)) {
    await runSql(`alter database ${name} set ${setting} to ${value}`);
  }
  opening.move();
  const own = new URL(url);
  Object.assign(own, { username: role, password: role, pathname: `/${name}` });
  return { url: own.href, name, role, [Symbol.asyncDispose]: drop };
}
