import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createCipheriv, createPublicKey, randomBytes, X509Certificate } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { CompactEncrypt, exportJWK } from "jose";
import type { Db } from "../../platform/db/db.ts";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { problems } from "../../vocabulary/dictionary.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";
import {
  bytes,
  createForge,
  derSignature,
  ed25519,
  encode,
  hmac,
  malleated,
  type Members,
  p256Order,
  scalar,
  selfSignedCertificate,
  strangersHand,
} from "../../testing/forged_tokens.ts";
import { invalidTokenChallenge } from "../../testing/challenges.ts";
import { startSentinel, test, testSecret } from "../../testing/harness.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { rowCounts, turn, whenTrusted } from "../../testing/traffic/traces.ts";
import { createAccessTokens } from "./access_token.ts";
import { createKeys } from "../keys/keys.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { access_token: genuine, refresh_token } = await sentinel.login("grace");
const { active: { kid, privateKey }, jwks } = await sentinel.keys.ring();
const ownHand = ed25519(privateKey);
const forge = createForge(genuine, ownHand);
const nowSeconds = Number(forge.claims.iat);

const rsaOaep = { name: "RSA-OAEP", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
const tokenTimes = { iat: nowSeconds, exp: nowSeconds + 600 };

/** The answer to every invalid token. */
const refusal = {
  status: 401,
  headers: {
    "cache-control": "no-store",
    "content-type": "application/problem+json",
    "www-authenticate": invalidTokenChallenge,
    "x-content-type-options": "nosniff",
  },
  body: {
    type: "/problems/invalid_token",
    title: "Invalid token",
    status: 401,
    detail: problems.invalid_token.about,
    instance: "/users/me",
  },
};

type Cases = Record<string, string | Promise<string>>;

async function answerTo(token: string) {
  const response = await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${token}` } });
  const { "x-request-id": _, ...headers } = Object.fromEntries(response.headers);
  const { request_id: __, ...body } = await response.json();
  return { status: response.status, headers, body };
}

/** Asserts that each is refused with the same answer, and has no effect. */
async function assertRefused(cases: Cases) {
  const before = await rowCounts(sentinel);
  for (const [name, token] of Object.entries(cases)) {
    assert.deepEqual(await answerTo(await token), refusal, name);
  }
  assert.deepEqual(await rowCounts(sentinel), before);
}

/** As {@link assertRefused}, and without a statement in the database. */
async function assertRefusedInMemory(cases: Cases) {
  await whenTrusted(sentinel);
  await answerTo(genuine); // what the caches lack is loaded now
  const made = await statementsOf(async () => {
    for (const [name, token] of Object.entries(cases)) {
      assert.deepEqual(await answerTo(await token), refusal, name);
    }
  });
  assert.deepEqual(made, {});
}

async function assertAccepted(cases: Cases) {
  for (const [name, token] of Object.entries(cases)) {
    const { status, body } = await answerTo(await token);
    assert.deepEqual([status, body.username], [200, "grace"], name);
  }
}

const eachClaims = (rows: Record<string, Members>): Cases =>
  Object.fromEntries(Object.entries(rows).map(([name, claims]) => [name, forge.token({ claims })]));

const eachHeader = (rows: Record<string, Members>): Cases =>
  Object.fromEntries(Object.entries(rows).map(([name, header]) => [name, forge.token({ header })]));

test("a genuine token is accepted, so that each case below is refused because of its change", async () => {
  await assertAccepted({
    genuine,
    "signed again": forge.token(),
    "with another jti": forge.token({ claims: { jti: crypto.randomUUID() } }),
    "without a client_id": forge.token({ claims: { client_id: undefined } }),
    "with a member that nobody knows": forge.token({ claims: { favourite: "colour" } }),
  });
});

test("T007 alg none in every spelling is refused, with an empty and with a random signature", async () => {
  const rows = ["none", "None", "NONE", "nOnE"].flatMap((alg) =>
    [
      [`${alg}, empty`, forge.token({ header: { alg } }, bytes(new Uint8Array()))],
      [`${alg}, random`, forge.token({ header: { alg } }, bytes(randomBytes(64)))],
      [`${alg}, our own`, forge.token({ header: { alg } })],
      [`${alg}, no kid`, forge.token({ header: { alg, kid: undefined } }, bytes(randomBytes(64)))],
    ] as const
  );
  await assertRefusedInMemory(Object.fromEntries(rows));
});

test("T008 an alg that is missing, empty, null, a list, a number or padded is refused", async () => {
  const algs = [undefined, "", null, [], ["EdDSA"], 256, "HS256 ", "EdDSA ", "eddsa", "Ed25519"];
  await assertRefusedInMemory(
    eachHeader(Object.fromEntries(algs.map((alg) => [String(JSON.stringify(alg)), { alg }]))),
  );
});

test("T009 HMAC with our public key in any form as its key is refused", async () => {
  const jwk = jwks.keys[0]!;
  const spki = createPublicKey({ key: jwk as never, format: "jwk" });
  const pem = spki.export({ type: "spki", format: "pem" }).toString();
  const keys = {
    pem,
    "pem without last newline": pem.trimEnd(),
    der: spki.export({ type: "spki", format: "der" }),
    "jwk text": JSON.stringify(jwk),
    "x in base64url": jwk.x!,
    "x in bytes": Buffer.from(jwk.x!, "base64url"),
  };
  const rows = Object.entries(keys).flatMap(([form, key]) =>
    ([256, 384, 512] as const).map((bits) =>
      [`HS${bits} ${form}`, forge.token({ header: { alg: `HS${bits}` } }, hmac(bits, key))] as const
    )
  );
  await assertRefusedInMemory(Object.fromEntries(rows));
});

test("T011 HMAC with common keys is refused", async () => {
  const keys = { empty: "", secret: "secret", changeme: "changeme", kid, "32 zero bytes": new Uint8Array(32) };
  const rows = Object.entries(keys).flatMap(([name, key]) =>
    ([256, 512] as const).flatMap((bits) => [
      [`HS${bits} ${name}`, forge.token({ header: { alg: `HS${bits}` } }, hmac(bits, key))] as const,
      [`EdDSA by HS${bits} ${name}`, forge.token({}, hmac(bits, key))] as const,
    ])
  );
  await assertRefusedInMemory(Object.fromEntries(rows));
});

test("T012 another algorithm than EdDSA with the kid of our key is refused, however it is signed", async () => {
  const strangers = ["RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"] as const;
  for (const alg of strangers) {
    const hand = await strangersHand(alg);
    await assertRefusedInMemory({
      [`${alg}, its own signature`]: forge.token({ header: { alg } }, hand),
      [`${alg}, its own signature called EdDSA`]: forge.token({}, hand),
      ...(alg !== "EdDSA" && { [`${alg}, our signature`]: forge.token({ header: { alg } }) }),
    });
  }
});

test("T013 degenerate signatures are refused, as ES256 and as EdDSA", async () => {
  const [zero, one, n] = [scalar(0n), scalar(1n), scalar(p256Order)];
  const stranger = await strangersHand("ES256");
  const pairs = {
    "64 × 0x00": [zero, zero],
    "r = 0": [zero, one],
    "s = 0": [one, zero],
    "r = n": [n, one],
    "s = n": [one, n],
    "r = s = n": [n, n],
  };
  for (const alg of ["ES256", "EdDSA"]) {
    const rows = Object.entries(pairs).map(([name, pair]) =>
      [`${alg} ${name}`, forge.token({ header: { alg } }, bytes(Buffer.concat(pair)))] as const
    );
    await assertRefusedInMemory({
      ...Object.fromEntries(rows),
      [`${alg} in DER`]: forge.token({ header: { alg } }, async (input) => derSignature(await stranger(input))),
    });
  }
});

test("T013 T014 our own signature is accepted in one form only: not with S + L, not with stray bits", async () => {
  const signature = Buffer.from(genuine.split(".")[2]!, "base64url");
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(genuine.at(-1)!);
  const strays = [1, 2, 3, 15].map((bits) => [`stray bits ${bits}`, genuine.slice(0, -1) + alphabet[last + bits]]);
  await assertRefusedInMemory({
    "S + L": forge.written({}, bytes(malleated(signature))),
    "negated R": forge.written({}, bytes(Buffer.from(signature).fill(signature[31]! ^ 0x80, 31, 32))),
    "a point of low order": forge.written({}, bytes(Buffer.concat([scalar(1n).reverse(), scalar(0n)]))),
    ...Object.fromEntries(strays),
  });
});

test("T016 T018 a kid that is missing, hostile, huge or no text is refused without a statement", async () => {
  const kids: unknown[] = [
    undefined,
    null,
    "",
    0,
    {},
    [kid],
    { toString: kid },
    "' or 1=1 --",
    `${kid}' union select kid, private_key from signing_keys --`,
    `${kid}\0`,
    ` ${kid}`,
    kid.toLowerCase(),
    "🗝️".repeat(50),
    "../../../../dev/null",
    "__proto__",
    "constructor",
    "k".repeat(10_000),
  ];
  await assertRefusedInMemory(
    eachHeader(Object.fromEntries(kids.map((kid) => [String(JSON.stringify(kid)).slice(0, 60), { kid }]))),
  );
  assert.doesNotMatch(await sentinel.logs(), /union select/);
});

