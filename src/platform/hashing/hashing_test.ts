import assert from "node:assert/strict";
import { createHashing, dummyHash, type Hashing, HashQueueFull, meetsPolicy, schemeOf } from "./hashing.ts";
import { createHashThreads } from "./hash_threads.ts";

const argon2id = { kind: "argon2id" } as const;
const bcrypt4 = { kind: "bcrypt", cost: 4 } as const;
const phrase = "correct horse";
const bytes72 = "€".repeat(24);
const bytes73 = bytes72 + "x";

/** Created by argon2-cffi 25.1, pyca/bcrypt 4.0.1 and passlib 1.7.4. */
const foreign: [what: string, password: string, stored: string][] = [
  [
    "argon2id of this policy",
    phrase,
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$k9ohroejZy1PN5E1SbHNPug6vB8eQAahb5SOAp6iGF4",
  ],
  [
    "argon2id with four lanes and short salt",
    phrase,
    "$argon2id$v=19$m=256,t=3,p=4$c2FsdHNhbHQ$pxDp8Mr922RVDVZM9WH/yg",
  ],
  [
    "argon2id with a tag of 64 bytes",
    "pässwörd",
    "$argon2id$v=19$m=8192,t=1,p=2$QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB$" +
    "wJTPUHoVrb+SyXd8lS3EJyrmJc0ROroQNKLwPzq9XgaCe74qigP3eGOXl+GuErFB9NC/0Z8bdfqNUFnWy+/Ntw",
  ],
  ["bcrypt 2a", phrase, "$2a$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"],
  ["bcrypt 2b", phrase, "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"],
  ["bcrypt 2y", phrase, "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"],
  ["bcrypt 2a of umlauts", "pässwörd", "$2a$04$abcdefghijklmnopqrstuuyx2n0Zzopyr9QuYTMCfOJJOj526QVoC"],
  ["bcrypt of 72 bytes", bytes72, "$2b$04$abcdefghijklmnopqrstuuLMnfsIcwrd9XOzJ8Re069XuK/iLtljS"],
  ["bcrypt-sha256", phrase, "$bcrypt-sha256$v=2,t=2b,r=4$abcdefghijklmnopqrstuu$DDZkjU09Vim05Ait7x7R.JfuHDNAppu"],
  [
    "bcrypt-sha256 of 73 bytes",
    bytes73,
    "$bcrypt-sha256$v=2,t=2b,r=4$abcdefghijklmnopqrstuu$qk.8TkqX8t7ckT39ttJ8j.f60pX0Cc6",
  ],
  [
    "bcrypt-sha256 of cost 12",
    phrase,
    "$bcrypt-sha256$v=2,t=2b,r=12$.D1iqJIpjRBY6Mm2DNGvxe$q4Fm.5rJLWSte9g65cdnRVY5vaMNDq.",
  ],
];

for (const [what, password, stored] of foreign) {
  Deno.test(`verifies ${what} of another program, and no other password`, async () => {
    await using hashing = createHashing({ concurrency: 1, queueMax: 0 });
    assert.equal(await hashing.verify(stored, password), true);
    assert.equal(await hashing.verify(stored, password.slice(0, -1)), false);
    assert.equal(await hashing.verify(stored, ""), false);
  });
}

