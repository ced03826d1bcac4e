import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { openText } from "../../platform/text/sealed_text.ts";
import { test, testSecret } from "../../testing/harness.ts";
import { newApp, totpCode } from "../../testing/factors/factors.ts";
import { newcomer } from "../../testing/people/people.ts";
import { startReplicas } from "../../testing/replicas.ts";
import { localClient } from "../../vocabulary/actor.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";
import { createTotp } from "../totp/totp.ts";

const replicas = await startReplicas();
const [sentinel] = replicas;
const { db, clock } = sentinel;

const prove = (id: string, type: "totp" | "recovery_code", code: string, at = sentinel) =>
  at.db.transaction((tx) => at.factors.verifyIn(tx, id, { type, code }, localClient));
const accepted = { amr: ["otp"] };
const numberOf = (outcomes: unknown[]) => outcomes.filter((outcome) => outcome !== undefined).length;

async function owner() {
  const { id: userId } = await newcomer(sentinel);
  return { userId, ...await newApp(sentinel, userId) };
}

/** A code of no step near now. */
const wrongCode = (secret: string) => {
  const near = [-2, -1, 0, 1, 2].map((steps) => totpCode(secret, Math.floor(clock.now() / 30_000) + steps));
  return ["000000", "000001", "000002", "000003", "000004", "000005"].find((code) => !near.includes(code))!;
};

test("T263 a code counts once: not again, not at another replica, and no earlier one after it", async () => {
  const user = await owner();
  const { code } = user;
  assert.equal(await prove(user.userId, "totp", code(-1)), undefined, "it confirmed the factor");
  assert.deepEqual(await prove(user.userId, "totp", code(1)), accepted);
  for (const replica of replicas) {
    assert.equal(await prove(user.userId, "totp", code(1), replica), undefined);
    assert.equal(await prove(user.userId, "totp", code(0), replica), undefined, "an earlier code");
  }
});

test("T263 of 30 uses of one code at once, at three replicas, one counts", async () => {
  const user = await owner();
  const code = user.code();
  const uses = Array.from({ length: 30 }, (_, i) => prove(user.userId, "totp", code, replicas[i % 3]));
  assert.equal(numberOf(await Promise.all(uses)), 1);
  const [row] = await db.query("test", "select failures from totp_factors where user_id = $1", [user.userId]);
  assert.deepEqual(row, { failures: 0 }, "a repeated code is no guess");
});

test("T264 at the database's time too, the next code counts and one of 90 seconds away does not", async () => {
  const user = await owner();
  assert.deepEqual(
    [await prove(user.userId, "totp", user.code(3)), await prove(user.userId, "totp", user.code(-3))],
    [undefined, undefined],
  );
  assert.deepEqual(await prove(user.userId, "totp", user.code(0)), accepted);
  assert.deepEqual(await prove(user.userId, "totp", user.code(1)), accepted);
});

test("T272 of 20 uses of one recovery code at once, one counts, and no code counts twice or for another user", async () => {
  const [user, other] = [await owner(), await owner()];
  const [code, second] = user.recoveryCodes as [string, string];
  const uses = Array.from({ length: 20 }, (_, i) => prove(user.userId, "recovery_code", code, replicas[i % 3]));
  assert.equal(numberOf(await Promise.all(uses)), 1);
  assert.equal(await prove(user.userId, "recovery_code", code), undefined);
  assert.equal(await prove(other.userId, "recovery_code", second), undefined);
  const typed = second.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l");
  assert.deepEqual(await prove(user.userId, "recovery_code", typed), accepted);
  for (const guess of ["", "-", "0000-0000-0000-0000-0000-0000", second.slice(1), second + second, "é".repeat(24)]) {
    assert.equal(await prove(user.userId, "recovery_code", guess), undefined);
  }
});

test("T272 recovery codes have 120 bits, and only their hashes are stored", async () => {
  const user = await owner();
  assert.equal(new Set(user.recoveryCodes).size, 10);
  for (const code of user.recoveryCodes) assert.match(code, /^(?:[0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
  const rows = await db.query("test", "select octet_length(code_hash) as size from recovery_codes where user_id = $1", [
    user.userId,
  ]);
  assert.deepEqual(rows, Array.from({ length: 10 }, () => ({ size: 32 })));
});

test("after 100 wrong codes in a row a factor rests, which is recorded; another factor wakes it", async () => {
  const user = await owner();
  await db.query("test", "update totp_factors set failures = 98 where user_id = $1", [user.userId]);
  const wrong = wrongCode(user.secret);
  for (let n = 0; n < 2; n++) assert.equal(await prove(user.userId, "totp", wrong), undefined);
  assert.equal(await prove(user.userId, "totp", user.code()), undefined, "even the right code");
  const actions = await db.query<{ action: string }>(
    "test",
    "select action from audit_events where subject_id = $1 and action = 'factor.rested'",
    [user.userId],
  );
  assert.equal(actions.length, 1);
  assert.deepEqual(await sentinel.factors.kindsOf(db, user.userId), ["totp", "recovery_code"], "it still has a factor");
  assert.equal((await sentinel.factors.list(db, user.userId))[0]!.resting, true);
  assert.deepEqual(await prove(user.userId, "recovery_code", user.recoveryCodes[0]!), accepted);
  assert.deepEqual(await prove(user.userId, "totp", user.code()), accepted);
});

test("a right code forgets the wrong ones before it", async () => {
  const user = await owner();
  for (let n = 0; n < 3; n++) await prove(user.userId, "totp", wrongCode(user.secret));
  await prove(user.userId, "totp", user.code());
  const [row] = await db.query("test", "select failures from totp_factors where user_id = $1", [user.userId]);
  assert.deepEqual(row, { failures: 0 });
});

test("a user without a factor has none by recovery codes alone, and proves nothing", async () => {
  const user = await owner();
  await db.query("test", "delete from totp_factors where user_id = $1", [user.userId]);
  assert.deepEqual(await sentinel.factors.kindsOf(db, user.userId), []);
  assert.equal(await prove(user.userId, "totp", "000000"), undefined);
  assert.deepEqual(await sentinel.factors.kindsOf(db, crypto.randomUUID()), []);
});

test("T270 a secret is encrypted for its row, and again at the start with another secret", async () => {
  const [user, other] = [await owner(), await owner()];
  const sealedOf = async ({ id }: { id: string }) =>
    (await db.query<{ sealed: Uint8Array; secret_id: string }>(
      "test",
      "select secret_sealed as sealed, secret_id from totp_factors where id = $1",
      [id],
    ))[0]!;
  const { sealed } = await sealedOf(user);
  const subkey = createSecrets(testSecret).subkey("factors");
  assert.equal(openText(subkey, user.id, sealed), user.secret);
  assert.throws(() => openText(subkey, other.id, sealed), "a secret moved to another row");
  const newSecret = randomBytes(32);
  const next = createSecrets(newSecret, testSecret);
  const renewed = createTotp({ db, clock, secrets: next, issuer: "Sentinel" });
  await renewed.reseal();
  const after = await sealedOf(user);
  assert.equal(after.secret_id, next.id);
  assert.equal(openText(next.subkey("factors"), user.id, after.sealed), user.secret);
  await assert.rejects(prove(user.userId, "totp", user.code()), /cannot be decrypted/);
  const outcome = await db.transaction((tx) => renewed.verifyIn(tx, user.userId, user.code()));
  assert.deepEqual(outcome, { kind: "accepted" });
  await createTotp({ db, clock, secrets: createSecrets(testSecret, newSecret), issuer: "Sentinel" }).reseal();
});
