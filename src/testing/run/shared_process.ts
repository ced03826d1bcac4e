/**
 * `deno run -A shared_process.ts <seed>`: runs the test files that its standard input names, a path a line, and prints
 * each of them as `deno test` does. Their modules are loaded once and stay compiled, which a process for each file
 * would pay for again. Deno's sanitizers are not at work here: `sharesProcess` says which files do without.
 */
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { linesOf } from "../../platform/text/text_lines.ts";
import { resultLine } from "./result.ts";
import { shuffledBy } from "./order.ts";

type Hook = () => void | Promise<void>;
type Test = { name: string; fn: Hook; ignore?: boolean };
type Failure = { name: string; error: unknown };

const lineSizeMax = 2 ** 16;
const hooks = { beforeAll: [] as Hook[], beforeEach: [] as Hook[], afterEach: [] as Hook[], afterAll: [] as Hook[] };
const tests: Test[] = [];
const uncaught: unknown[] = [];

globalThis.addEventListener("error", (event) => {
  event.preventDefault();
  uncaught.push(event.error);
});
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  uncaught.push(event.reason);
});
collectTests();
const seed = Number(Deno.args[0]);
for await (const path of linesOf(Deno.stdin.readable.pipeThrough(new TextDecoderStream()), lineSizeMax)) {
  await runFile(path);
}
Deno.exit(0); // what a test has left behind would keep the process alive

/** `Deno.test` does nothing outside of `deno test`; from now on it adds to {@link tests}, and its hooks to theirs. */
function collectTests(): void {
  const add = (test: Test) => void tests.push(test);
  const adders = Object.entries(hooks).map(([name, list]) => [name, (hook: Hook) => void list.push(hook)]);
  Object.assign(Deno, { test: Object.assign(add, Object.fromEntries(adders)) });
}

async function runFile(path: string): Promise<void> {
  const startedMs = performance.now();
  for (const list of [tests, ...Object.values(hooks)]) list.length = 0;
  const failures: Failure[] = [];
  const counts = { passed: 0, failed: 0, ignored: 0, "filtered out": 0 };
  await attempt(failures, path, () => import(pathToFileURL(resolve(path)).href));
  console.log(`running ${tests.length} tests from ./${path}`);
  await attempt(failures, `${path} (beforeAll)`, () => runInTurn(hooks.beforeAll));
  for (const test of shuffledBy(seed, tests)) counts[await runTest(test, failures)]++;
  await attempt(failures, `${path} (afterAll)`, () => runInTurn(hooks.afterAll.toReversed()));
  for (const { name, error } of failures) console.log(`\n${name} => ./${path}\nerror: ${Deno.inspect(error)}`);
  counts.failed = failures.length;
  console.log(resultLine(counts, { ms: performance.now() - startedMs }));
}

async function runTest({ name, fn, ignore }: Test, failures: Failure[]): Promise<"passed" | "failed" | "ignored"> {
  if (ignore) {
    console.log(`${name} ... ignored (0ms)`);
    return "ignored";
  }
  const startedMs = performance.now();
  const passed = await attempt(failures, name, async () => {
    await runInTurn(hooks.beforeEach);
    try {
      await fn();
    } finally {
      await runInTurn(hooks.afterEach.toReversed());
    }
  });
  const ms = Math.round(performance.now() - startedMs);
  console.log(`${name} ... ${passed ? "ok" : "FAILED"} (${ms < 1_000 ? `${ms}ms` : `${Math.round(ms / 1_000)}s`})`);
  return passed ? "passed" : "failed";
}

/** Whether the work ends without an error, and none is thrown meanwhile that nothing catches. */
async function attempt(failures: Failure[], name: string, work: () => unknown): Promise<boolean> {
  try {
    await work();
  } catch (error) {
    uncaught.unshift(error);
  }
  const [error] = uncaught;
  if (uncaught.length === 0) return true;
  failures.push({ name, error });
  uncaught.length = 0;
  return false;
}

async function runInTurn(list: readonly Hook[]): Promise<void> {
  for (const hook of list) await hook();
}
