/**
 * `deno task test`: runs the suite on the database that `TEST_DATABASE_URL` names, or else on embedded ones that live
 * as long as the run (`SENTINEL_TEST_SOCKET` names the folder of each; one that is set already is used). Workers take
 * one file after another, on an engine each. Tests run in a random order. The output of files with failures comes last;
 * the last line is the result of the whole run, and `--shuffle=<seed>` repeats the order of the tests of each file.
 * With other arguments one `deno test` runs, and gets them; a path among them is all that is run. Types are checked by
 * `deno task ok`.
 */
import { existsSync } from "node:fs";
import { templateEnv } from "../servers/data_folder.ts";
import { resultLine, sumOf } from "./result.ts";
import { openDatabase } from "./run_database.ts";
import { type Run, runTests, sharedProcess } from "./tests_process.ts";
import { listUnits } from "./units.ts";

/** Fault tests take minutes, so they run by `deno task test:faults`. */
const faults = "src/**/*_fault_test.ts";
// A signal stops the tests first, so that everything is cleaned up.
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => stop.abort());
Deno.exit(await run(Deno.args)); // the signal listeners would keep the process alive

async function run(parameters: string[]): Promise<number> {
  const startedMs = performance.now();
  const { seed, args } = readSeed(parameters);
  const runs = args.length > 0 ? [await runChosen(args, seed)] : await runEverything(seed);
  console.log(`${resultLine(sumOf(runs), { ms: performance.now() - startedMs, seed })}`);
  return Math.max(...runs.map(({ code, result }) => result ? code : code || 1));
}

/** The seed from `--shuffle` or `TEST_SEED`, or a new one, and the other arguments. */
function readSeed(parameters: string[]): { seed: number; args: string[] } {
  const isShuffle = (arg: string) => /^--shuffle(?:=|$)/.test(arg);
  const chosen = parameters.find(isShuffle)?.split("=")[1] || Deno.env.get("TEST_SEED");
  const seed = Number(chosen || crypto.getRandomValues(new Uint32Array(1))[0]);
  return { seed, args: parameters.filter((arg) => !isShuffle(arg)) };
}

async function runChosen(args: string[], seed: number): Promise<Run> {
  const everything = args.some((arg) => existsSync(arg)) ? [] : [`--ignore=${faults}`, "src", "docs/examples"];
  await using database = await openDatabase();
  const options = { env: database.env, signal: stop.signal, tell: print };
  return await runTests([...args, `--shuffle=${seed}`, ...everything], options);
}

async function runEverything(seed: number): Promise<Run[]> {
  const env = await templateEnv();
  const queue = (await listUnits(seed)).values();
  const [runs, late]: [Run[], string[]] = [[], []];
  const workers = await Promise.allSettled(Array.from({ length: workerCount() }, async () => {
    await using database = await openDatabase();
    print(`Tests run on ${database.version}`);
    const options = { env: { ...env, ...database.env }, signal: stop.signal };
    await using shared = sharedProcess({ ...options, seed });
    for (const { paths, sharing } of queue) {
      const lines: string[] = [];
      const tell = (line: string) => void lines.push(line);
      const run = sharing
        ? await shared.run(paths[0]!, tell)
        : await runTests([`--shuffle=${seed}`, ...paths], { ...options, tell });
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

/**
 * An engine that is given serves one connection; three keep two cores busy while tests wait for processes or clocks.
 */
function workerCount(): number {
  return Deno.env.get("SENTINEL_TEST_SOCKET") ? 1 : 3;
}

function print(line: string): void {
  console.log(line);
}
