import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { startSentinel, test } from "../../testing/harness.ts";
import type { Behaviour } from "../../testing/factors/authenticator.ts";
import { newApp } from "../../testing/factors/factors.ts";
import { newPasskey, type OwnPasskey } from "../../testing/factors/passkeys.ts";
import { loginOf, proveFactor } from "../../testing/factors/two_step_users.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false, settings: { SENTINEL_RATE_LIMIT: "on" } });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

type Owner = OwnPasskey & { userId: string; username: string; password: string };

/** A user with a password and a passkey. */
async function owner(usual: Behaviour = {}): Promise<Owner> {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  const { id: userId } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  return { userId, username, password, ...await newPasskey(sentinel, userId, usual) };
}

/** The answer of a login that waits for the factor. */
async function begun(user: { username: string; password: string }) {
  const answer = await loginOf(sentinel, user);
  assert.equal(answer.status, 403);
  return await answer.json();
}

const prove = (mfa_token: string, assertion: unknown) =>
  sentinel.fetch("/login/factor", { json: { mfa_token, type: "passkey", assertion } });

const typeOf = async (response: Response) => (await response.json()).type;

test("a login of a user with a passkey waits for it, and asks it for the user's own passkeys", async () => {
  const user = await owner();
  const { type, factors, passkey_options, mfa_token } = await begun(user);
  assert.deepEqual([type, factors], ["/problems/mfa_required", ["passkey"]]);
  assert.deepEqual(passkey_options.allowCredentials, [
    { id: user.credential.id, type: "public-key", transports: ["usb"] },
  ]);
  assert.equal(passkey_options.userVerification, "preferred");
  const proved = await prove(mfa_token, user.authenticator.get(passkey_options));
  assert.equal(proved.status, 200);
  const { sid } = decodeJwt((await proved.json()).access_token);
  const [session] = await db.query("test", "select amr, aal from sessions where id = $1", [sid]);
  assert.deepEqual(session, { amr: ["pwd", "pop", "user", "mfa"], aal: 2 });
});

test("T274 a passkey without user verification is a second factor", async () => {
  const user = await owner();
  const { passkey_options, mfa_token } = await begun(user);
  const proved = await prove(mfa_token, user.authenticator.get(passkey_options, { uv: false }));
  const { sid } = decodeJwt((await proved.json()).access_token);
  const [session] = await db.query("test", "select amr, aal from sessions where id = $1", [sid]);
  assert.deepEqual(session, { amr: ["pwd", "pop", "mfa"], aal: 2 });
});

test("T274 the passkey of another user, or one that signs another login's challenge, is no second factor", async () => {
  const [user, other] = [await owner(), await owner()];
  const [mine, theirs] = [await begun(user), await begun(other)];
  const foreign = other.authenticator.get({ ...mine.passkey_options, allowCredentials: [] });
  assert.equal(await typeOf(await prove(mine.mfa_token, foreign)), "/problems/invalid_factor");
  const swapped = user.authenticator.get({ ...theirs.passkey_options, allowCredentials: [] });
  assert.equal(await typeOf(await prove(mine.mfa_token, swapped)), "/problems/invalid_factor");
  assert.equal((await prove(mine.mfa_token, user.authenticator.get(mine.passkey_options))).status, 200);
});

test("T266 one signature completes one login", async () => {
  const user = await owner();
  const { passkey_options, mfa_token } = await begun(user);
  const assertion = user.authenticator.get(passkey_options);
  const statuses = await Promise.all(
    Array.from({ length: 10 }, async () => (await prove(mfa_token, assertion)).status),
  );
  assert.deepEqual(statuses.filter((status) => status === 200), [200]);
  const next = await begun(user);
  assert.equal(await typeOf(await prove(next.mfa_token, assertion)), "/problems/invalid_factor");
});

test("T265 five bad passkeys end the login, ten lock the factor, and never the password", async () => {
  const user = await owner();
  for (let login = 0; login < 2; login++) {
    const { passkey_options, mfa_token } = await begun(user);
    for (let i = 0; i < 5; i++) {
      const bad = user.authenticator.get(passkey_options, { origin: "https://evil.example" });
      assert.equal((await prove(mfa_token, bad)).status, 401);
    }
  }
  const { passkey_options, mfa_token } = await begun(user);
  const limited = await prove(mfa_token, user.authenticator.get(passkey_options));
  assert.equal(limited.status, 429);
  assert.match(limited.headers.get("ratelimit-policy") ?? "", /factor_account/);
});

test("T265 a second factor that is locked does not lock the passkey alone", async () => {
  const user = await owner();
  for (let i = 0; i < 10; i++) {
    await sentinel.factorCheck.check(
      user.userId,
      { type: "recovery_code", code: "wrong" },
      { ip: null, user_agent: null, request_id: null },
    );
  }
  const { challenge_id, publicKey } = await (await sentinel.fetch("/login/passkey/options", { method: "POST" })).json();
  const json = { challenge_id, assertion: user.authenticator.get(publicKey) };
  assert.equal((await sentinel.fetch("/login/passkey", { json })).status, 200);
});

test("T268 a passkey that was removed, or added, ends a login that waits for one", async () => {
  for (const change of ["remove", "add"]) {
    const user = await owner();
    const { passkey_options, mfa_token } = await begun(user);
    const assertion = user.authenticator.get(passkey_options);
    if (change === "add") await newPasskey(sentinel, user.userId);
    else await db.transaction((tx) => sentinel.factors.removeIn(tx, user.userId, user.id));
    assert.equal(await typeOf(await prove(mfa_token, assertion)), "/problems/login_expired", change);
  }
});

test("a user with an app and a passkey proves either; the app needs no challenge", async () => {
  const user = await owner();
  const app = await newApp(sentinel, user.userId);
  const { factors, mfa_token } = await begun(user);
  assert.deepEqual(factors, ["totp", "passkey", "recovery_code"]);
  assert.equal((await proveFactor(sentinel, { mfa_token, type: "totp", code: app.code() })).status, 200);
});

test("a user with passkeys for another domain alone is asked for them, or for a recovery code", async () => {
  const user = await owner();
  const app = await newApp(sentinel, user.userId);
  await db.query("test", "update passkeys set rp_id = 'example.com' where user_id = $1", [user.userId]);
  const { factors, passkey_options, mfa_token } = await begun(user);
  assert.deepEqual([factors, passkey_options], [["totp", "passkey", "recovery_code"], undefined]);
  const code = app.recoveryCodes[0]!;
  assert.equal((await proveFactor(sentinel, { mfa_token, type: "recovery_code", code })).status, 200);
});
