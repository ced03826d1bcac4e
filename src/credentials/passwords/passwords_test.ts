import assert from "node:assert/strict";
import { createHashing, dummyHash, type Hashing, type HashObserver, schemeOf } from "../../platform/hashing/hashing.ts";
import { createPasswords, passwordSizeBytesMax, type PasswordsOptions } from "./passwords.ts";

const monotonic = () => performance.now();
const argon2id = { kind: "argon2id" } as const;
const bcrypt4 = { kind: "bcrypt", cost: 4 } as const;
const argon2idScheme = "$argon2id$v=19$m=19456,t=2,p=1";
const phrase = "correct horse";
const stored4 = "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"; // of phrase, by pyca/bcrypt 4.0.1

/** Real hashing under a policy, and the schemes it has computed. */
function realPasswords(policy: PasswordsOptions["policy"]) {
  const computed: string[] = [];
  const metrics = { computed: (scheme: string) => void computed.push(scheme) };
  const hashing = createHashing({ concurrency: 1, queueMax: 0, metrics });
  return {
    passwords: createPasswords({ hashing, policy, monotonic }),
    computed,
    [Symbol.asyncDispose]: hashing[Symbol.asyncDispose],
  };
}

/** Hashing whose duration is given by `takes` for each scheme. */
function timedHashing(takes: (scheme: string) => number) {
  let observer: Partial<HashObserver> = {};
  const computed: string[] = [];
  const depth = { running: 0, waiting: 0 };
  const hashing: Hashing = {
    hash: () => assert.fail("not asked for"),
    verify: (stored) => {
      const scheme = schemeOf(stored)!;
      computed.push(scheme);
      observer.computed?.(scheme, takes(scheme) / 1000);
      return Promise.resolve(false);
    },
    admit: () => {},
    depth: () => depth,
    observe: (one) => void (observer = one),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { hashing, computed, depth };
}

/** Passwords on a stopped clock, and how long a failed login would wait now, in milliseconds. */
function watchedPasswords(hashing: Hashing, policy: PasswordsOptions["policy"]) {
  let waitedMs = 0;
  const wait = (ms: number) => Promise.resolve(void (waitedMs = Math.round(ms)));
  const passwords = createPasswords({ hashing, policy, monotonic: () => 0, wait });
  const minimumFailureMs = async () => {
    waitedMs = 0;
    await passwords.waitOutMinimumFailure(0, phrase);
    return waitedMs;
  };
  return { passwords, minimumFailureMs };
}

Deno.test("a password matches its own hash under either policy, and no other", async () => {
  for (const policy of [argon2id, bcrypt4]) {
    await using real = realPasswords(policy);
    const stored = await real.passwords.hash(phrase);
    assert.equal(await real.passwords.verify(phrase, stored), true);
    assert.equal(await real.passwords.verify("wrong", stored), false);
    assert.equal(real.passwords.needsRehash(stored, phrase), false);
  }
});

Deno.test("T063 a password is not trimmed, and case matters", async () => {
  await using real = realPasswords(bcrypt4);
  const stored = await real.passwords.hash(" Ada 🐎 ");
  assert.equal(await real.passwords.verify(" Ada 🐎 ", stored), true);
  for (const other of ["Ada 🐎", " Ada 🐎", " ada 🐎 "]) {
    assert.equal(await real.passwords.verify(other, stored), false);
  }
});

Deno.test("T064 é is the same password in NFC and NFD", async () => {
  await using real = realPasswords(bcrypt4);
  const [composed, decomposed] = ["caf\u00e9", "cafe\u0301"];
  const ofComposed = "$2b$04$abcdefghijklmnopqrstuuusvfeYzFuQdqd.KjimlRKkZ2QcoHWhO"; // by pyca/bcrypt 4.0.1
  assert.equal(await real.passwords.verify(composed, ofComposed), true);
  assert.equal(await real.passwords.verify(decomposed, ofComposed), true);
  assert.equal(await real.passwords.verify(composed, await real.passwords.hash(decomposed)), true);
  assert.equal(await real.passwords.verify("cafe", ofComposed), false);
});

/** An é that NFC composes, and a ligature that only NFKC takes apart: three forms. */
const threeForms = "cafe\u0301 \ufb01ve";

/** By pyca/bcrypt 4.0.1. */
const ofThreeForms = {
  typed: "$2b$04$abcdefghijklmnopqrstuu1Lsg.zRfmjODup11NTBCHIZQ7iSjGxu",
  NFC: "$2b$04$abcdefghijklmnopqrstuuNHiLcCdJF8tHe9nXFIhpQwbQ2DgGApi",
  NFKC: "$2b$04$abcdefghijklmnopqrstuuv5HPmBJYqz4O929uBw7Bjrdo.BVnoV2",
};

Deno.test("X14 a password is tried as typed, in NFC and in NFKC, each form once, and a foreign hash of each matches", async () => {
  await using real = realPasswords(bcrypt4);
  for (const [form, stored] of Object.entries(ofThreeForms)) {
    assert.equal(await real.passwords.verify(threeForms, stored), true, form);
  }
  const forms: [password: string, hashes: number][] = [[phrase, 1], ["caf\u00e9", 1], ["cafe\u0301", 2], [
    threeForms,
    3,
  ]];
  for (const [password, hashes] of forms) {
    for (const stored of [stored4, undefined]) {
      real.computed.length = 0;
      assert.equal(await real.passwords.verify(password + "?", stored), false);
      assert.equal(real.computed.length, hashes, "the number of hashes tells nothing of the user");
    }
  }
});

Deno.test("T062 T089 an unknown user and an impossible password cost one hash of the policy and never match", async () => {
  await using real = realPasswords(bcrypt4);
  const tooLong = "x".repeat(passwordSizeBytesMax + 1);
  const asked: [password: string, stored: string | undefined][] = [
    [phrase, undefined],
    ["nobody has this password", undefined],
    [tooLong, undefined],
    ["", undefined],
    [tooLong, stored4],
    ["€".repeat(342), stored4], // 1026 bytes in 342 characters
    ["", stored4],
    [phrase, "!"],
  ];
  for (const [password, stored] of asked) {
    real.computed.length = 0;
    assert.equal(await real.passwords.verify(password, stored), false);
    assert.deepEqual(real.computed, ["$2$04"]);
  }
});

Deno.test("T088 a hash, even a dummy, starts when it gets its slot, not when it was requested", async () => {
  const told: string[] = [];
  const metrics = { computed: () => void told.push("computed") };
  await using hashing = createHashing({ concurrency: 1, queueMax: 3, metrics });
  const passwords = createPasswords({ hashing, policy: bcrypt4, monotonic });
  const asked = [stored4, undefined, "!", stored4];
  await Promise.all(
    asked.map((stored, i) => passwords.verify("wrong", stored, { onStart: () => told.push(`started ${i}`) })),
  );
  assert.deepEqual(told, asked.flatMap((_, i) => [`started ${i}`, "computed"]));
});

Deno.test("T062 the longest password is hashed completely; one byte more, or an empty one, is refused", async () => {
  await using real = realPasswords(bcrypt4);
  const longest = "x".repeat(passwordSizeBytesMax);
  const stored = await real.passwords.hash(longest);
  assert.equal(await real.passwords.verify(longest, stored), true);
  assert.equal(await real.passwords.verify(longest.slice(1), stored), false);
  await assert.rejects(real.passwords.hash(longest + "x"), RangeError);
  await assert.rejects(real.passwords.hash(""), RangeError);
});

Deno.test("T103 a hash of another policy, or of a password that bcrypt cuts, needs a rehash", async () => {
  await using real = realPasswords(bcrypt4);
  assert.equal(real.passwords.needsRehash(stored4, phrase), false);
  assert.equal(real.passwords.needsRehash(stored4, "x".repeat(73)), true);
  assert.equal(real.passwords.needsRehash(dummyHash("$2$10"), phrase), true);
  assert.equal(real.passwords.needsRehash(dummyHash(argon2idScheme), phrase), true);
});

Deno.test("T088 the minimum time of a failure is 1.2 times the slowest kind of stored hash", async () => {
  const costs: Record<string, number> = { [argon2idScheme]: 40, "$2$10": 75, "$2$12": 300 };
  const { hashing } = timedHashing((scheme) => costs[scheme]!);
  const { passwords, minimumFailureMs } = watchedPasswords(hashing, argon2id);
  assert.equal(await minimumFailureMs(), 0);
  await passwords.trackSchemes([]);
  assert.equal(await minimumFailureMs(), 48);
  await passwords.trackSchemes(["$2$10", "$2$12"]);
  assert.equal(await minimumFailureMs(), 360);
  await passwords.trackSchemes(["$2$10"]);
  assert.equal(await minimumFailureMs(), 90);
});

Deno.test("X14 the minimum time of a failure grows with the forms in which the password is tried", async () => {
  const { hashing } = timedHashing(() => 40);
  const waits: number[] = [];
  const wait = (ms: number) => Promise.resolve(void waits.push(Math.round(ms)));
  const passwords = createPasswords({ hashing, policy: argon2id, monotonic: () => 0, wait });
  await passwords.trackSchemes([]);
  for (const password of [phrase, threeForms, "x".repeat(2000)]) await passwords.waitOutMinimumFailure(0, password);
  assert.deepEqual(waits, [48, 144, 48]);
});

Deno.test("T088 a scheme that first occurs in a login counts at once", async () => {
  const { hashing } = timedHashing((scheme) => scheme === "$2$12" ? 300 : 40);
  const { passwords, minimumFailureMs } = watchedPasswords(hashing, argon2id);
  await passwords.verify(phrase, undefined);
  assert.equal(await minimumFailureMs(), 48);
  await passwords.verify(phrase, dummyHash("$2$12"));
  assert.equal(await minimumFailureMs(), 360);
});

Deno.test("T088 an unknown name takes a slot for as long as one of the stored kinds, always the same one", async () => {
  const { hashing, computed } = timedHashing(() => 40);
  const passwords = createPasswords({ hashing, policy: argon2id, monotonic });
  await passwords.trackSchemes(["$2$12"]);
  computed.length = 0;
  for (const dummySeed of [0, 1, 0, 1]) await passwords.verify(phrase, undefined, { dummySeed });
  assert.deepEqual(computed, ["$2$12", argon2idScheme, "$2$12", argon2idScheme]);
});

Deno.test("the minimum time of a failure follows the median of the last 31 hashes, whatever single ones take", async () => {
  let ms = 40;
  const { hashing } = timedHashing(() => ms);
  const { passwords, minimumFailureMs } = watchedPasswords(hashing, argon2id);
  const verifyTimes = async (times: number) => {
    for (let i = 0; i < times; i++) await passwords.verify(phrase, undefined);
  };
  await verifyTimes(31);
  ms = 5000;
  await verifyTimes(15);
  assert.equal(await minimumFailureMs(), 48);
  ms = 80;
  await verifyTimes(31);
  assert.equal(await minimumFailureMs(), 96);
});

Deno.test("a scheme is measured once: the first ones at once, and later ones when no other hash runs", async () => {
  const { hashing, computed, depth } = timedHashing(() => 40);
  const passwords = createPasswords({ hashing, policy: argon2id, monotonic });
  depth.running = 1;
  await passwords.trackSchemes([]);
  assert.deepEqual(computed, Array(3).fill(argon2idScheme));
  await passwords.trackSchemes(["$2$12"]);
  assert.equal(computed.length, 3);
  depth.running = 0;
  await passwords.trackSchemes(["$2$12"]);
  await passwords.trackSchemes(["$2$12"]);
  assert.deepEqual(computed.slice(3), Array(3).fill("$2$12"));
});

Deno.test("measuring never rejects, neither for an unknown scheme nor after hashing has stopped", async () => {
  const hashing = createHashing({ concurrency: 1, queueMax: 0 });
  const { passwords, minimumFailureMs } = watchedPasswords(hashing, bcrypt4);
  await passwords.trackSchemes(["$2$99", "$md5$", "$2$05"]);
  assert.ok(await minimumFailureMs() > 0);
  await hashing[Symbol.asyncDispose]();
  await passwords.trackSchemes(["$2$06"]);
});

Deno.test("T086 a failure waits for the rest of the minimum time since the start of its hash, once, and no longer", async () => {
  const waits: number[] = [];
  let nowMs = 1000;
  const { hashing } = timedHashing(() => 100);
  const wait = (ms: number) => Promise.resolve(void waits.push(Math.round(ms)));
  const passwords = createPasswords({ hashing, policy: argon2id, monotonic: () => nowMs, wait });
  await passwords.trackSchemes([]);
  for (nowMs of [1000, 1040, 1119, 1120, 1500]) await passwords.waitOutMinimumFailure(1000, phrase);
  assert.deepEqual(waits, [120, 80, 1]);
});
