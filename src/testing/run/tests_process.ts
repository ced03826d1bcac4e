import { fileURLToPath } from "node:url";
import { linesOf } from "../../platform/text/text_lines.ts";
import { briefEngineEnv } from "../servers/data_folder.ts";
import { readResult, type Result } from "./result.ts";

const interrupted = 130; // a shell's code for an interrupted command
const lineSizeMax = 2 ** 24;
const testMsMax = 10 * 60_000; // several times what the longest test takes on a busy machine
const exitMsMax = 60_000;
const readingMsMax = 10_000;
/** A process that has run this many files has much garbage. */
const filesMax = 60;
const unfinished = "error: the test above did not end";
/** What `deno test` says of a test that takes long. */
const stillRunning = /has been running for over/;

/** How a process of tests ended. Without a result it did not come to its end. */
export type Run = { code: number; result: Result | undefined };

type Options = { env: Record<string, string>; signal: AbortSignal; tell: (line: string) => void };

/**
 * Runs `deno test` with these arguments and `tell`s each line of its output, but for the result. A process in which
 * no test ends for {@link testMsMax}, or does not exit after its result, is killed and the reason told.
 */
export async function runTests(args: string[], { env, signal, tell }: Options): Promise<Run> {
  if (signal.aborted) return { code: interrupted, result: undefined };
  const colours = Deno.stdout.isTerminal() && !Deno.noColor ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
  const tests = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", ...args],
    env: { ...briefEngineEnv, ...env, ...colours },
    signal,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let result: Result | undefined;
  const silence = watchSilence(() => tests.kill("SIGKILL"));
  const reading = readLines([tests.stdout, tests.stderr], (line) => {
    const read = readResult(line);
    result = read ?? result;
    if (!stillRunning.test(line)) silence.brokenUntil(result ? exitMsMax : testMsMax);
    if (!read) tell(line);
  });
  const { code } = await tests.status;
  await atMost(readingMsMax, reading); // a process that a test has left behind would keep the output open
  if (!silence.end()) return { code, result };
  tell(result ? "warning: the tests above have all ended, but not their process" : unfinished);
  return { code: result?.failed === 0 ? 0 : code, result };
}

/**
 * A process that runs one test file after another; `shared_process.ts` says why. One that a file ends, or in which no
 * test ends for {@link testMsMax}, is replaced for the next file. Disposal ends it.
 */
export function sharedProcess({ env, seed, signal }: Omit<Options, "tell"> & { seed: number }) {
  let files = 0;
  let process: ReturnType<typeof startShared> | undefined;
  return { run, [Symbol.asyncDispose]: stop };

  async function run(path: string, tell: Options["tell"]): Promise<Run> {
    if (signal.aborted) return { code: interrupted, result: undefined };
    if (++files % filesMax === 0) await stop();
    process ??= startShared({ env, seed, signal });
    const result = await process.run(path, tell);
    if (!result) await stop();
    return { code: result?.failed === 0 ? 0 : 1, result };
  }

  async function stop(): Promise<void> {
    await process?.stop();
    process = undefined;
  }
}

function startShared({ env, seed, signal }: Omit<Options, "tell"> & { seed: number }) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", fileURLToPath(new URL("shared_process.ts", import.meta.url)), String(seed)],
    env: { ...env, NO_COLOR: "1" },
    signal,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const paths = child.stdin.getWriter();
  let onLine: Options["tell"] = () => {};
  const reading = readLines([child.stdout, child.stderr], (line) => onLine(line));
  const ended = child.status.then(() => atMost(readingMsMax, reading));
  return { run, stop };

  async function run(path: string, tell: Options["tell"]): Promise<Result | undefined> {
    const { promise: answered, resolve } = Promise.withResolvers<Result | undefined>();
    const silence = watchSilence(() => child.kill("SIGKILL"));
    onLine = (line) => {
      const result = readResult(line);
      silence.brokenUntil(testMsMax);
      if (result) resolve(result);
      else tell(line);
    };
    void ended.then(() => resolve(undefined));
    await paths.write(new TextEncoder().encode(`${path}\n`)).catch(() => {}); // it has ended, and is not answering
    const result = await answered;
    if (silence.end()) tell(unfinished);
    else if (!result) tell(`error: the process ended before the tests of ${path}`);
    return result;
  }

  async function stop(): Promise<void> {
    await paths.close().catch(() => {});
    const timer = setTimeout(() => child.kill("SIGKILL"), exitMsMax);
    await ended;
    clearTimeout(timer);
  }
}

async function readLines(streams: ReadableStream<Uint8Array<ArrayBuffer>>[], tell: Options["tell"]): Promise<void> {
  await Promise.all(streams.map(async (stream) => {
    for await (const line of linesOf(stream.pipeThrough(new TextDecoderStream()), lineSizeMax)) tell(line);
  }));
}

/** Calls `stop` when nothing has been said for too long; `end` says whether it has. */
function watchSilence(stop: () => void) {
  let stopped = false;
  const wait = (ms: number) =>
    setTimeout(() => {
      stopped = true;
      stop();
    }, ms);
  let timer = wait(testMsMax);
  return {
    brokenUntil(ms: number) {
      clearTimeout(timer);
      if (!stopped) timer = wait(ms);
    },
    end() {
      clearTimeout(timer);
      return stopped;
    },
  };
}

/** Resolves with the promise, or after `ms`. */
async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