test("T017 ten thousand random kids cost one look-up of the keys, and nothing else", async () => {
  const looked: string[] = [];
  const query: Db["query"] = (name, ...rest) => (looked.push(name), sentinel.db.query(name, ...rest));
  const db = { ...sentinel.db, query };
  const keys = createKeys({ db, secrets: createSecrets(testSecret), cacheValidity: { trusted: true } });
  const clock = { now: () => nowSeconds * 1_000 };
  const tokens = createAccessTokens({ keys, clock, issuer: sentinel.settings.SENTINEL_PUBLIC_URL, ttlSeconds: 600 });
  for (let i = 0; i < 10_000; i++) {
    await assert.rejects(async () => await tokens.verify(withRandomKid()), { code: "invalid_token" });
  }
  assert.equal((await tokens.verify(genuine)).sub, forge.claims.sub);
  assert.deepEqual(looked, ["list_usable_keys"]);
});

test("a token is not reported as invalid because the database does not answer", async () => {
  const db = { ...sentinel.db, query: () => Promise.reject(new Unavailable("away")) };
  const keys = createKeys({ db, secrets: createSecrets(testSecret), cacheValidity: { trusted: true } });
  const clock = { now: () => nowSeconds * 1_000 };
  const tokens = createAccessTokens({ keys, clock, issuer: sentinel.settings.SENTINEL_PUBLIC_URL, ttlSeconds: 600 });
  await assert.rejects(async () => await tokens.verify(genuine), Unavailable);
});

