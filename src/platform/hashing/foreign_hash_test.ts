import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { dummyHash } from "./hash_format.ts";
import { createHashing, meetsPolicy, schemeOf } from "./hashing.ts";
import { foreignHashes } from "../../testing/imports/foreign_hashes.ts";
import { readForeignHash } from "./foreign_hash.ts";

const phrase = "correct horse", umlauts = "pässwörd";

/**
 * Created by passlib 1.7.4, Django 5.2.19 and Python's `hashlib.pbkdf2_hmac`, with cheap parameters and fixed salts;
 * for example `passlib.hash.scrypt.using(rounds=10, block_size=8, parallelism=1,
 * salt=b"saltsaltsaltsalt").hash(phrase)` and `ScryptPasswordHasher().encode(phrase, "seasalt2", n=1024)`. Django has
 * no sha512, so a subclass of its PBKDF2 hasher was used.
 */
const vectors: [maker: string, password: string, hash: string, scheme: string][] = [
  [
    "passlib scrypt",
    phrase,
    "$scrypt$ln=10,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$A9lBa6RTbfBovWqamVIqXKovIl4Vk6OZyVojLJmYmSI",
    "$scrypt$ln=10,r=8,p=1",
  ],
  [
    "passlib scrypt, other r and p",
    umlauts,
    "$scrypt$ln=8,r=4,p=3$//79+yBzYWx0c2FsdA$e6+6QY74bq6QxxjXbTtiL5iLaaKth5Uk9d6wfYgiVos",
    "$scrypt$ln=8,r=4,p=3",
  ],
  [
    "passlib pbkdf2_sha256",
    phrase,
    "$pbkdf2-sha256$1000$//79.3NhbHRzYWx0c2FsdA$pWPEf6lH0bsTcwnH2R3EXyZNGsjyLjjTytbp3NLoeVQ",
    "$pbkdf2-sha256$i=1000",
  ],
  [
    "passlib pbkdf2_sha512",
    umlauts,
    "$pbkdf2-sha512$1000$//79.3NhbHRzYWx0c2FsdA$" +
    "LCQ5Nnn3AmLAN9p8uw0QO2xGYLYMyUwCOHzJyx/5VUluJlwugwjjw2KjrzuzooxTSnKjnxI900zH5xojth7EEw",
    "$pbkdf2-sha512$i=1000",
  ],
  [
    "passlib bcrypt_sha256 version 1",
    umlauts,
    "$bcrypt-sha256$2b,4$abcdefghijklmnopqrstuu$OG2PZ7.4e4F62mUrEvBBqflA4jXrbDi",
    "$2$04",
  ],
  [
    "hashlib pbkdf2 sha256 in PHC form",
    umlauts,
    "$pbkdf2-sha256$i=2000,l=32$//79+3NhbHRzYWx0c2FsdA$eZnwjV9yEygln8M0bjSKDydIdB+ty+dTa9lchRq0nPo",
    "$pbkdf2-sha256$i=2000",
  ],
  [
    "hashlib pbkdf2 sha512 in PHC form",
    phrase,
    "$pbkdf2-sha512$i=2000,l=64$//79+3NhbHRzYWx0c2FsdA$" +
    "vHg++gH4YfV47mn0tKHipWIrGpHPyJHlX6qZGuFsaVBQ9Zb0eo9CPnCeiur7+ag9yGRsDF63nhkx3wb2iOFCAg",
    "$pbkdf2-sha512$i=2000",
  ],
  [
    "Django PBKDF2",
    umlauts,
    "pbkdf2_sha256$1000$seasalt2$sLtzcw9rNatlyqRNHNcjpym4n2MdLNUrSDfSLY6Bzqo=",
    "$pbkdf2-sha256$i=1000",
  ],
  [
    "Django PBKDF2 with sha512",
    phrase,
    "pbkdf2_sha512$1000$seasalt2$" +
    "Ie8zKRyrATdXtVnBfDGEpQ3YCrXjOl32s87b8PYh6ZKBYQeIAorWIE7UIqbDuxkjM39+KvUUJ4Is6CYLgsvh7Q==",
    "$pbkdf2-sha512$i=1000",
  ],
  [
    "Django scrypt",
    phrase,
    "scrypt$1024$seasalt2$8$5$" +
    "IV2J5ZSIAnUciMo6BcaHeigaMSbZXnlBIyvRnrJuVu+6g4FNdqdmUd3s8DMnFueA891q49pV9F8fPw2Bgl5MJg==",
    "$scrypt$ln=10,r=8,p=5",
  ],
  [
    "Django Argon2 with its eight lanes",
    umlauts,
    "argon2$argon2id$v=19$m=256,t=2,p=8$c2Vhc2FsdHNlYXNhbHQyMg$slzN1PbMRWyBlmujZTssO5Klcxe/VKRCpjk6N0r/DzY",
    "$argon2id$v=19$m=256,t=2,p=8",
  ],
  [
    "Django BCryptSHA256",
    umlauts,
    "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuqXYpzrHdq/GQDRDZpcNTxdbndpFhZlW",
    "$2$04",
  ],
  ["Django BCrypt", phrase, "bcrypt$$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e", "$2$04"],
];

const all = [...vectors, ...foreignHashes];

/** What is stored of the hash; undefined if it is refused. */
function fromForeign(hash: string): string | undefined {
  const read = readForeignHash(hash);
  return "stored" in read ? read.stored : undefined;
}

