/**
 * `deno task test`: runs the suite, one file after another, on one database: the one that `TEST_DATABASE_URL` names, or
 * else embedded ones that live as long as the run (`SENTINEL_TEST_SOCKET` names the folder of each): two halves of the
 * suite run at once, on an engine each. Arguments go to `deno test`; a path among them is all that is run. Types are
 * checked by `deno task ok`.
 */
import { existsSync } from "node:fs";
import pg from "pg";
import { startEmbedded } from "../platform/embedded.ts";

/** Faults take minutes: they are run by `deno task test:faults`. */
const faults = "src/**/*_fault_test.ts";
/** Folders that take as long as all others together. */
const secondHalf = "src/access/,src/audit/,src/cli/,src/client/,src/dev/,src/platform/";

type Database = AsyncDisposable & { version: string; env: Record<string, string> };

// A signal to stop ends the tests first, so that everything is cleaned up behind them.
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => stop.abort());
Deno.exit(await run(Deno.args)); // the listeners would keep the process

async function run(args: string[]): Promise<number> {
  const url = Deno.env.get("TEST_DATABASE_URL") || undefined;
  if (args.some((arg) => existsSync(arg))) return await runOn(url, args, "inherit");
  if (url) return await runOn(url, [...args, `--ignore=${faults}`, "src/"], "inherit");
  const halves = await Promise.allSettled([
    runOn(url, [...args, `--ignore=${faults},${secondHalf}`, "src/"], "inherit"),
    runOn(url, [...args, `--ignore=${faults}`, ...secondHalf.split(",")], "piped"),
  ]);
  for (const half of halves) if (half.status === "rejected") console.error(half.reason);
  return Math.max(...halves.map((half) => half.status === "fulfilled" ? half.value : 1));
}

/** Runs these files on a database; what is `piped` is shown when it has ended. */
async function runOn(url: string | undefined, args: string[], output: "inherit" | "piped"): Promise<number> {
  await using database = url ? await givenDatabase(url) : await embeddedDatabase();
  if (stop.signal.aborted) return 130; // a shell's code for an interrupted command
  console.log(`Tests run on ${database.version}`);
  const tests = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", ...args],
    env: database.env,
    signal: stop.signal,
    stdout: output,
    stderr: output,
  }).spawn();
  if (output === "inherit") return (await tests.status).code;
  const { code, stdout, stderr } = await tests.output();
  await write(Deno.stdout, stdout);
  await write(Deno.stderr, stderr);
  return code;
}

async function write(to: { write(bytes: Uint8Array): Promise<number> }, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await to.write(bytes.subarray(written));
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
