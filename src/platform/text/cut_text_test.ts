import assert from "node:assert/strict";
import { cutText } from "./cut_text.ts";

Deno.test("X77 text is cut between characters, never inside of one", () => {
  for (
    const [text, lengthMax, cut] of [
      ["abc", 3, "abc"],
      ["abc", 2, "ab"],
      ["abc", 0, ""],
      ["", 5, ""],
      ["a😀", 3, "a😀"],
      ["a😀", 2, "a"],
      ["a😀b", 3, "a😀"],
      ["😀", 1, ""],
      ["\ud83d", 1, "\ud83d"], // what came as half a pair is not longer than allowed
    ] as const
  ) {
    assert.equal(cutText(text, lengthMax), cut);
  }
});

Deno.test("X77 well-formed text stays well-formed wherever it is cut", () => {
  const text = "a😀é\u{10ffff}bc\u0301😀😀";
  for (let lengthMax = 0; lengthMax <= text.length; lengthMax++) {
    const cut = cutText(text, lengthMax);
    assert.ok(cut.isWellFormed() && text.startsWith(cut) && cut.length >= lengthMax - 1, String(lengthMax));
  }
});
