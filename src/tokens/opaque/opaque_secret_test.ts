import assert from "node:assert/strict";
import { v7 as uuidv7 } from "uuid";
import { createOpaqueSecret, hashOf, parseOpaqueSecret } from "./opaque_secret.ts";

const published = /\bsnt_(?:pat|svc|cs)_[0-9A-Za-z]{71}\b/;

Deno.test("a secret has the published form, is read as what it was made of, and is stored as its SHA-256", () => {
  const ids = [uuidv7(), "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"];
  for (const kind of ["pat", "svc"] as const) {
    for (const ownerId of ids) {
      const { text, hash, hint } = createOpaqueSecret(kind, ownerId);
      assert.equal(text.length, 79);
      assert.equal(published.exec(`key=${text};`)?.[0], text);
      assert.deepEqual(parseOpaqueSecret(text), { kind, ownerId });
      assert.deepEqual([hash, hint], [hashOf(text), text.slice(-4)]);
    }
  }
});

Deno.test("secrets of one owner differ in all that is random", () => {
  const ownerId = uuidv7();
  const texts = Array.from({ length: 1_000 }, () => createOpaqueSecret("pat", ownerId).text);
  assert.equal(new Set(texts.map((text) => text.slice(30, 73))).size, texts.length);
});

Deno.test("a text with one character changed, cut off or added is no secret", () => {
  const { text } = createOpaqueSecret("pat", uuidv7());
  const others = [...text].flatMap((own, at) =>
    [..."0Zz_-é"].filter((other) => other !== own).map((other) => text.slice(0, at) + other + text.slice(at + 1))
  );
  const lengths = [text.slice(1), text.slice(0, -1), `${text}0`, ` ${text}`, `${text}\n`, ""];
  for (const each of [...others, ...lengths]) assert.equal(parseOpaqueSecret(each), undefined, each);
});

Deno.test("an id past 128 bits is no secret, whatever its checksum", async () => {
  const { crc32 } = await import("node:zlib");
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const body = `snt_pat_${"z".repeat(22)}${"0".repeat(43)}`;
  let sum = "";
  for (let rest = crc32(body); sum.length < 6; rest = Math.floor(rest / 62)) sum = digits[rest % 62] + sum;
  assert.equal(parseOpaqueSecret(body + sum), undefined);
});
