/** The result of a test run. */
export type Result = { passed: number; failed: number; ignored: number; "filtered out": number };

const none: Result = { passed: 0, failed: 0, ignored: 0, "filtered out": 0 };
const counts = Object.keys(none) as (keyof Result)[];

/** Parses the last line of `deno test`, such as `ok | 12 passed | 0 failed | 2 ignored (3s)`; undefined for others. */
export function readResult(line: string): Result | undefined {
  // deno-lint-ignore no-control-regex
  const text = line.replaceAll(/\x1b\[[\d;]*m/g, "").trimEnd();
  if (!/^(?:ok|FAILED) \| \d+ passed(?: \([^)]*\))? \| \d+ failed.* \([\dhms]+\)$/.test(text)) return undefined;
  return { ...none, ...Object.fromEntries(counts.map((count) => [count, countIn(text, count)])) };
}

/**
 * The sums of several runs. A process that failed without a failed test, or ended without a result, counts as one
 * failure.
 */
export function sumOf(runs: { code: number; result: Result | undefined }[]): Result {
  const sum = { ...none };
  for (const { code, result } of runs) {
    for (const count of counts) sum[count] += result?.[count] ?? 0;
    if (!result || (code !== 0 && result.failed === 0)) sum.failed++;
  }
  return sum;
}

/** One line in the form of `deno test`, for a whole run with the seed that repeats the order of the tests. */
export function resultLine(result: Result, { ms, seed }: { ms: number; seed?: number }): string {
  const shown = counts.filter((count) => count === "passed" || count === "failed" || result[count] > 0);
  const seconds = Math.round(ms / 1_000);
  const time = seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
  const verdict = result.failed > 0 ? "FAILED" : "ok";
  return [verdict, ...shown.map((count) => `${result[count]} ${count}`)].join(" | ") +
    ` (${time}${seed === undefined ? "" : `, seed ${seed}`})`;
}

function countIn(text: string, count: string): number {
  return Number(new RegExp(String.raw`\| (\d+) ${count}`).exec(text)?.[1] ?? 0);
}
