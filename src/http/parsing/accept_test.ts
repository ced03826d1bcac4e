import assert from "node:assert/strict";
import { prefersHtml } from "./accept.ts";

const cases: [accept: string | null, html: boolean][] = [
  ["text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", true],
  ["text/html", true],
  ["TEXT/HTML, */*;q=0.1", true],
  ["application/json;q=0.5, text/html;q=0.6", true],
  [null, false],
  ["", false],
  ["*/*", false],
  ["application/json", false],
  ["application/json, text/html;q=0.9", false],
  ["text/html, application/json", false],
  ["text/html;q=0", false],
  ["text/*, */*;q=0.5", false],
  ["html", false],
  ["text/html;q=x", true],
];

for (const [accept, html] of cases) {
  Deno.test(`X22 a client with the header Accept: ${accept} gets ${html ? "a page" : "JSON"}`, () => {
    assert.equal(prefersHtml(accept), html);
  });
}