test("T017 random kids over HTTP leave no trace", async () => {
  const tokens = Array.from({ length: 1_000 }, (_, i) => [String(i), withRandomKid()]);
  await assertRefused(Object.fromEntries(tokens));
  await assertAccepted({ genuine });
});

function withRandomKid(): string {
  const [, claims, signature] = genuine.split(".");
  return `${
    encode(JSON.stringify({ ...forge.header, kid: randomBytes(32).toString("base64url") }))
  }.${claims}.${signature}`;
}

test("T019 a key that the token contains or refers to is neither used nor fetched", async () => {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]) as CryptoKeyPair;
  const attackers = ed25519(pair.privateKey);
  const jwk = await exportJWK(pair.publicKey);
  const x5c = await selfSignedCertificate(pair);
  const certificate = new X509Certificate(Buffer.from(x5c, "base64"));
  assert.ok(certificate.publicKey.equals(createPublicKey({ key: jwk as never, format: "jwk" })));

  let hits = 0;
  await using canary = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    hits++;
    return Response.json({ keys: [{ ...jwk, kid }] });
  });
  const url = `http://127.0.0.1:${canary.addr.port}/keys`;
  const pointers: Members[] = [
    { jwk },
    { jwk: { ...jwk, kid } },
    { jku: url },
    { x5u: url },
    { x5c: [x5c] },
    { kid: url },
    { jku: url, x5u: url, jwk, x5c: [x5c] },
  ];
  const rows = pointers.flatMap((header) => [
    [JSON.stringify(Object.keys(header)), forge.token({ header }, attackers)] as const,
    [
      `${JSON.stringify(Object.keys(header))} without kid`,
      forge.token({ header: { kid: undefined, ...header } }, attackers),
    ] as const,
  ]);
  await assertRefusedInMemory(Object.fromEntries(rows));
  assert.equal(hits, 0);
});

