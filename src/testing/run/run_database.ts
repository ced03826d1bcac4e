import { join } from "node:path";
import pg from "pg";
import { startEmbedded } from "../../platform/embedded/embedded.ts";
import { keepSchemas } from "../kept_schemas.ts";
import { dataFolder, templateEnv } from "../servers/data_folder.ts";

const statementTimeoutMs = 120_000; // the machine may be busy

/** A database for one test run: its version, and the environment variables that name it to the tests. */
export type RunDatabase = AsyncDisposable & { version: string; env: Record<string, string> };

/**
 * The database that `TEST_DATABASE_URL` names, or the engine on `SENTINEL_TEST_SOCKET`, both of which outlive the run;
 * or else a new embedded engine.
 */
export async function openDatabase(): Promise<RunDatabase> {
  const url = Deno.env.get("TEST_DATABASE_URL") || undefined;
  if (url) {
    const version = await versionOf(url);
    return Object.assign(await keepSchemas({ kind: "url", url }), { version });
  }
  if (Deno.env.get("SENTINEL_TEST_SOCKET")) return given("the engine that SENTINEL_TEST_SOCKET names");
  await using held = new AsyncDisposableStack();
  const { path: dataDir } = held.use(await dataFolder({ secret: false }));
  await Deno.writeTextFile(join(dataDir, "postgres", "postgresql.conf"), "\nsynchronous_commit = off\n", {
    append: true,
  });
  const { version, socket } = held.use(await startEmbedded({ dataDir, log: console, statementTimeoutMs }));
  const resources = held.move();
  return {
    version,
    env: { SENTINEL_TEST_SOCKET: socket.host, ...await templateEnv() },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** A database that the environment already names. */
function given(version: string): RunDatabase {
  return { version, env: {}, [Symbol.asyncDispose]: () => Promise.resolve() };
}

async function versionOf(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query("show server_version");
  await client.end();
  return `PostgreSQL ${rows[0].server_version}`;
}
