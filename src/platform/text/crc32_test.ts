import assert from "node:assert/strict";
import { crc32 as crc32OfZlib } from "node:zlib";
import { crc32 } from "./crc32.ts";

Deno.test("the CRC-32 of ASCII text is that of zlib", () => {
  for (const text of ["", "a", "123456789", "snt_pat_0123456789abcdefABCDEF~ \x7f", "-".repeat(1_000)]) {
    assert.equal(crc32(text), crc32OfZlib(text), text);
  }
});