Deno.test("a stored text of no known format matches nothing, costs nothing, and never throws", async () => {
  const computed: string[] = [];
  const metrics = { computed: (scheme: string) => void computed.push(scheme) };
  await using hashing = createHashing({ concurrency: 1, queueMax: 0, metrics });
  const salt = "c29tZXNhbHRzb21lc2FsdA", tag = "k9ohroejZy1PN5E1SbHNPug6vB8eQAahb5SOAp6iGF4";
  const garbage = [
    "",
    "!",
    phrase,
    "$argon2id$",
    `$argon2d$v=19$m=64,t=2,p=1$${salt}$rB84JT5z5pR7npjABPWWPmhej9GHFq2J2QtVNJPtUE0`, // another algorithm
    `$argon2id$v=16$m=64,t=2,p=1$${salt}$UrmhGLByONQ4UqyOoyEDJO4qRU3ZaB/Tc4DhTcbmPVU`, // another version
    `$argon2id$v=19$m=262145,t=1,p=1$${salt}$${tag}`, // over the caps
    `$argon2id$v=19$m=19456,t=11,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=19456,t=2,p=9$${salt}$${tag}`,
    `$argon2id$v=19$m=31,t=2,p=4$${salt}$${tag}`, // under 8 KiB per lane
    `$argon2id$v=19$m=19456,t=0,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=19456,t=2,p=0$${salt}$${tag}`,
    `$argon2id$v=19$m=019456,t=2,p=1$${salt}$${tag}`, // not canonical
    `$argon2id$v=19$m=19456,t=2,p=1$${salt}==$${tag}`,
    `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${tag.slice(0, -1)}5`,
    `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${tag}\n`,
    `$argon2id$v=19$m=19456,t=2,p=1$c29t$${tag}`, // salt and tag too short (PHC string format)
    `$argon2id$v=19$m=19456,t=2,p=1$${salt}$k9oh`,
    "$2x$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
    "$2b$03$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
    "$2b$17$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
    "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6",
    "$2b$04$abcdefghijklmnopqrstuvjydOTSfIH/d5oUHpsygqV5X9xJLQc6e", // salt not canonical
    `$scrypt$ln=22,r=8,p=1$${salt}$${tag}`, // over the caps
    `$scrypt$ln=18,r=8,p=3$${salt}$${tag}`,
    `$scrypt$ln=10,r=0,p=1$${salt}$${tag}`,
    `$scrypt$ln=10,r=8,p=0$${salt}$${tag}`,
    `$scrypt$r=8,ln=10,p=1$${salt}$${tag}`, // not canonical
    `$scrypt$ln=10,r=8$${salt}$${tag}`,
    `$scrypt$ln=10,r=8,p=1,x=1$${salt}$${tag}`,
    `$scrypt$ln=9999999,r=1,p=1$${salt}$${tag}`,
    `$pbkdf2-sha256$i=4000001$${salt}$${tag}`, // over the caps
    `$pbkdf2-sha256$i=0$${salt}$${tag}`,
    `$pbkdf2-sha256$i=01000$${salt}$${tag}`,
    `$pbkdf2-sha256$i=1000$${salt}$${tag}${tag}`, // two blocks cost twice
    `$pbkdf2-sha1$i=1000$${salt}$${tag}`, // another algorithm
    "$bcrypt-sha256$v=2,t=2b,r=04$abcdefghijklmnopqrstuu$DDZkjU09Vim05Ait7x7R.JfuHDNAppu",
  ];
  for (const stored of garbage) {
    assert.equal(await hashing.verify(stored, phrase), false, stored);
    assert.equal(schemeOf(stored), undefined, stored);
    assert.equal(meetsPolicy(stored, argon2id, phrase), false, stored);
  }
  assert.deepEqual(computed, []);
});

Deno.test("a new argon2id hash is a PHC string with the OWASP parameters and a salt of its own", async () => {
  await using hashing = createHashing({ concurrency: 2, queueMax: 0 });
  const [one, other] = await Promise.all([hashing.hash(argon2id, phrase), hashing.hash(argon2id, phrase)]);
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.notEqual(one, other);
  assert.equal(await hashing.verify(one, phrase), true);
  assert.equal(await hashing.verify(one, "Correct horse"), false);
});

Deno.test("a new bcrypt hash of up to 72 bytes is plain 2b", async () => {
  await using hashing = createHashing({ concurrency: 1, queueMax: 0 });
  const stored = await hashing.hash(bcrypt4, bytes72);
  assert.match(stored, /^\$2b\$04\$[./A-Za-z0-9]{53}$/);
  assert.equal(await hashing.verify(stored, bytes72), true);
  assert.equal(await hashing.verify(stored, bytes72.slice(1)), false);
});

Deno.test("T061 a password of 73 bytes is not truncated", async () => {
  await using hashing = createHashing({ concurrency: 1, queueMax: 0 });
  for (const policy of [argon2id, bcrypt4]) {
    const stored = await hashing.hash(policy, bytes73);
    assert.equal(await hashing.verify(stored, bytes73), true);
    assert.equal(await hashing.verify(stored, bytes72), false);
    assert.equal(await hashing.verify(stored, bytes72 + "y"), false);
    assert.equal(meetsPolicy(stored, policy, bytes73), true);
  }
});

Deno.test("T061 a plain bcrypt hash is verified on 72 bytes, as it was made, and does not meet the policy", async () => {
  await using hashing = createHashing({ concurrency: 1, queueMax: 0 });
  const stored = "$2b$04$abcdefghijklmnopqrstuuLMnfsIcwrd9XOzJ8Re069XuK/iLtljS"; // of 73 bytes, by pyca/bcrypt
  assert.equal(await hashing.verify(stored, bytes73), true);
  assert.equal(meetsPolicy(stored, bcrypt4, bytes73), false);
  assert.equal(meetsPolicy(stored, bcrypt4, bytes72), true);
});

