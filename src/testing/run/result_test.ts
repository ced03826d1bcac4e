import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readResult, resultLine, sumOf } from "./result.ts";

const counts = (passed: number, failed = 0, ignored = 0, filtered = 0) => ({
  passed,
  failed,
  ignored,
  "filtered out": filtered,
});

Deno.test("the result of a run is read from its last line, and from no other", () => {
  const lines: [string, ReturnType<typeof counts> | undefined][] = [
    ["ok | 12 passed | 0 failed (3s)", counts(12)],
    ["FAILED | 12 passed (4 steps) | 1 failed | 2 ignored | 7 filtered out (2m48s)", counts(12, 1, 2, 7)],
    ["\x1b[32mok\x1b[0m | 1 passed | 0 failed \x1b[90m(26ms)\x1b[0m", counts(1)],
    ["deploy: the unit ... ok", undefined],
    ["ok | 12 passed", undefined],
    ["a log line: ok | 12 passed | 0 failed (3s)", undefined],
  ];
  for (const [line, wanted] of lines) assert.deepEqual(readResult(line), wanted, line);
});

Deno.test("the result of several runs is their sum, and a run without a result counts as a failure", () => {
  const half = { code: 0, result: counts(3, 0, 1) };
  assert.deepEqual(sumOf([half, half]), counts(6, 0, 2));
  assert.deepEqual(sumOf([half, { code: 1, result: counts(2, 1) }]), counts(5, 1, 1));
  assert.deepEqual(sumOf([half, { code: 1, result: undefined }]), counts(3, 1, 1));
  assert.deepEqual(sumOf([half, { code: 0, result: undefined }]), counts(3, 1, 1));
  assert.deepEqual(sumOf([half, { code: 1, result: counts(2) }]), counts(5, 1, 1));
});

Deno.test("the result is one line with the time and the seed", () => {
  assert.equal(
    resultLine(counts(1124, 0, 2), { ms: 167_600, seed: 12345 }),
    "ok | 1124 passed | 0 failed | 2 ignored (2m48s, seed 12345)",
  );
  assert.equal(resultLine(counts(1, 1), { ms: 59_600, seed: 0 }), "FAILED | 1 passed | 1 failed (1m0s, seed 0)");
});

Deno.test("a run prints one result, has the same order for the same seed, and fails if a test does", async () => {
  await using folder = await programs();
  const failing = await run({ args: [`${folder.path}/failing_test.ts`, "--shuffle=7"] });
  assert.equal(failing.code, 1);
  assert.deepEqual(failing.results, ["FAILED | 1 passed | 1 failed"]);
  const passing = `${folder.path}/passing_test.ts`;
  const [first, again] = [await run({ args: [passing, "--shuffle=7"] }), await run({ args: [passing, "--shuffle=7"] })];
  assert.deepEqual([first.code, first.results], [0, ["ok | 20 passed | 0 failed"]]);
  assert.deepEqual(again.order, first.order);
  assert.match(first.lastLine, /^ok \| 20 passed \| 0 failed \(\d+s, seed 7\)$/);
  const other = await run({ args: [passing] });
  assert.deepEqual(other.order.toSorted(), first.order.toSorted());
  assert.match(other.lastLine, /, seed \d+\)$/);
});

Deno.test("a run of everything takes each file once, and shows those with failures last", async () => {
  await using folder = await everything({
    a: `Deno.test("n1", () => {}); Deno.test("n2", () => {});`,
    b: `test("n3", () => {}); test("n4", () => {}); test("n5", () => {}, { ignore: true });`,
    c: `let went; Deno.test.beforeEach(() => { went = true; }); test("n6", () => { if (!went) throw 1; });`,
    d: `Deno.test("n7", () => { throw 1; });`,
    e: `test("n8", () => { throw 1; });`,
    f: `test("n9", () => {}); Deno.test.afterAll(() => { throw 1; });`,
    g: `test("n10", () => { setTimeout(() => { throw 1; }); return new Promise((done) => setTimeout(done, 50)); });`,
    h: `Deno.exit(0);`,
    i: `test("n11", () => {});`,
  });
  const { code, results, order } = await run({ args: ["--shuffle=7"], cwd: folder.path });
  assert.deepEqual([code, results], [1, ["FAILED | 7 passed | 5 failed | 1 ignored"]]);
  const names = (count: number, first = 1) => Array.from({ length: count }, (_, n) => `n${first + n}`);
  const told = order.filter((name) => /^n\d+$/.test(name));
  assert.deepEqual([...new Set(told)].toSorted(), names(11).toSorted());
  const late = told.slice(told.length - 8);
  assert.deepEqual([...new Set(late)].toSorted(), names(4, 7).toSorted());
});

/** A project with these test files. */
async function everything(files: Record<string, string>) {
  const path = await Deno.makeTempDir({ prefix: "sentinel-run-" });
  await Deno.mkdir(`${path}/docs/examples`, { recursive: true });
  await Deno.mkdir(`${path}/src/testing`, { recursive: true });
  const harness = `export const test = (name: string, fn: () => void, more = {}) => Deno.test({ name, fn, ...more });`;
  await Deno.writeTextFile(`${path}/src/testing/harness.ts`, harness);
  for (const [name, source] of Object.entries(files)) {
    await Deno.writeTextFile(`${path}/src/${name}_test.ts`, `import { test } from "./testing/harness.ts"; ${source}`);
  }
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function programs() {
  const path = await Deno.makeTempDir({ prefix: "sentinel-run-" });
  const twenty = `for (let n = 0; n < 20; n++) Deno.test("n" + n, () => {});`;
  await Deno.writeTextFile(`${path}/passing_test.ts`, twenty);
  await Deno.writeTextFile(`${path}/failing_test.ts`, `Deno.test("a", () => {}); Deno.test("b", () => { throw 1; });`);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Runs `deno task test` with these arguments, without a database, which these tests do not need. */
async function run({ args, cwd = "." }: { args: string[]; cwd?: string }) {
  const program = fileURLToPath(new URL("run.ts", import.meta.url));
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", program, ...args],
    cwd,
    env: {
      NO_COLOR: "1",
      SENTINEL_TEST_SOCKET: "/nowhere",
      TEST_CLUSTER: "/nowhere",
      TEST_DATABASE_URL: "",
    },
    stderr: "null",
  }).output();
  const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
  return {
    code,
    results: lines.filter((line) => /^(?:ok|FAILED) \|/.test(line)).map((line) => line.split(" (")[0]),
    order: lines.filter((line) => line.startsWith("n")).map((line) => line.split(" ")[0]!),
    lastLine: lines.at(-1)!,
  };
}
