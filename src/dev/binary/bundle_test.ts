import assert from "node:assert/strict";
import { ascii } from "./bundle.ts";

Deno.test("F46 a bundle is ASCII, and means the same: texts, templates, regular expressions and names", () => {
  const code = 'const größe = "ä€🙂"; [größe, `–${größe}…`, /[ä-ü🙂]+/u.exec("x🙂ö")[0], { ö: "é" }.ö] // ¿';
  const escaped = ascii(code);
  assert.match(escaped, /^[\x20-\x7e]+$/);
  assert.deepEqual((0, eval)(escaped), ["ä€🙂", "–ä€🙂…", "🙂ö", "é"]);
});
