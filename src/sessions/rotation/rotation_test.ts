import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { startSentinel, test } from "../../testing/harness.ts";
import { statementsOf } from "../../testing/statements/statements.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const refresh = (refresh_token: string) =>
  sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });

/** The session id and counter in the token. */
const claimsIn = (token: string) => Buffer.from(token.slice("snt_rt_".length, -8), "base64url").subarray(0, 22);

/** A session whose seed is in memory, because it has rotated once. */
async function remembered(name: "grace" | "nobody") {
  const { refresh_token } = await sentinel.login(name);
  const { refresh_token: current } = await (await refresh(refresh_token)).json();
  return { refresh_token: current as string, id: claimsIn(current).toString("hex", 0, 16) };
}

const counterOf = async (id: string) => {
  const [row] = await sentinel.db.query<{ counter: number }>(
    "test",
    "select refresh_counter::int as counter from sessions where id = $1",
    [id],
  );
  return row?.counter;
};

test("a rotation is one statement, except the first of a session on this replica", async () => {
  const { refresh_token } = await sentinel.login("grace");
  let current = refresh_token;
  const rotate = async () => current = (await (await refresh(current)).json()).refresh_token;
  assert.deepEqual(await statementsOf(rotate), { find_for_refresh: 1, update_refresh_counter: 1 });
  assert.deepEqual(await statementsOf(rotate), { update_refresh_counter: 1 });
});

test("T122 a forged MAC is refused without a statement if the seed is in memory, and changes nothing", async () => {
  const { refresh_token, id } = await remembered("grace");
  const body = "snt_rt_" + Buffer.concat([claimsIn(refresh_token), randomBytes(32)]).toString("base64url");
  const forged = body + crc32(body).toString(16).padStart(8, "0");
  assert.deepEqual(await statementsOf(async () => assert.equal((await refresh(forged)).status, 400)), {});
  assert.equal(await counterOf(id), 1);
  assert.equal((await refresh(refresh_token)).status, 200);
});

test("T122 the MAC of the token that was issued last vouches for no other counter", async () => {
  const { refresh_token, id } = await remembered("grace");
  const bytes = Buffer.from(refresh_token.slice("snt_rt_".length, -8), "base64url");
  bytes.writeUIntBE(bytes.readUIntBE(16, 6) + 1, 16, 6);
  const body = "snt_rt_" + bytes.toString("base64url");
  const forged = body + crc32(body).toString(16).padStart(8, "0");
  assert.deepEqual(await statementsOf(async () => assert.equal((await refresh(forged)).status, 400)), {});
  assert.equal(await counterOf(id), 1);
  assert.equal((await refresh(refresh_token)).status, 200);
});

test("a rotation stores which secret made its token", async () => {
  const { refresh_token, id } = await remembered("grace");
  const secretOf = async () =>
    (await sentinel.db.query<{ secret_id: string }>("test", "select secret_id from sessions where id = $1", [id]))[0];
  const made = await secretOf();
  await sentinel.db.query("test", "update sessions set secret_id = 'an older one' where id = $1", [id]);
  assert.equal((await refresh(refresh_token)).status, 200);
  assert.deepEqual(await secretOf(), made);
});

const ends = {
  "revoked": "update sessions set revoked_at = now() where id = $1",
  "past its time": "update sessions set expires_at = now() where id = $1",
  "idle for too long": "update sessions set last_seen_at = now() - interval '8 days' where id = $1",
  "of a disabled user": "update users set disabled_at = now() where id = (select user_id from sessions where id = $1)",
  "deleted": "delete from sessions where id = $1",
};

for (const [ended, statement] of Object.entries(ends)) {
  test(`a session in memory that is ${ended} cannot refresh, even if this replica heard of nothing`, async () => {
    const { refresh_token, id } = await remembered("nobody");
    await sentinel.db.query("test", statement, [id]);
    const refused = await refresh(refresh_token);
    assert.equal(refused.status, 400);
    assert.equal((await refused.json()).error, "invalid_grant");
    if (ended !== "deleted") assert.equal(await counterOf(id), 1);
    await sentinel.db.query("test", "update users set disabled_at = null where disabled_at is not null");
  });
}
