import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { startSentinel, test } from "../../testing/harness.ts";
import { newApp, totpCode } from "../../testing/factors/factors.ts";
import {
  loginOf,
  mfaTokenOf,
  newTwoStepUser,
  proveFactor,
  type TwoStepUser,
} from "../../testing/factors/two_step_users.ts";
import { statementsOf } from "../../testing/statements/statements.ts";

const sentinel = await startSentinel({ lasting: false, settings: { SENTINEL_RATE_LIMIT: "on" } });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const twoStepUser = () => newTwoStepUser(sentinel);
const login = (user: { username: string; password: string }) => loginOf(sentinel, user);
const mfaToken = (user: TwoStepUser) => mfaTokenOf(sentinel, user);
const prove = (mfa_token: string, code: string, type = "totp") => proveFactor(sentinel, { mfa_token, code, type });

async function sessionsOf({ id }: { id: string }): Promise<number> {
  const rows = await db.query("test", "select 1 from sessions where user_id = $1", [id]);
  return rows.length;
}

test("T267 a login with the right password answers mfa_required, and no session exists before the factor", async () => {
  const user = await twoStepUser();
  const answer = await login(user);
  assert.equal(answer.status, 403);
  assert.deepEqual(answer.headers.getSetCookie(), []);
  const { type, mfa_token, factors, expires_in, ...rest } = await answer.json();
  assert.deepEqual([type, factors, expires_in], ["/problems/mfa_required", ["totp", "recovery_code"], 300]);
  assert.match(mfa_token, /^snt_lt_/);
  assert.deepEqual(Object.keys(rest).filter((member) => /token/.test(member)), []);
  assert.equal(await sessionsOf(user), 0);
  const proved = await prove(mfa_token, user.app.code());
  assert.equal(proved.status, 200);
  const { access_token, refresh_token } = await proved.json();
  const [session] = await db.query("test", "select amr, aal from sessions where id = $1", [
    decodeJwt(access_token).sid,
  ]);
  assert.deepEqual(session, { amr: ["pwd", "otp", "mfa"], aal: 2 });
  assert.equal((await sentinel.fetch("/logout", { json: { refresh_token } })).status, 204);
});

test("T267 the password grant answers mfa_required as an error of OAuth", async () => {
  const user = await twoStepUser();
  const { username, password } = user;
  const answer = await sentinel.fetch("/oauth/token", { form: { grant_type: "password", username, password } });
  const { error, mfa_token } = await answer.json();
  assert.deepEqual([answer.status, error], [400, "mfa_required"]);
  assert.equal((await prove(mfa_token, user.app.code())).status, 200);
});

test("a wrong password of a user with a second factor is refused like any other", async () => {
  const user = await twoStepUser();
  const refused = await login({ ...user, password: "not theirs" });
  assert.deepEqual([refused.status, (await refused.json()).type], [401, "/problems/invalid_credentials"]);
});

test("T266 a login is completed once", async () => {
  const user = await twoStepUser();
  const token = await mfaToken(user);
  assert.equal((await prove(token, user.app.code())).status, 200);
  const again = await prove(token, user.app.code(1));
  assert.deepEqual([again.status, (await again.json()).type], [401, "/problems/login_expired"]);
  assert.equal(await sessionsOf(user), 1);
});

test("T265 five wrong codes end the login, and do not lock the password", async () => {
  const user = await twoStepUser();
  const token = await mfaToken(user);
  const wrong = totpCode(user.app.secret, 1);
  for (let i = 0; i < 5; i++) {
    const refused = await prove(token, wrong);
    assert.deepEqual([refused.status, (await refused.json()).type], [401, "/problems/invalid_factor"]);
  }
  assert.equal((await (await prove(token, user.app.code())).json()).type, "/problems/login_expired");
  assert.equal((await prove(await mfaToken(user), user.app.code())).status, 200, "the password was not locked");
});

test("T265 ten wrong codes lock the factor for a while, and not the password", async () => {
  const user = await twoStepUser();
  const wrong = totpCode(user.app.secret, 1);
  for (let i = 0; i < 10; i++) assert.equal((await prove(await mfaToken(user), wrong)).status, 401);
  const limited = await prove(await mfaToken(user), user.app.code());
  assert.equal(limited.status, 429);
  assert.match(limited.headers.get("ratelimit-policy") ?? "", /factor/);
});

test("T272 a recovery code stands in for the factor, once", async () => {
  const user = await twoStepUser();
  const [code] = user.app.recoveryCodes as [string];
  assert.equal((await prove(await mfaToken(user), code, "recovery_code")).status, 200);
  assert.equal((await prove(await mfaToken(user), code, "recovery_code")).status, 401);
});

test("T236 nothing but the token of this very login completes it", async () => {
  const [user, other] = [await twoStepUser(), await twoStepUser()];
  const token = await mfaToken(user);
  assert.equal((await prove(token, other.app.code())).status, 401, "the code of another user");
  for (const text of ["", "snt_lt_x", token.slice(0, -1), `${token}0`, token.replace("snt_lt_", "snt_ac_")]) {
    assert.equal((await (await prove(text, user.app.code())).json()).type, "/problems/login_expired", text);
  }
  assert.equal((await prove(token, user.app.code())).status, 200);
});

const changes: [what: string, change: (user: TwoStepUser) => Promise<unknown>][] = [
  ["a new password", ({ username }) => sentinel.users.setPassword(username, `words ${crypto.randomUUID()}`)],
  ["disabling the user", ({ username }) => sentinel.users.setDisabled(username, true)],
  ["another factor", ({ id }) => newApp(sentinel, id, "tablet")],
];

for (const [what, change] of changes) {
  test(`T268 ${what} ends a login that waits for the factor`, async () => {
    const user = await twoStepUser();
    const token = await mfaToken(user);
    await change(user);
    assert.equal((await (await prove(token, user.app.code())).json()).type, "/problems/login_expired");
    assert.equal(await sessionsOf(user), 0);
  });
}

test("a second step costs at most fourteen statements", async () => {
  const user = await twoStepUser();
  const token = await mfaToken(user);
  const statements = await statementsOf(() => prove(token, user.app.code()));
  assert.equal(statements.insert_sessions, 1);
  assert.ok(Object.values(statements).reduce((sum, count) => sum + count) <= 14, JSON.stringify(statements));
});
