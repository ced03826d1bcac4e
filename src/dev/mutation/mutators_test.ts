import assert from "node:assert/strict";
import { mutantsOf } from "./mutators.ts";

/** All mutants of one kind. */
const sourcesOf = (source: string, what: string) =>
  mutantsOf(source).filter((mutant) => mutant.what === what).map((mutant) => mutant.source);

const rows: [what: string, source: string, mutants: string[]][] = [
  ["never enter the branch of a condition", "if (f(a) && b) return;", ["if (false) return;"]],
  ["negate a condition", "if (f(a)) return;", ["if (!(f(a))) return;"]],
  ["swap and, or", "a && b || c", ["a || b || c", "a && b && c"]],
  ["move a bound", "a < b >= c", ["a <= b >= c", "a < b > c"]],
  ["move a bound", "const f = (a: Map<A, B>) => a;", []],
  ["swap equal, unequal", "a === b", ["a !== b"]],
  ["swap true, false", "f(true, untrue)", ["f(false, untrue)"]],
  ["drop a lock", "`select 1 from a order by id for update of a`", ["`select 1 from a order by id`"]],
  ["drop a lock", "`select 1 from a for no key update skip locked`", ["`select 1 from a`"]],
  ["drop an order", "`select 1 from a order by id, n desc for share`", ["`select 1 from a for share`"]],
  ["drop a limit", "`select 1 limit $1`", ["`select 1`"]],
  ["drop a limit", "z.string().min(1).max(sizeMax)", ["z.string().max(sizeMax)", "z.string().min(1)"]],
  ["drop a call", "  await recordAudit(tx, {\n    a: f(b),\n  });\n  c();", [
    "\n  c();",
    "  await recordAudit(tx, {\n    a: f(b),\n  });\n",
  ]],
  ["drop a call", "  if (a) b();\n  const c = d();\n  return e();", []],
  ["return at once", "async function f(a: A): Promise<B> {\n}", ["async function f(a: A): Promise<B> { return;\n}"]],
  ["return at once", "function f({ a }: {\n  a: A;\n}) {\n}", []],
];

for (const [what, source, mutants] of rows) {
  Deno.test(`mutate: ${what}: ${source}`, () => assert.deepEqual(sourcesOf(source, what), mutants));
}

Deno.test("mutate ignores comments, imports and types, and reports the line", () => {
  const source = `/** a && b */
import { a } from "b"; // if (c) true
type A = { b: true } | ((c: C) => boolean);
export interface D {
  d?: true;
}
const url = "http://a"; f(a && b);
`;
  assert.deepEqual(mutantsOf(source).map(({ line, from, to }) => ({ line, from, to })), [
    { line: 7, from: " && ", to: " || " },
  ]);
});

Deno.test("mutate: every mutant of a real source differs from it at one place", async () => {
  const source = await Deno.readTextFile(new URL("../../platform/db/db.ts", import.meta.url));
  const mutants = mutantsOf(source);
  assert.ok(mutants.length > 30);
  for (const { source: mutant, from, to } of mutants) {
    assert.equal(mutant.length - source.length, to.length - from.length);
  }
  assert.equal(new Set(mutants.map((mutant) => mutant.source)).size, mutants.length);
});
