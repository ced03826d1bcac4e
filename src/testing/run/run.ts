/**
 * `deno task test`: runs the suite on the database that `TEST_DATABASE_URL` names, or else on embedded ones that live as
 * long as the run (`SENTINEL_TEST_SOCKET` names the folder of each; one that is set already is used). Workers take one
 * district after another, on an engine each. Tests run in a random order. The output of districts with failures comes
 * last; the last line is the result of the whole run, and `--shuffle=<seed>` repeats its order. Other arguments go to
 * `deno test`; a path among them is all that is run. Types are checked by `deno task ok`.
 */
import { existsSync } from "node:fs";
import { linesOf } from "../../platform/text/text_lines.ts";
import { templateEnv } from "../servers/data_folder.ts";
import { readResult, type Result, resultLine, sumOf } from "./result.ts";
import { openDatabase, type RunDatabase } from "./run_database.ts";

/** Fault tests take minutes, so they run by `deno task test:faults`. */
const faults = "src/**/*_fault_test.ts";
/** What takes longest is begun first, so that all workers end at about the same time. */
const slowest = ["src/cli", "src/platform", "src/http", "src/sessions", "src/access", "src/audit", "src/accounts"];
const interrupted = 130; // a shell's code for an interrupted command
const lineSizeMax = 2 ** 24;

type Run = { code: number; result: Result | undefined };

// A signal stops the tests first, so that everything is cleaned up.
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => stop.abort());
Deno.exit(await run(Deno.args)); // the signal listeners would keep the process alive

async function run(given: string[]): Promise<number> {
  const startedMs = performance.now();
  const { seed, args } = shuffled(given);
  const runs = await runAll(args);
  console.log(`${resultLine(sumOf(runs), { ms: performance.now() - startedMs, seed })}`);
  return Math.max(...runs.map(({ code, result }) => result ? code : code || 1));
}

/** The seed from `--shuffle` or `TEST_SEED`, or a new one, and the arguments with it. */
function shuffled(given: string[]): { seed: number; args: string[] } {
  const isShuffle = (arg: string) => /^--shuffle(?:=|$)/.test(arg);
  const chosen = given.find(isShuffle)?.split("=")[1] || Deno.env.get("TEST_SEED");
  const seed = Number(chosen || crypto.getRandomValues(new Uint32Array(1))[0]);
  return { seed, args: [`--shuffle=${seed}`, ...given.filter((arg) => !isShuffle(arg))] };
}

async function runAll(args: string[]): Promise<Run[]> {
  if (args.some((arg) => existsSync(arg))) {
    await using database = await openDatabase();
    return [await runOne(database, args, print)];
  }
  const env = await templateEnv();
  const queue = (await districts()).values();
  const [runs, late]: [Run[], string[]] = [[], []];
  const workers = await Promise.allSettled(Array.from({ length: workerCount() }, async () => {
    await using database = await openDatabase();
    print(`Tests run on ${database.version}`);
    for (const district of queue) {
      const lines: string[] = [];
      const given = [...args, "--permit-no-files", `--ignore=${faults}`, district];
      const run = await runOne({ env: { ...env, ...database.env } }, given, (line) => lines.push(line));
      runs.push(run);
      if (run.code === 0) lines.forEach(print);
      else late.push(...lines);
    }
  }));
  late.forEach(print);
  for (const worker of workers) {
    if (worker.status === "fulfilled") continue;
    console.error(worker.reason);
    runs.push({ code: 1, result: undefined });
  }
  return runs;
}

/** The folders of `src/`, which hold all tests, what takes longest first. */
async function districts(): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir("src"));
  const paths = entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => `src/${name}`);
  return [...slowest, ...paths.filter((path) => !slowest.includes(path)).sort()];
}

/** An engine that is given serves one connection; two cores are busy with two engines and their tests. */
function workerCount(): number {
  return Deno.env.get("SENTINEL_TEST_SOCKET") ? 1 : 2;
}

/** Runs these files on the database and `tell`s each line, but for the result. */
async function runOne({ env }: Pick<RunDatabase, "env">, args: string[], tell: (line: string) => void): Promise<Run> {
  if (stop.signal.aborted) return { code: interrupted, result: undefined };
  const colours = Deno.stdout.isTerminal() && !Deno.noColor ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
  const tests = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", ...args],
    env: { ...env, ...colours },
    signal: stop.signal,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let result: Result | undefined;
  await Promise.all([tests.stdout, tests.stderr].map(async (stream) => {
    for await (const line of linesOf(stream.pipeThrough(new TextDecoderStream()), lineSizeMax)) {
      const read = readResult(line);
      result = read ?? result;
      if (!read) tell(line);
    }
  }));
  return { code: (await tests.status).code, result };
}

function print(line: string): void {
  console.log(line);
}
