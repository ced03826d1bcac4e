import assert from "node:assert/strict";
import { TextError } from "../../platform/text/text_lines.ts";
import { jsonItems } from "./json_items.ts";

/** The items at these paths, when the text arrives in pieces of this size. */
async function items(text: string, paths: string[], size: number): Promise<unknown[]> {
  const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));
  async function* each() {
    yield* pieces;
  }
  return (await Array.fromAsync(jsonItems(each(), paths))).map((item) => JSON.parse(item));
}

const tricky = { name: 'a "quoted" {brace} [x], \\', users: [{ deep: [{ n: 1 }] }], "users:": "," };

Deno.test("json items: those at the path are found, wherever the text is cut", async () => {
  const text = JSON.stringify({ before: tricky, users: [tricky, { b: "\\\\" }, {}], after: [tricky] }, null, 1);
  for (let size = 1; size < 60; size++) {
    assert.deepEqual(await items(text, ["users.*"], size), [tricky, { b: "\\\\" }, {}], `pieces of ${size}`);
  }
});

Deno.test("json items: values after each other, items of an array, and nested members", async () => {
  assert.deepEqual(await items('{"a":1}\n{"a":2}{"a":[{}]}', [""], 4), [{ a: 1 }, { a: 2 }, { a: [{}] }]);
  assert.deepEqual(await items('[{"a":1}, 2, [{"b":1}], {"a":3}]', ["", "*"], 4), [{ a: 1 }, { a: 3 }]);
  const orgs = JSON.stringify({ orgs: [{ users: [1] }, { x: { users: [{}] }, users: [{ n: 1 }] }] });
  assert.deepEqual(await items(orgs, ["orgs.*.users.*"], 5), [{ n: 1 }]);
});

Deno.test("json items: a text that ends inside of a value is refused, and so is an item without an end", async () => {
  for (const text of ['{"users":[{"a":1}', '[{"a":"', '{"users":[]']) {
    await assert.rejects(items(text, ["users.*", "*"], 3), TextError, text);
  }
  await assert.rejects(items(`[{"a":"${"x".repeat(1_200_000)}"}]`, ["*"], 65_536), TextError);
});
