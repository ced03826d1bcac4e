import assert from "node:assert/strict";
import { normalForm, normalizedLengthMax } from "./normal_form.ts";

Deno.test("X71 text up to the maximum length is normalised, and longer text is returned unchanged", () => {
  assert.equal(normalForm("e\u0301ﬁ", "NFC"), "éﬁ");
  assert.equal(normalForm("e\u0301ﬁ", "NFKC"), "éfi");
  const longest = "e\u0301".repeat(normalizedLengthMax / 2);
  assert.equal(normalForm(longest, "NFC"), "é".repeat(normalizedLengthMax / 2));
  assert.equal(normalForm(`${longest}e`, "NFC"), `${longest}e`);
});
