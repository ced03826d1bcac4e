import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../documents/blocks.ts";
import { sharesProcess, slowest } from "./units.ts";

Deno.test("a file shares a process if all its tests come from the harness, and it leaves the process as it was", () => {
  const harness = `import { test } from "../testing/harness.ts";`;
  const sources: [shares: boolean, source: string][] = [
    [true, `${harness} test("a", () => {}); Deno.test.afterAll(() => {});`],
    [true, `import { inChromium } from "../../testing/traffic/chromium.ts"; inChromium("a", () => {});`],
    [false, `import { test } from "./own.ts"; test("a", () => {});`],
    [false, `${harness} test("a", () => {}); Deno.test("b", () => {});`],
    [false, `${harness} test("a", () => Deno.env.set("TZ", "UTC"));`],
    [false, `${harness} test("a", () => Deno.chdir("/"));`],
    [false, `${harness} test("a", () => { globalThis.fetch = () => {}; });`],
    [false, `${harness} test("a", () => process.memoryUsage().rss);`],
  ];
  for (const [shares, source] of sources) assert.equal(sharesProcess(source), shares, source);
});

Deno.test("the files that are begun first exist", () => {
  assert.deepEqual(slowest.filter((path) => !existsSync(join(root, path))), []);
});
