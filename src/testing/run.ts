/**
 * `deno task test`: runs the suite, one file after another, on one database: the one that `TEST_DATABASE_URL`
 * names, or else an embedded one that lives as long as the run (`SENTINEL_TEST_SOCKET` names its folder).
 * Arguments go to `deno test`; without a path among them it runs `src/`.
 */
import { existsSync } from "node:fs";
import pg from "pg";
import { startEmbedded } from "../platform/embedded.ts";

type Database = AsyncDisposable & { version: string; env: Record<string, string> };

// A signal to stop ends the tests first, so that everything is cleaned up behind them.
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => stop.abort());
Deno.exit(await run(Deno.args)); // the listeners would keep the process

async function run(args: string[]): Promise<number> {
  const url = Deno.env.get("TEST_DATABASE_URL");
  await using database = url ? await givenDatabase(url) : await embeddedDatabase();
  if (stop.signal.aborted) return 130; // a shell's code for an interrupted command
  console.log(`Tests run on ${database.version}`);

  // Faults take minutes: they are run by `deno task test:faults`.
  const paths = args.some((arg) => existsSync(arg)) ? [] : ["--ignore=src/**/*_fault_test.ts", "src/"];
  const tests = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", ...args, ...paths],
    env: database.env,
    signal: stop.signal,
  });
  return (await tests.spawn().status).code;
}

async function givenDatabase(connectionString: string): Promise<Database> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query("show server_version");
  await client.end();
  return { version: `PostgreSQL ${rows[0].server_version}`, env: {}, async [Symbol.asyncDispose]() {} };
}

async function embeddedDatabase(): Promise<Database> {
  const dataDir = await Deno.makeTempDir({ prefix: "sentinel-test-" });
  await using held = new AsyncDisposableStack();
  held.defer(() => Deno.remove(dataDir, { recursive: true }));
  const { version, socket } = held.use(await startEmbedded({ dataDir, log: console }));
  const resources = held.move();
  return {
    version,
    env: { SENTINEL_TEST_SOCKET: socket.host },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