Deno.test("T059 the bytes after a NUL count", async () => {
  await using hashing = createHashing({ concurrency: 1, queueMax: 0 });
  for (const policy of [argon2id, bcrypt4]) {
    const stored = await hashing.hash(policy, "secret\0one");
    assert.equal(await hashing.verify(stored, "secret\0one"), true);
    assert.equal(await hashing.verify(stored, "secret\0two"), false);
    assert.equal(await hashing.verify(stored, "secret"), false);
  }
  const madeElsewhere = [
    "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Pa3GMWt0nJd0Ij2WPMkv8ky7g9o+t32vtjqyWZ/qEWI",
    "$bcrypt-sha256$v=2,t=2b,r=4$abcdefghijklmnopqrstuu$6AzxrmxgwQ8pjyyDAI14tgnrQ23tyzK",
  ];
  for (const stored of madeElsewhere) assert.equal(await hashing.verify(stored, "secret\0one"), true, stored);
});

Deno.test("T059 a password with a NUL never matches a plain bcrypt hash, even if bcrypt computes the same key", async () => {
  await using hashing = createHashing({ concurrency: 1, queueMax: 0 });
  const ofA = "$2b$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC";
  assert.equal(await hashing.verify(ofA, "a"), true);
  assert.equal(await hashing.verify(ofA, "a\0a"), false);
  assert.equal(await hashing.verify(ofA, "a\0"), false);
});

Deno.test("hash refuses an empty password and a bcrypt cost that verification would refuse", async () => {
  await using hashing = createHashing({ concurrency: 1, queueMax: 0 });
  await assert.rejects(hashing.hash(argon2id, ""), RangeError);
  await assert.rejects(hashing.hash({ kind: "bcrypt", cost: 3 }, phrase), RangeError);
  await assert.rejects(hashing.hash({ kind: "bcrypt", cost: 17 }, phrase), RangeError);
  assert.deepEqual(hashing.depth(), { running: 0, waiting: 0 });
});

Deno.test("schemeOf returns what determines the cost", () => {
  assert.equal(schemeOf(foreign[0]![2]), "$argon2id$v=19$m=19456,t=2,p=1");
  for (const [what, , stored] of foreign.slice(3, 10)) assert.equal(schemeOf(stored), "$2$04", what);
  assert.equal(schemeOf(foreign[10]![2]), "$2$12");
  for (const scheme of ["$argon2id$v=19$m=8,t=1,p=1", "$2$04"]) assert.equal(schemeOf(dummyHash(scheme)), scheme);
});

Deno.test("meetsPolicy requires the parameters of the policy, and its salt and tag lengths", () => {
  const salt = "c29tZXNhbHRzb21lc2FsdA", tag = "k9ohroejZy1PN5E1SbHNPug6vB8eQAahb5SOAp6iGF4";
  const meets = (stored: string) => meetsPolicy(stored, argon2id, phrase);
  assert.equal(meets(`$argon2id$v=19$m=19456,t=2,p=1$${salt}$${tag}`), true);
  assert.equal(meets(`$argon2id$v=19$m=19456,t=3,p=1$${salt}$${tag}`), false);
  assert.equal(meets(`$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$${tag}`), false);
  assert.equal(meets(`$argon2id$v=19$m=19456,t=2,p=1$${salt}$pxDp8Mr922RVDVZM9WH/yg`), false);
  assert.equal(meets("$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"), false);
  for (const [what, password, stored] of foreign.slice(3, 10)) {
    assert.equal(meetsPolicy(stored, bcrypt4, password), true, what);
    assert.equal(meetsPolicy(stored, { kind: "bcrypt", cost: 12 }, password), false, what);
  }
});

/** An argon2id scheme that takes a fraction of a millisecond. `m` distinguishes one from another. */
const quick = (m: number) => `$argon2id$v=19$m=${m},t=1,p=1`;
const verifyQuick = (hashing: Hashing, m: number) => hashing.verify(dummyHash(quick(m)), phrase);

Deno.test("hashes are computed in the order of their arrival, and no new one overtakes", async () => {
  const order: string[] = [];
  const metrics = { computed: (scheme: string) => void order.push(scheme) };
  await using hashing = createHashing({ concurrency: 1, queueMax: 3, metrics });
  const first = verifyQuick(hashing, 8192).then(() => verifyQuick(hashing, 40));
  const queued = [16, 24, 32].map((m) => verifyQuick(hashing, m));
  await Promise.all([first, ...queued]);
  assert.deepEqual(order, [8192, 16, 24, 32, 40].map(quick));
});

Deno.test(
  "T099 T102 a full queue refuses at once, before any hash has ended, and accepts again when it has room",
  async () => {
    const seen = { waited: 0, rejected: 0, computed: 0 };
    const metrics = {
      waited: (seconds: number) => void (seen.waited++, assert.ok(seconds >= 0)),
      rejected: () => void seen.rejected++,
      computed: (_: string, seconds: number) => void (seen.computed++, assert.ok(seconds > 0)),
    };
    await using hashing = createHashing({ concurrency: 2, queueMax: 1, metrics });
    const admitted = [8, 8, 8].map((m) => verifyQuick(hashing, m));
    await assert.rejects(verifyQuick(hashing, 8), HashQueueFull);
    assert.deepEqual(hashing.depth(), { running: 2, waiting: 1 });
    assert.deepEqual(seen, { waited: 2, rejected: 1, computed: 0 });
    await Promise.all(admitted);
    assert.equal(await verifyQuick(hashing, 8), false);
    assert.deepEqual(hashing.depth(), { running: 0, waiting: 0 });
    assert.deepEqual(seen, { waited: 4, rejected: 1, computed: 4 });
  },
);