for (const [index, [maker, password, hash, scheme]] of all.entries()) {
  test(`X12 X14 hash ${index}, by ${maker}, is converted and matches its password, and no other`, async () => {
    await using hashing = createHashing({ concurrency: 1, queueMax: 0 });
    const stored = fromForeign(hash)!;
    assert.equal(schemeOf(stored), scheme);
    assert.equal(fromForeign(stored), stored, "what is stored is taken as it is");
    assert.equal(await hashing.verify(stored, password), true);
    assert.equal(await hashing.verify(stored, password + "x"), false);
    assert.equal(await hashing.verify(stored, ""), false);
    assert.equal(await hashing.verify(stored, password + "\0"), false, "T059: HMAC fills a short key up with NULs");
    for (const policy of [{ kind: "argon2id" }, { kind: "bcrypt", cost: 4 }] as const) {
      assert.equal(
        meetsPolicy(stored, policy, password),
        scheme === "$2$04" && policy.kind === "bcrypt" && !stored.startsWith("bcrypt_sha256") &&
          !stored.includes(",4$"),
      );
    }
    assert.equal(await hashing.verify(dummyHash(scheme), password), false);
    assert.equal(schemeOf(dummyHash(scheme)), scheme);
  });
}

test("a hash of another format, or with parameters over the limits, is not converted", () => {
  const refused = [
    "",
    "!tWqS4Bn",
    phrase,
    "5f4dcc3b5aa765d61d8327deb882cf99", // MD5
    "md5$seasalt2$f5531bef9f3687d0ccf0f617f0e255",
    "rqXexS6ZhobKA", // DES crypt
    "$6$rounds=1000001$abc$" + "a".repeat(86),
    "$sha512-crypt$i=1000001$YWJj$" + "A".repeat(86),
    "$1$saltsaltsalt$" + "a".repeat(22),
    "$argon2d$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0$1W0FmSO9lXmL0hQCH0y1pPGMDL1tpDfULfTgSrJoTUw",
    "$argon2id$v=16$m=64,t=2,p=1$c2FsdHNhbHRzYWx0$1W0FmSO9lXmL0hQCH0y1pPGMDL1tpDfULfTgSrJoTUw",
    "$argon2id$m=64,t=2,p=1$c2FsdHNhbHRzYWx0$1W0FmSO9lXmL0hQCH0y1pPGMDL1tpDfULfTgSrJoTUw",
    "$argon2id$v=19$m=64,t=2,p=1,keyid=1$c2FsdHNhbHRzYWx0$1W0FmSO9lXmL0hQCH0y1pPGMDL1tpDfULfTgSrJoTUw",
    "{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", // without a salt
    "{SSHA256}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
    "$P$B12345678OaBxPlRJ7YBcXqZk2zMBM/",
    "$constructor$i=1$AA$AAAAAAAAAAAAAAAAAAAAAA",
    "pbkdf2_sha256$4000001$seasalt2$sLtzcw9rNatlyqRNHNcjpym4n2MdLNUrSDfSLY6Bzqo=",
    "pbkdf2_sha256$1000$$sLtzcw9rNatlyqRNHNcjpym4n2MdLNUrSDfSLY6Bzqo=",
    "scrypt$1000$seasalt2$8$5$IV2J5ZSIAnUciMo6BcaHeigaMSbZXnlBIyvRnrJuVu8=", // no power of two
    "scrypt$4194304$seasalt2$8$1$IV2J5ZSIAnUciMo6BcaHeigaMSbZXnlBIyvRnrJuVu8=",
    "argon2$argon2d$v=19$m=256,t=2,p=8$c2Vhc2FsdHNlYXNhbHQyMg$slzN1PbMRWyBlmujZTssO5Klcxe/VKRCpjk6N0r/DzY",
    "bcrypt$$2b$17$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
  ];
  for (const hash of refused) assert.equal(fromForeign(hash), undefined, hash);
});

test("X14 a refused hash is refused with its reason, which repeats nothing of it", () => {
  const reasons: [hash: string, reason: RegExp][] = [
    ["rqXexS6ZhobKA", /DES crypt/],
    ["5f4dcc3b5aa765d61d8327deb882cf99", /bare digest/],
    ["bcrypt$$2b$17$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e", /over Sentinel's limits/],
    ["$argon2d$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0$1W0FmSO9lXmL0hQCH0y1pPGMDL1tpDfULfTgSrJoTUw", /Argon2d/],
    ["hunter2hunter2", /does not know/],
  ];
  for (const [hash, reason] of reasons) {
    const read = readForeignHash(hash);
    assert.ok("refused" in read);
    assert.match(read.refused, reason);
    assert.ok(!read.refused.includes(hash.slice(0, 8)));
  }
});

test("the database and the program derive the same scheme from every stored hash", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  for (const [index, [, , hash]] of all.entries()) {
    await sentinel.db.query(
      "test",
      `insert into users (id, username, username_canonical, email, email_canonical, password_hash)
       values (gen_random_uuid(), $1, $1, $1, $1, $2)`,
      [`user${index}`, fromForeign(hash)],
    );
  }
  type Row = { password_hash: string; password_scheme: string };
  const rows = await sentinel.db.query<Row>("test", "select * from users");
  assert.equal(rows.length, all.length);
  for (const { password_hash, password_scheme } of rows) assert.equal(password_scheme, schemeOf(password_hash));
});
