import assert from "node:assert/strict";
import { totpCode } from "../../testing/factors/factors.ts";
import { newTotpSecret, stepOfCode, totpSetup } from "./totp_code.ts";

/** The SHA-1 vectors of RFC 6238, appendix B, cut to six digits. */
const vectors: [seconds: number, code: string][] = [
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
];
const rfcSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

Deno.test("codes are those of RFC 6238, appendix B", () => {
  for (const [seconds, code] of vectors) {
    assert.equal(totpCode(rfcSecret, Math.floor(seconds / 30)), code);
    assert.equal(stepOfCode(rfcSecret, code, seconds * 1000), Math.floor(seconds / 30));
  }
});

Deno.test("T264 a code of now, the step before or the step after counts; one of two steps or five minutes away does not", () => {
  const now = 1_900_000_000_000;
  const step = Math.floor(now / 30_000);
  const judged = [-10, -2, -1, 0, 1, 2, 10].map((steps) =>
    stepOfCode(rfcSecret, totpCode(rfcSecret, step + steps), now)
  );
  assert.deepEqual(judged, [undefined, undefined, step - 1, step, step + 1, undefined, undefined]);
});

Deno.test("T264 spaces and full-width digits are read as what they look like; other texts are no code", () => {
  const now = 59_000;
  for (const text of ["287 082", " 287082\n", "287\u00a0082", "２８７０８２"]) {
    assert.equal(stepOfCode(rfcSecret, text, now), 1);
  }
  const wrong = [
    "",
    "28708",
    "2870820",
    "287-082",
    "0x28708",
    "+287082",
    "287082.0",
    "٢٨٧٠٨٢",
    "a".repeat(5_000),
    "\0",
  ];
  for (const text of wrong) assert.equal(stepOfCode(rfcSecret, text, now), undefined, text);
});

Deno.test("a new secret has 160 bits and is never the same; the setup names service and user, in any characters", () => {
  const secrets = new Set(Array.from({ length: 100 }, newTotpSecret));
  assert.equal(secrets.size, 100);
  for (const secret of secrets) assert.match(secret, /^[A-Z2-7]{32}$/);
  const { uri, qr } = totpSetup(rfcSecret, "Müller & Söhne", "ada?secret=X:<b>");
  const { searchParams } = new URL(uri);
  const [issuer, label] = ["Müller & Söhne", "ada?secret=X:<b>"].map(encodeURIComponent);
  assert.ok(uri.startsWith(`otpauth://totp/${issuer}:${label}?`), uri);
  assert.deepEqual(Object.fromEntries(searchParams), {
    issuer: "Müller & Söhne",
    secret: rfcSecret,
    algorithm: "SHA1",
    digits: "6",
    period: "30",
  });
  assert.match(qr, /^<svg [^>]*viewBox="[^"]+"[^>]*>.*<\/svg>$/s);
  assert.doesNotMatch(qr, /<script|<b>|href/);
});
