import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { v7 as uuidv7 } from "uuid";
import { createSecrets } from "../../vocabulary/secrets.ts";
import { type Sentinel, startSentinel, test, testSecret } from "../../testing/harness.ts";
import { formatRefreshToken, parseRefreshToken, type RefreshClaims, verifyRefreshMac } from "./refresh_token.ts";

const subkey = randomBytes(32);
const seed = randomBytes(32);
const id = uuidv7();

const parsed = (token: string): RefreshClaims => parseRefreshToken(token) ?? assert.fail("not parsed");

/** The body with its checksum. */
const checked = (body: string) => body + crc32(body).toString(16).padStart(8, "0");

test("a refresh token contains its session and counter, which its seed and subkey verify", () => {
  for (const counter of [0, 1, 255, 65_536, 2 ** 31, 2 ** 48 - 1]) {
    const claims = parsed(formatRefreshToken(subkey, seed, id, counter));
    assert.equal(claims.sessionId, id);
    assert.equal(claims.counter, counter);
    assert.equal(claims.mac.length, 32);
    assert.equal(verifyRefreshMac(subkey, seed, claims), true);
  }
});

test("a refresh token is the same each time it is derived", () => {
  assert.equal(formatRefreshToken(subkey, seed, id, 3), formatRefreshToken(subkey, seed, id, 3));
});

test("T307 neither the seed alone nor the subkey alone verifies a refresh token", () => {
  const claims = parsed(formatRefreshToken(subkey, seed, id, 0));
  for (const other of [randomBytes(32), Buffer.alloc(32), Buffer.alloc(0), seed]) {
    assert.equal(verifyRefreshMac(other, seed, claims), false);
  }
  for (const other of [randomBytes(32), Buffer.alloc(32), Buffer.alloc(0), subkey]) {
    assert.equal(verifyRefreshMac(subkey, other, claims), false);
  }
});

test("a refresh token verifies for its own session and counter only", () => {
  const claims = parsed(formatRefreshToken(subkey, seed, id, 7));
  for (const counter of [0, 6, 8, 7 + 2 ** 32]) {
    assert.equal(verifyRefreshMac(subkey, seed, { ...claims, counter }), false);
  }
  assert.equal(verifyRefreshMac(subkey, seed, { ...claims, sessionId: uuidv7() }), false);
});

test("a refresh token with any bit flipped cannot be parsed, or does not verify", () => {
  const token = formatRefreshToken(subkey, seed, id, 7);
  const payload = Buffer.from(token.slice("snt_rt_".length, -8), "base64url");
  for (let bit = 0; bit < payload.length * 8; bit++) {
    const flipped = Buffer.from(payload);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    const body = `snt_rt_${flipped.toString("base64url")}`;
    assert.equal(parseRefreshToken(body + token.slice(-8)), undefined);
    const claims = parseRefreshToken(checked(body)); // undefined if the flipped bit makes the UUID invalid
    assert.equal(claims !== undefined && verifyRefreshMac(subkey, seed, claims), false, `bit ${bit}`);
  }
});

test("text without the form or the checksum of a refresh token cannot be parsed", () => {
  const token = formatRefreshToken(subkey, seed, id, 7);
  const [payload, sum] = [token.slice(7, -8), token.slice(-8)];
  const strangers = [
    "",
    "snt_rt_",
    payload + sum,
    token.slice(0, -1),
    `${token}0`,
    ` ${token}`,
    `${token}\n`,
    token.toUpperCase(),
    `snt_at_${payload}${sum}`,
    token.slice(0, -8) + sum.toUpperCase().replace(/^[0-9]+$/, "XXXXXXXX"),
    token.slice(0, -8) + (sum === "00000000" ? "00000001" : "00000000"),
    checked(`snt_rt_${payload.slice(1)}`),
    checked(`snt_rt_${payload}A`),
    checked(`snt_rt_${payload.slice(0, -1)}+`),
    checked(`snt_rt_${payload.slice(0, -1)}=`),
    "snt_rt_" + "A".repeat(1_000_000),
    token.repeat(1_000),
  ];
  for (const stranger of strangers) assert.equal(parseRefreshToken(stranger), undefined, stranger.slice(0, 100));
});

test("T122 20,000 refresh tokens are all different, and scanners recognize each by its prefix", () => {
  const seen = new Set<string>();
  for (let session = 0; session < 200; session++) {
    const [ownSeed, ownId] = [randomBytes(32), uuidv7()];
    for (let counter = 0; counter < 100; counter++) {
      const token = formatRefreshToken(subkey, ownSeed, ownId, counter);
      assert.match(token, /^snt_rt_[\w-]{72}[0-9a-f]{8}$/);
      seen.add(token);
    }
  }
  assert.equal(seen.size, 20_000);
});

test("T122 T307 POST /login leaves nothing in the database or the log from which alone a refresh token could be made", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  const { refresh_token } = await sentinel.login("grace");
  const { sessionId, counter, mac } = parsed(refresh_token);

  const [session] = await sentinel.db.query<{ refresh_seed: Uint8Array; secret_id: string; refresh_counter: string }>(
    "find_seed",
    "select refresh_seed, secret_id, refresh_counter from sessions where id = $1",
    [sessionId],
  );
  assert.equal(Number(session!.refresh_counter), counter);
  const secrets = createSecrets(testSecret);
  assert.equal(session!.secret_id, secrets.id);
  assert.equal(
    verifyRefreshMac(secrets.subkey("refresh"), session!.refresh_seed, { sessionId, counter, mac }),
    true,
  );
  assert.equal(verifyRefreshMac(secrets.subkey("keys"), session!.refresh_seed, { sessionId, counter, mac }), false);

  const dump = await dumpOf(sentinel) + await sentinel.logs();
  assert.match(dump, new RegExp(sessionId));
  const payload = refresh_token.slice("snt_rt_".length, -8);
  const hidden = [payload, mac, testSecret, secrets.subkey("refresh")];
  for (const secret of hidden) {
    for (const form of ["hex", "base64", "base64url"] as const) {
      const text = typeof secret === "string" ? secret : Buffer.from(secret).toString(form);
      assert.ok(!dump.includes(text.replace(/=+$/, "")), form);
    }
  }
});

/** Every row of every table as text, bytes in hex. */
async function dumpOf({ db, schema }: Sentinel): Promise<string> {
  const tables = await db.query<{ name: string }>(
    "list_tables",
    "select table_name as name from information_schema.tables where table_schema = $1 and table_type = 'BASE TABLE'",
    [schema],
  );
  const rows: { row: string }[] = [];
  for (const { name } of tables) {
    rows.push(...await db.query<{ row: string }>("dump", `select t::text as row from "${name}" t`));
  }
  return rows.map(({ row }) => row).join("\n");
}

test("X05 a refresh token has only one encoding", () => {
  const token = formatRefreshToken(subkey, seed, id, 3);
  const others = new Set([
    token.toUpperCase(),
    token.toLowerCase(),
    `${token}=`,
    ` ${token}`,
    `${token} `,
    `${token}\n`,
    token.replace("snt_rt_", "SNT_RT_"),
    token.slice(0, -8) + token.slice(-8).toUpperCase(),
    token.replaceAll("-", "+").replaceAll("_", "/"),
  ]);
  others.delete(token);
  for (const other of others) assert.equal(parseRefreshToken(other), undefined, other);
});