test("T021 T022 only at+jwt is an access token, in the spellings of RFC 9068", async () => {
  await assertAccepted(eachHeader({
    "at+jwt": { typ: "at+jwt" },
    "application/at+jwt": { typ: "application/at+jwt" },
    "AT+JWT": { typ: "AT+JWT" },
  }));
  const types = [undefined, null, "", "JWT", "id_token", "logout+jwt", "at+jwt ", "x/at+jwt", 7, ["at+jwt"]];
  await assertRefusedInMemory(
    eachHeader(Object.fromEntries(types.map((typ) => [String(JSON.stringify(typ)), { typ }]))),
  );
  const idToken = { header: { typ: "JWT" }, claims: { aud: "some-client", nonce: "n", roles: undefined } };
  await assertRefused({ "our own ID token": forge.token(idToken) });
});

test("T023 a refresh token is not accepted as an access token", async () => {
  await assertRefusedInMemory({
    "as it is": refresh_token,
    "its parts as a JWT": refresh_token.replaceAll("_", "."),
    "as claims": forge.written({ claims: refresh_token }),
  });
});

test("T024 POST /oauth/token does not accept an access token as a refresh token", async () => {
  const form = { grant_type: "refresh_token", refresh_token: genuine };
  const response = await sentinel.fetch("/oauth/token", { form });
  assert.deepEqual([response.status, (await response.json()).error], [400, "invalid_grant"]);
  await assertAccepted({ genuine });
});

