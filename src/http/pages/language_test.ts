import assert from "node:assert/strict";
import { languageOf } from "./language.ts";

Deno.test("the language of a page is the one that the browser prefers, else that of the setting", () => {
  const rows = [
    ["de", "de"],
    ["de-AT,de;q=0.9,en;q=0.8", "de"],
    ["en-GB, de;q=0.9", "en"],
    ["en;q=0.2, DE;q=0.3", "de"],
    ["fr, de;q=0.5, en;q=0.4", "de"],
    ["de;q=0, en", "en"],
    ["fr", "en"],
    ["", "en"],
    ["*", "en"],
    ["deutsch", "en"],
    ["de;q=2", "en"],
    ["fr,".repeat(1_000) + "de", "en"],
    [null, "en"],
  ] as const;
  for (const [header, expected] of rows) assert.equal(languageOf(header, "en"), expected, String(header).slice(0, 30));
  assert.equal(languageOf("fr", "de"), "de");
  assert.equal(languageOf("en", "de"), "en");
});
