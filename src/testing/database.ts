import { isAbsolute } from "node:path";
import pg from "pg";
import type { InstallationDatabase } from "../compose/installation_database.ts";
import type { Connection } from "../platform/db/db.ts";
import { clientConfig } from "../platform/db/db.ts";

const url = Deno.env.get("TEST_DATABASE_URL") || undefined;
const socketFolder = Deno.env.get("SENTINEL_TEST_SOCKET");

/** Whether the suite runs on a real PostgreSQL; tests that take several connections are skipped elsewhere. */
export const onPostgres = url !== undefined;

/** The database of this run; `deno task test` provides the embedded one. */
export function testConnection(): Connection {
  if (url) return { kind: "url", url };
  if (socketFolder && isAbsolute(socketFolder)) {
    return { kind: "embedded", host: socketFolder, port: 5432, user: "postgres", database: "postgres" };
  }
  throw new Error("run the tests by `deno task test [file]`: it brings the database");
}

/** The run's database, which is not this test's to close. */
export function testDatabase(connection: Connection = testConnection()): InstallationDatabase {
  // Of the engine only its existence matters here: one connection, one writer.
  const embedded = connection.kind === "embedded"
    ? { restart: () => Promise.resolve() } as InstallationDatabase["embedded"]
    : undefined;
  return { connection, embedded, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** A schema name of its own for each test file, and for each database of one. */
export function freshSchema(): string {
  return `test_${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
}

/** Runs one script on a connection of its own. */
export async function runSql(sql: string, connection = testConnection()): Promise<void> {
  const client = new pg.Client(clientConfig(connection));
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

export const dropSchema = (schema: string) => runSql(`drop schema if exists "${schema}" cascade`);

/** A database of its own on the run's server, made with these clauses and settings; a role of its own uses it. */
export type OwnDatabase = AsyncDisposable & { url: string; name: string; role: string };

/**
 * Makes a database and a role that owns it, for tests of what an operator may do to either. `clauses` stand in
 * `create database`, `settings` are of the database, `connectionLimit` is of the role. On PostgreSQL only.
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
