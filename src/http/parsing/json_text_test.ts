import assert from "node:assert/strict";
import { nestingMax, parseJson } from "./json_text.ts";

Deno.test("X29 parseJson reads what JSON.parse reads", () => {
  for (
    const text of [
      "null",
      "1",
      '"a:b"',
      "[]",
      "{}",
      '{"a":1}',
      ' { "a" : { "a" : [ { "a" : 1 } , { "a" : 2 } ] } , "b" : ":{\\"a\\":1,\\"a\\":2}" } ',
      '{"a\\\\":1,"a\\\\\\"":2,"":3,"\\u0061":4}',
      '{"2":1,"1":2,"-1":3}',
      '{"__proto__":{"a":1},"constructor":1,"toString":2}',
      "[".repeat(nestingMax) + "]".repeat(nestingMax),
    ]
  ) {
    assert.deepEqual(parseJson(text), JSON.parse(text), text);
  }
});

Deno.test("X29 parseJson refuses a repeated member, wherever it is and however it is written", () => {
  for (
    const text of [
      '{"username":"a","username":"b"}',
      '{"a":1,"a":1}',
      '{"a":1,"\\u0061":1}',
      '{"":1,"":2}',
      '{"a":{"b":1,"b":2}}',
      '[[{"a":1},{"b":1,"c":2,"b":3}]]',
      '{"__proto__":1,"__proto__":2}',
      '{"constructor":1,"constructor":2}',
      '{"toString":1,"b":2,"toString":3}',
      '{"1":1,"1":2}',
      '{"a\\"":1,"a\\"":2}',
      '{"a\\\\":1,"a\\\\":2}',
      '{"😀":1,"\\ud83d\\ude00":2}',
      '{"a":{"a":1},"b":[],"a":":"}',
    ]
  ) {
    assert.throws(() => parseJson(text), { code: "repeated_parameter" }, text);
  }
});

Deno.test(
  "X73 parseJson refuses text that is nested too deeply, and text that is not JSON, however deep it is",
  () => {
    const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
    const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
    for (const text of [deep(nestingMax + 1), objects(nestingMax + 1), deep(30_000), objects(10_000)]) {
      assert.throws(() => parseJson(text), { code: "malformed_request", message: /nested deeper than 64 levels/ });
    }
    for (
      const text of [
        "",
        "{",
        '{"a":1,}',
        '{"a":1:2}',
        '{"a"',
        '"',
        '"\\',
        '{"a":1}}',
        "]",
        "NaN",
        '{"a":1,"a"}',
        "[{".repeat(10_000),
        "[".repeat(60_000),
      ]
    ) {
      assert.throws(() => parseJson(text), { code: "malformed_request", message: /not valid JSON/ }, text);
    }
    assert.deepEqual(parseJson(JSON.stringify("[{".repeat(1_000))), "[{".repeat(1_000));
  },
);