test("an access token has every claim that RFC 9068 §2.2 requires, and names the only client", () => {
  for (const claim of ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"]) assert.ok(claim in forge.claims, claim);
  assert.equal(forge.claims.client_id, "sentinel");
});

test("T026 a token without a required claim is refused", async () => {
  const required = ["exp", "iat", "sub", "sid", "jti", "iss", "aud"];
  await assertRefused(eachClaims(Object.fromEntries(required.map((claim) => [claim, { [claim]: undefined }]))));
});

test("T027 an exp that is not a whole number of seconds within the lifetime is refused", async () => {
  await assertRefused(
    eachClaims({
      "text": { exp: "9999999999" },
      "text in time": { exp: String(tokenTimes.exp) },
      "1e300": { exp: 1e300 },
      "-1": { exp: -1 },
      "0": { exp: 0 },
      "true": { exp: true },
      "null": { exp: null },
      "1.5": { exp: 1.5 },
      "half a second": { exp: tokenTimes.exp - 0.5 },
      "list": { exp: [tokenTimes.exp] },
      "past": { iat: nowSeconds - 1_200, exp: nowSeconds - 601 },
      "just past": { iat: nowSeconds - 600, exp: nowSeconds },
    }),
  );
  const text = JSON.stringify({ ...forge.claims, exp: 0 });
  for (const exp of ["1e999", "-1e999", `${tokenTimes.exp}.0`, `${tokenTimes.exp}e0`, "NaN", `0${tokenTimes.exp}`]) {
    await assertRefused({ [exp]: forge.written({ claims: text.replace('"exp":0', `"exp":${exp}`) }) });
  }
});

test("T028 a token from the future is refused", async () => {
  const inAMinute = Math.floor(Date.now() / 1_000) + 60;
  await assertRefused(
    eachClaims({
      "nbf in a minute": { nbf: inAMinute },
      "nbf text": { nbf: "0" },
      "iat in an hour": { iat: nowSeconds + 3_600, exp: nowSeconds + 3_700 },
      "iat in a minute": { iat: inAMinute, exp: inAMinute + 600 },
      "iat text": { iat: String(nowSeconds) },
      "iat 1.5": { iat: nowSeconds - 0.5 },
      "iat 1e300": { iat: 1e300 },
      "iat -1e300": { iat: -1e300 },
    }),
  );
});

test("T029 another issuer or audience is refused", async () => {
  const { iss } = forge.claims as { iss: string };
  const others = [
    "",
    "https://evil.example",
    `${iss}/`,
    iss.toUpperCase(),
    iss.replace("http:", "https:"),
    ` ${iss}`,
    null,
    7,
    { iss },
  ];
  const rows = ["iss", "aud"].flatMap((claim) => others.map((value) => [`${claim} ${value}`, { [claim]: value }]));
  await assertRefused(eachClaims(Object.fromEntries(rows)));
  await assertRefused(eachClaims({ "iss list": { iss: [iss] }, "aud empty list": { aud: [] } }));
});

test("T031 a lifetime longer than the configured one is refused, even with our signature", async () => {
  const { iat, exp } = tokenTimes;
  await assertAccepted(eachClaims({ "the whole lifetime": { iat, exp } }));
  await assertRefused(eachClaims({
    "a second more": { iat, exp: exp + 1 },
    "a year": { iat, exp: iat + 31_536_000 },
    "iat long ago": { iat: iat - 86_400, exp },
    "iat 0": { iat: 0 },
  }));
});

test("T032 sub and sid that are not ids, or do not belong together, are refused", async () => {
  const [ada, adasToken] = [await sentinel.settled("ada"), await sentinel.tokenOf("ada")];
  const adas = createForge(adasToken, ownHand).claims;
  assert.equal((await answerTo(adasToken)).status, 200); // from here on both users and both sessions are in memory
  const notIds = ["", 0, null, [], "grace@example.com", "grace", "*", crypto.randomUUID().toUpperCase(), "' or 1=1 --"];
  const rows = ["sub", "sid"].flatMap((claim) =>
    notIds.map((value) => [`${claim} ${JSON.stringify(value)}`, { [claim]: value }])
  );
  await assertRefusedInMemory(eachClaims(Object.fromEntries(rows)));
  await assertRefused(eachClaims({
    "sub nobody's": { sub: crypto.randomUUID() },
    "sid of no session": { sid: crypto.randomUUID() },
    "sub Ada's with Grace's session": { sub: ada },
    "sid Ada's with Grace's sub": { sid: adas.sid },
    "a user that never was": { sub: crypto.randomUUID(), sid: crypto.randomUUID() },
    "jti a number": { jti: 7 },
  }));
});

test("T033 a repeated member is refused, whichever comes first and however it is written", async () => {
  const ada = await sentinel.settled("ada");
  const claims = JSON.stringify(forge.claims);
  const header = JSON.stringify(forge.header);
  const { sub } = forge.claims;
  await assertRefusedInMemory({
    "another's first": forge.written({ claims: claims.replace("{", `{"sub":"${ada}",`) }),
    "another's last": forge.written({ claims: claims.replace(/}$/, `,"sub":"${ada}"}`) }),
    "the same twice": forge.written({ claims: claims.replace("{", `{"sub":"${sub}",`) }),
    "escaped": forge.written({ claims: claims.replace("{", `{"\\u0073ub":"${ada}",`) }),
    "exp twice": forge.written({ claims: claims.replace("{", `{"exp":9999999999,`) }),
    "roles twice": forge.written({ claims: claims.replace("{", `{"roles":["admin"],`) }),
    "alg twice": forge.written({ header: header.replace("{", `{"alg":"none",`) }),
    "kid twice": forge.written({ header: header.replace("{", `{"kid":"other",`) }),
    "white space": forge.written({ claims: JSON.stringify(forge.claims, null, 1) }),
  });
});

