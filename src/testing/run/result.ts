/** What became of a run of tests. */
export type Result = { passed: number; failed: number; ignored: number; "filtered out": number };

const none: Result = { passed: 0, failed: 0, ignored: 0, "filtered out": 0 };
const counts = Object.keys(none) as (keyof Result)[];

/** Reads the line that `deno test` ends with, such as `ok | 12 passed | 0 failed | 2 ignored (3s)`; undefined for others. */
export function readResult(line: string): Result | undefined {
  // deno-lint-ignore no-control-regex
  const text = line.replaceAll(/\x1b\[[\d;]*m/g, "").trimEnd();
  if (!/^(?:ok|FAILED) \| \d+ passed(?: \([^)]*\))? \| \d+ failed.* \([\dhms]+\)$/.test(text)) return undefined;
  return { ...none, ...Object.fromEntries(counts.map((count) => [count, countIn(text, count)])) };
}

/** The sums. A process that failed without a failed test, or ended without a result, counts as one failure. */
export function sumOf(runs: { code: number; result: Result | undefined }[]): Result {
  const sum = { ...none };
  for (const { code, result } of runs) {
    for (const count of counts) sum[count] += result?.[count] ?? 0;
    if (!result || (code !== 0 && result.failed === 0)) sum.failed++;
  }
  return sum;
}

/** One line, as `deno test` writes it, with the seed that puts the tests in the same order again. */
export function resultLine(result: Result, { ms, seed }: { ms: number; seed: number }): string {
  const told = counts.filter((count) => count === "passed" || count === "failed" || result[count] > 0);
  const seconds = Math.round(ms / 1_000);
  const time = seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
  const verdict = result.failed > 0 ? "FAILED" : "ok";
  return [verdict, ...told.map((count) => `${result[count]} ${count}`)].join(" | ") + ` (${time}, seed ${seed})`;
}

function countIn(text: string, count: string): number {
  return Number(new RegExp(String.raw`\| (\d+) ${count}`).exec(text)?.[1] ?? 0);
}
