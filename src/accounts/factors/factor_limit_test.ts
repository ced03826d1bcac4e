import assert from "node:assert/strict";
import { blockOf } from "../../testing/documents/blocks.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { newApp } from "../../testing/factors/factors.ts";
import { callsWith, loggedIn } from "../../testing/people/people.ts";
import { steppedUp } from "../../testing/factors/two_step_users.ts";

const sentinel = await startSentinel({ settings: { SENTINEL_RATE_LIMIT: "on" }, lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

/** A user who has set up an app, and proved it in this session. */
async function withApp() {
  const { id, token } = await loggedIn(sentinel);
  const app = await newApp(sentinel, id);
  const factor = { type: "recovery_code", code: app.recoveryCodes.shift() };
  return { id, app, call: callsWith(sentinel, (await steppedUp(sentinel, token, { factor })).access_token) };
}

test("T272 T189 of 40 guesses at once ten are judged; then even the right code waits, and the password does not", async () => {
  const { id, call, app } = await withApp();
  const renew = (type: string, code: string) => call("/users/me/recovery-codes", { json: { factor: { type, code } } });
  const guesses = Array.from({ length: 40 }, (_, i) => renew(i % 2 ? "totp" : "recovery_code", "000000"));
  const statuses = (await Promise.all(guesses)).map(({ status }) => status).sort();
  assert.deepEqual(statuses, [...Array(10).fill(403), ...Array(30).fill(429)]);
  const refused = await sentinel.db.query("test", "select from audit_events where action = 'factor.refused'");
  assert.equal(refused.length, 10);
  const query = blockOf("sql", "observability/runbooks/factor-guessing.md", "Check");
  assert.deepEqual(await sentinel.db.query("test", query), [{ subject_id: id, ip: "127.0.0.1", count: "10" }]);
  const limited = await renew("totp", app.code());
  assert.equal(limited.status, 429);
  assert.match(limited.headers.get("ratelimit-policy")!, /^"factor_account";q=10;w=900$/);
  const json = { current_password: "not theirs", new_password: "one harbour and seven seas" };
  assert.equal(
    (await call("/users/me/password", { method: "PUT", json })).status,
    403,
    "the password has its own count",
  );
});

test("T265 wrong passwords leave the codes alone, and right codes count for nothing", async () => {
  const { call, app } = await withApp();
  const json = { current_password: "not theirs", new_password: "one harbour and seven seas" };
  const statuses = [];
  for (let n = 0; n < 12; n++) statuses.push((await call("/users/me/password", { method: "PUT", json })).status);
  assert.equal(statuses.at(-1), 429);
  const codes = [...app.recoveryCodes];
  for (let n = 0; n < 12; n++) {
    const proof = { factor: { type: "recovery_code", code: codes.shift() } };
    const renewed = await call("/users/me/recovery-codes", { json: proof });
    assert.equal(renewed.status, 200, `code ${n}`);
    codes.splice(0, codes.length, ...(await renewed.json()).recovery_codes);
  }
});