test("T034 every single flipped bit of header, payload and signature is refused", async () => {
  const parts = genuine.split(".").map((part) => Buffer.from(part, "base64url"));
  const before = await rowCounts(sentinel);
  let flips = 0;
  for (const [at, part] of parts.entries()) {
    for (let bit = 0; bit < part.length * 8; bit++, flips++) {
      if (bit % 64 === 0) await turn();
      const flipped = Buffer.from(part);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const token = parts.map((other, index) => encode(index === at ? flipped : other)).join(".");
      assert.deepEqual(await answerTo(token), refusal, `part ${at}, bit ${bit}`);
    }
  }
  assert.ok(flips > 3_000);
  assert.deepEqual(await rowCounts(sentinel), before);
  await assertAccepted({ genuine });
});

test("T034 every single changed character of the token is refused", async () => {
  for (let at = 0; at < genuine.length; at++) {
    const other = genuine[at] === "A" ? "Q" : "A";
    const token = genuine.slice(0, at) + other + genuine.slice(at + 1);
    assert.deepEqual(await answerTo(token), refusal, `character ${at}`);
  }
});

test("T036 anything but three parts of base64url is refused, before anything is decrypted or inflated", async () => {
  const [header, claims, signature] = genuine.split(".") as [string, string, string];
  const plain = Buffer.from(JSON.stringify(forge.claims));
  const rsa = await crypto.subtle.generateKey(rsaOaep, true, ["encrypt", "decrypt"]);
  const jwe = (head: Members, key: CryptoKey | Uint8Array) =>
    new CompactEncrypt(plain).setProtectedHeader({ enc: "A256GCM", kid, typ: "at+jwt", ...head } as never).encrypt(key);
  const five = (head: Members) => [JSON.stringify(head), "k", "iv", "text", "tag"].map(encode).join(".");
  await assertRefusedInMemory({
    "1 part": header,
    "2 parts": `${header}.${claims}`,
    "2 parts and a dot": `${header}.${claims}.`,
    "4 parts": `${genuine}.${signature}`,
    "5 parts": `${genuine}.${signature}.${signature}`,
    "dots": "..",
    "no header": `.${claims}.${signature}`,
    "no payload": `${header}..${signature}`,
    "padded": `${header}=.${claims}.${signature}`,
    "padded signature": `${genuine}==`,
    "space inside": `${header}. ${claims}.${signature}`,
    "standard base64": `${header}.${claims}+/.${signature}`,
    "JSON serialisation": JSON.stringify({ protected: header, payload: claims, signature }),
    "JWE dir": jwe({ alg: "dir" }, new Uint8Array(32)),
    "JWE RSA-OAEP": jwe({ alg: "RSA-OAEP-256" }, rsa.publicKey),
    "JWE PBES2": five({ alg: "PBES2-HS256+A128KW", enc: "A128GCM", p2c: 2 ** 31, p2s: "c2FsdHNhbHQ" }),
    "PBES2 in three parts": forge.token({ header: { alg: "PBES2-HS256+A128KW", p2c: 2 ** 31 } }),
    "unknown crit": forge.token({ header: { crit: ["understand-me"], "understand-me": true } }),
    "empty crit": forge.token({ header: { crit: [] } }),
    "b64 false": forge.token({ header: { crit: ["b64"], b64: false } }),
  });
});

test("T036 a small token that would inflate to megabytes is refused, encrypted (RFC 7516 §4.1.3) or signed", async () => {
  const head = { alg: "dir", enc: "A256GCM", zip: "DEF", kid, typ: "at+jwt" };
  const claims = JSON.stringify(forge.claims);
  const rows = [2 ** 21, 2 ** 26].flatMap((size) => {
    const bomb = deflateRawSync(claims.replace("{", `{"padding":"${" ".repeat(size)}",`), { level: 9 });
    assert.ok(bomb.length * 900 < size);
    return [
      [`${size} bytes, encrypted`, directJwe(head, bomb)],
      [
        `${size} bytes, signed`,
        forge.written({ header: JSON.stringify({ ...forge.header, zip: "DEF" }), claims: bomb }),
      ],
    ] as const;
  });
  const cases: Cases = Object.fromEntries(rows);
  const lengths = (await Promise.all(Object.values(cases))).map((token) => token.length);
  assert.ok(lengths.some((length) => length <= 4_096) && lengths.some((length) => length > 60_000));
  await assertRefusedInMemory(cases);
});

