import { linesOf } from "../../platform/text/text_lines.ts";
import { readResult, type Result } from "./result.ts";

const interrupted = 130; // a shell's code for an interrupted command
const lineSizeMax = 2 ** 24;
const testMsMax = 5 * 60_000; // several times what the longest test takes on a busy machine
const exitMsMax = 60_000;
const readingMsMax = 10_000;
/** What `deno test` says of a test that takes long. */
const stillRunning = /has been running for over/;

/** How a process of tests ended. Without a result it did not come to its end. */
export type Run = { code: number; result: Result | undefined };

/**
 * Runs `deno test` with these arguments and `tell`s each line of its output, but for the result. A process in which
 * no test ends for {@link testMsMax}, or does not exit after its result, is killed and the reason told.
 */
export async function runTests(
  args: string[],
  { env, signal, tell }: { env: Record<string, string>; signal: AbortSignal; tell: (line: string) => void },
): Promise<Run> {
  if (signal.aborted) return { code: interrupted, result: undefined };
  const colours = Deno.stdout.isTerminal() && !Deno.noColor ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
  const tests = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", ...args],
    env: { ...env, ...colours },
    signal,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let result: Result | undefined;
  const silence = watchSilence(() => tests.kill("SIGKILL"));
  const reading = Promise.all([tests.stdout, tests.stderr].map(async (stream) => {
    for await (const line of linesOf(stream.pipeThrough(new TextDecoderStream()), lineSizeMax)) {
      const read = readResult(line);
      result = read ?? result;
      if (!stillRunning.test(line)) silence.brokenUntil(result ? exitMsMax : testMsMax);
      if (!read) tell(line);
    }
  }));
  const { code } = await tests.status;
  await atMost(readingMsMax, reading); // a process that a test has left behind would keep the output open
  if (!silence.end()) return { code, result };
  tell(result ? "warning: the tests above have all ended, but not their process" : "error: the test above did not end");
  return { code: result?.failed === 0 ? 0 : code, result };
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
