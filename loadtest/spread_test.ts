import assert from "node:assert/strict";
import { median } from "./rig.ts";
import { judge, ratioOf, ratioText } from "./spread.ts";

const base = [100, 100, 100, 100, 100];

Deno.test("a ratio of rates is that of the medians, with the least and the most of one round", () => {
  assert.equal(ratioText(ratioOf([80, 70, 90, 60, 100], base)), "0.80 (0.60–1.00)");
  assert.equal(median([1, 2]), 1.5);
});

Deno.test("a goal is decided only by five rounds that all agree", () => {
  assert.equal(judge(ratioOf([80, 75, 90, 76, 100], base), 0.75), "met");
  assert.equal(judge(ratioOf([70, 60, 74, 61, 50], base), 0.75), "missed");
  assert.equal(judge(ratioOf([80, 74, 90, 76, 100], base), 0.75), "not decided");
  assert.equal(judge(ratioOf([100, 100], [100, 100]), 0.75), "not decided");
});