/** Encrypted as JWE (RFC 7518 §5.3), with the only key of 32 bytes that is public: the public key. */
function directJwe(head: Members, plain: Uint8Array): string {
  const [key, iv] = [Buffer.from(String(jwks.keys[0]!.x), "base64url"), randomBytes(12)];
  const header = encode(JSON.stringify(head));
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(header));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return [header, "", ...[iv, text, cipher.getAuthTag()].map(encode)].join(".");
}

test("T037 a token of up to 4,096 characters is accepted, and a longer one refused, both with our signature", async () => {
  /** The token with padding to this length, or to the next length that base64url can have. */
  const sized = async (length: number) => {
    const bare = (await forge.token({ claims: { padding: "" } })).length;
    for (let size = Math.floor((length - bare) * 3 / 4) - 3;; size++) {
      const token = await forge.token({ claims: { padding: "p".repeat(size) } });
      if (token.length >= length) return token;
    }
  };
  const [longest, tooLong] = [await sized(4_095), await sized(4_097)];
  assert.deepEqual([longest.length <= 4_096, tooLong.length <= 4_098], [true, true]);
  await assertAccepted({ longest });
  await assertRefusedInMemory({
    tooLong,
    "60 kB": forge.token({ claims: { padding: "p".repeat(60_000) } }),
    "5 MB": forge.token({ claims: { padding: "p".repeat(5_000_000) } }),
  });
});

test("X05 a header or payload with stray bits after its last byte is refused, even with a signature over it", async () => {
  const cases: Cases = {};
  for (const [part, changed] of [["header", 0], ["payload", 1]] as const) {
    for (const note of ["", "n", "nn"]) {
      const written = [JSON.stringify(forge.header), JSON.stringify({ ...forge.claims, note })].map(encode);
      const spelled = strayBits(written[changed]!);
      if (spelled) cases[`${part} ${note}`] = forge.spelled(...written.with(changed, spelled) as [string, string]);
    }
  }
  assert.ok(Object.keys(cases).some((name) => name.startsWith("payload")));
  await assertRefusedInMemory(cases);
});

/** Another encoding of the same bytes; undefined if the last character has no spare bits. */
function strayBits(part: string): string | undefined {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet[alphabet.indexOf(part.at(-1)!) ^ 1]!;
  const other = part.slice(0, -1) + last;
  return Buffer.from(other, "base64url").equals(Buffer.from(part, "base64url")) ? other : undefined;
}

test("X05 a header member other than alg, typ and kid is refused, even with our signature", async () => {
  await assertRefusedInMemory(eachHeader({
    "b64 false": { b64: false },
    "b64 true": { b64: true },
    "crit": { crit: ["exp"] },
    "jku": { jku: "http://localhost:8000/.well-known/jwks.json" },
    "jwk": { jwk: { kty: "OKP", crv: "Ed25519", x: "AA" } },
    "x5u": { x5u: "http://localhost:8000/x5u" },
    "x5c": { x5c: ["AA"] },
    "x5t": { x5t: "AA" },
    "x5t#S256": { "x5t#S256": "AA" },
    "cty": { cty: "JWT" },
    "zip": { zip: "DEF" },
    "iss": { iss: "http://localhost:8000" },
    "a member that nobody knows": { note: "" },
    "Alg beside alg": { Alg: "EdDSA" },
  }));
});

