/**
 * `deno task test`: runs the suite, one file after another, on one database: the one that `TEST_DATABASE_URL` names, or
 * else embedded ones that live as long as the run (`SENTINEL_TEST_SOCKET` names the folder of each; one that is set
 * already is used): two halves of the suite run at once, on an engine each. Tests run in a random order. The last line
 * is the result of the whole run; `--shuffle=<seed>` repeats its order. Other arguments go to `deno test`; a path among
 * them is all that is run. Types are checked by `deno task ok`.
 */
import { existsSync } from "node:fs";
import { linesOf } from "../../platform/text/text_lines.ts";
import { readResult, type Result, resultLine, sumOf } from "./result.ts";
import { openDatabase } from "./run_database.ts";

/** Faults take minutes: they are run by `deno task test:faults`. */
const faults = "src/**/*_fault_test.ts";
/** Folders that take as long as all others together. */
const secondHalf = "src/cli/,src/client/,src/compose/,src/dev/,src/platform/,src/testing/,src/tokens/";
const interrupted = 130; // a shell's code for an interrupted command
const lineSizeMax = 2 ** 24;

type Run = { code: number; result: Result | undefined };

// A signal to stop ends the tests first, so that everything is cleaned up behind them.
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => stop.abort());
Deno.exit(await run(Deno.args)); // the listeners would keep the process

async function run(given: string[]): Promise<number> {
  const startedMs = performance.now();
  const { seed, args } = shuffled(given);
  const runs = await runAll(args);
  console.log(`${resultLine(sumOf(runs), { ms: performance.now() - startedMs, seed })}`);
  return Math.max(...runs.map(({ code, result }) => result ? code : code || 1));
}

/** The seed that is given, by `--shuffle` or `TEST_SEED`, or a new one, and the arguments with it. */
function shuffled(given: string[]): { seed: number; args: string[] } {
  const isShuffle = (arg: string) => /^--shuffle(?:=|$)/.test(arg);
  const chosen = given.find(isShuffle)?.split("=")[1] || Deno.env.get("TEST_SEED");
  const seed = Number(chosen || crypto.getRandomValues(new Uint32Array(1))[0]);
  return { seed, args: [`--shuffle=${seed}`, ...given.filter((arg) => !isShuffle(arg))] };
}

async function runAll(args: string[]): Promise<Run[]> {
  if (args.some((arg) => existsSync(arg))) return [await runOne(args, print)];
  if (Deno.env.get("TEST_DATABASE_URL")) return [await runOne([...args, `--ignore=${faults}`, "src/"], print)];
  const held: string[] = [];
  const halves = await Promise.allSettled([
    runOne([...args, `--ignore=${faults},${secondHalf}`, "src/"], print),
    runOne([...args, `--ignore=${faults}`, ...secondHalf.split(",")], (line) => held.push(line)),
  ]);
  held.forEach(print);
  for (const half of halves) if (half.status === "rejected") console.error(half.reason);
  return halves.map((half) => half.status === "fulfilled" ? half.value : { code: 1, result: undefined });
}

/** Runs these files on a database of their own and `tell`s each line, but for the result. */
async function runOne(args: string[], tell: (line: string) => void): Promise<Run> {
  await using database = await openDatabase();
  if (stop.signal.aborted) return { code: interrupted, result: undefined };
  tell(`Tests run on ${database.version}`);
  const colours = Deno.stdout.isTerminal() && !Deno.noColor ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
  const tests = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", ...args],
    env: { ...database.env, ...colours },
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