const realWorker = () => new Worker(new URL("./hash_worker.ts", import.meta.url), { type: "module" });
const brokenWorker = (source: string) => new Worker(`data:text/javascript,${source}`, { type: "module" });
const [, , stored4] = foreign[4]!;

Deno.test("bcrypt runs on no more threads than there are slots, and keeps them", async () => {
  let started = 0;
  const startWorker = () => (started++, realWorker());
  await using hashing = createHashing({ concurrency: 2, queueMax: 6, startWorker });
  await verifyQuick(hashing, 8);
  assert.equal(started, 0);
  const answers = await Promise.all(Array.from({ length: 8 }, () => hashing.verify(stored4, phrase)));
  assert.deepEqual(answers, Array(8).fill(true));
  assert.equal(started, 2);
});

Deno.test("shared threads outlive each of those that use them", async () => {
  let started = 0;
  const sharedThreads = createHashThreads(() => (started++, realWorker()));
  for (const password of [phrase, "wrong"]) {
    await using hashing = createHashing({ concurrency: 1, queueMax: 1, sharedThreads });
    assert.equal(await hashing.verify(stored4, password), password === phrase);
  }
  sharedThreads.close();
  assert.equal(started, 1);
});

for (const failure of ["onmessage=()=>{throw 1}", "onmessage=async()=>{throw 1}", "throw 1"]) {
  Deno.test(`a bcrypt thread that fails (${failure}) fails only its own job and is replaced`, async () => {
    const workers = [() => brokenWorker(failure), realWorker];
    const startWorker = () => workers.shift()!();
    await using hashing = createHashing({ concurrency: 1, queueMax: 2, startWorker });
    const jobs = [phrase, phrase, "wrong"].map((password) => hashing.verify(stored4, password));
    const [failed, right, wrong] = await Promise.allSettled(jobs);
    assert.equal(failed!.status, "rejected");
    assert.deepEqual(right, { status: "fulfilled", value: true });
    assert.deepEqual(wrong, { status: "fulfilled", value: false });
    assert.deepEqual(hashing.depth(), { running: 0, waiting: 0 });
  });
}

Deno.test("a bcrypt thread that fails between two jobs is replaced", async () => {
  const threads: Worker[] = [];
  const startWorker = () => {
    threads.push(realWorker());
    return threads.at(-1)!;
  };
  await using hashing = createHashing({ concurrency: 1, queueMax: 1, startWorker });
  assert.equal(await hashing.verify(stored4, phrase), true);
  threads[0]!.dispatchEvent(new ErrorEvent("error", { cancelable: true }));
  assert.equal(await hashing.verify(stored4, phrase), true);
  assert.equal(threads.length, 2);
});

Deno.test("a bcrypt thread that cannot start fails only its own job", async () => {
  const workers = [() => assert.fail("no thread"), realWorker];
  await using hashing = createHashing({ concurrency: 1, queueMax: 1, startWorker: () => workers.shift()!() });
  await assert.rejects(hashing.verify(stored4, phrase), { message: "no thread" });
  assert.equal(await hashing.verify(stored4, phrase), true);
});

Deno.test("disposal rejects running, waiting and later jobs of threads, and waits for the other hashes", async () => {
  const posted = Promise.withResolvers<void>();
  const startWorker = () => {
    posted.resolve();
    return brokenWorker("onmessage=()=>{}");
  };
  const hashing = createHashing({ concurrency: 2, queueMax: 1, startWorker });
  const native = verifyQuick(hashing, 8192);
  const settled = Promise.allSettled([hashing.verify(stored4, phrase), hashing.verify(stored4, phrase)]);
  await posted.promise;
  await hashing[Symbol.asyncDispose]();
  assert.deepEqual((await settled).map(({ status }) => status), ["rejected", "rejected"]);
  assert.equal(await native, false);
  assert.deepEqual(hashing.depth(), { running: 0, waiting: 0 });
  await assert.rejects(hashing.verify(stored4, phrase), { message: "hashing has ended" });
});

Deno.test("disposal starts no thread for a job that has just got its slot", async () => {
  const hashing = createHashing({ concurrency: 1, queueMax: 0, startWorker: () => assert.fail("started") });
  const job = assert.rejects(hashing.verify(stored4, phrase), { message: "hashing has ended" });
  await hashing[Symbol.asyncDispose]();
  await job;
});