test("T038 header and payload nested ten thousand deep are refused", async () => {
  const deep = "[".repeat(10_000) + "]".repeat(10_000);
  const objects = '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000);
  await assertRefusedInMemory({
    "payload": forge.written({ claims: deep }),
    "payload of objects": forge.written({ claims: objects }),
    "header": forge.written({ header: deep }),
    "a claim": forge.written({ claims: JSON.stringify(forge.claims).replace("{", `{"deep":${deep},`) }),
    "payload, as deep as 4 kB hold": forge.written({ claims: deep.slice(9_000, 11_000) }),
    "header, as deep as 4 kB hold": forge.written({ header: deep.slice(9_000, 11_000) }),
  });
});

test("T039 a header or payload that is not a JSON object in UTF-8 is refused", async () => {
  const claims = Buffer.from(JSON.stringify(forge.claims));
  const header = Buffer.from(JSON.stringify(forge.header));
  const bom = Buffer.from([0xef, 0xbb, 0xbf]);
  const invalid = (text: Buffer) =>
    Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xff, 0xc0]), Buffer.from('",'), text.subarray(1)]);
  const bodies: Record<string, string | Uint8Array> = {
    "array": `[${claims}]`,
    "string": JSON.stringify(claims.toString()),
    "null": "null",
    "true": "true",
    "number": "7",
    "nothing but space": " ",
    "no JSON": "claims",
    "invalid UTF-8": invalid(claims),
    "BOM": Buffer.concat([bom, claims]),
    "UTF-16": Buffer.from(claims.toString(), "utf16le"),
    "trailing comma": claims.toString().replace(/}$/, ",}"),
    "two documents": `${claims}${claims}`,
  };
  const rows = Object.entries(bodies).map(([name, claims]) => [name, forge.written({ claims })] as const);
  await assertRefusedInMemory(Object.fromEntries(rows));
  const heads = { "array": `[${header}]`, "null": "null", "string": '"EdDSA"', "no JSON": "head" };
  const headRows = Object.entries({
    ...heads,
    "invalid UTF-8": invalid(header),
    "BOM": Buffer.concat([bom, header]),
  }).map(([name, header]) => [`header ${name}`, forge.written({ header })] as const);
  await assertRefusedInMemory(Object.fromEntries(headRows));
});

test("T027 a remembered token is refused from the second it expires, and its signature is not checked again before", async () => {
  let nowMs = Date.now();
  const counts = { valid: 0, cached: 0, invalid: 0 };
  const tokens = createAccessTokens({
    keys: sentinel.keys,
    clock: { now: () => nowMs },
    issuer: "https://issuer.example",
    ttlSeconds: 600,
    counted: (result) => counts[result]++,
  });
  const iat = Math.floor(nowMs / 1000);
  const claims = { sub: crypto.randomUUID(), sid: crypto.randomUUID(), jti: crypto.randomUUID(), iat, exp: iat + 600 };
  const token = await tokens.sign({ ...claims, auth_time: iat, acr: "aal2", roles: [] });
  const verified = {
    ...claims,
    client_id: "sentinel",
    aud: "https://issuer.example",
    alg: "EdDSA",
    scopes: undefined,
    auth_time: iat,
    aal: 2,
    jkt: undefined,
  };
  assert.deepEqual(await tokens.verify(token), verified);
  nowMs = (iat + 600) * 1000 - 1;
  assert.deepEqual(await tokens.verify(token), verified);
  assert.deepEqual(counts, { valid: 1, cached: 1, invalid: 0 });
  nowMs++;
  await assert.rejects(async () => await tokens.verify(token), { code: "invalid_token" });
  assert.deepEqual(counts, { valid: 1, cached: 1, invalid: 1 });
});

test("GET /admin-only never uses the roles in a token", async () => {
  const status = async (claims: Members) => {
    const authorization = `Bearer ${await forge.token({ claims })}`;
    return (await sentinel.fetch("/admin-only", { headers: { authorization } })).status;
  };
  assert.equal(await status({ roles: ["admin"], permissions: ["*"] }), 403);
  assert.equal(await status({ scope: "admin_area:enter" }), 401, "no token of a login has scopes");
});

test("no case above left a token or a stack trace in the log, or was unexpected", async () => {
  assert.doesNotMatch(await sentinel.logs(), /eyJ|snt_rt_|"level":"error"/);
});
