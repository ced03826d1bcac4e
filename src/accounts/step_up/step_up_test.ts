import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { localActor } from "../../vocabulary/actor.ts";
import { bearerChallenge } from "../../testing/challenges.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { newKey } from "../../testing/people/api_keys.ts";
import { newApp } from "../../testing/factors/factors.ts";
import { newPasskey } from "../../testing/factors/passkeys.ts";
import { callsWith } from "../../testing/people/people.ts";
import { refresh, statusOf } from "../../testing/people/sessions.ts";
import { loginOf, newTwoStepUser, proveFactor, steppedUp, stepUp } from "../../testing/factors/two_step_users.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

type Tokens = { access_token: string; refresh_token: string };

/** A new user without a second factor, and the tokens of a session of theirs. */
async function loggedIn() {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  const { id } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  const tokens: Tokens = await (await loginOf(sentinel, { username, password })).json();
  return { id, username, password, tokens, sid: decodeJwt(tokens.access_token).sid as string };
}

/** A user with an app, and the tokens of a session that was started with it. */
async function loggedInTwice() {
  const user = await newTwoStepUser(sentinel);
  const { mfa_token } = await (await loginOf(sentinel, user)).json();
  const proof = { mfa_token, type: "recovery_code", code: user.app.recoveryCodes.shift()! };
  const tokens: Tokens = await (await proveFactor(sentinel, proof)).json();
  return { ...user, tokens, sid: decodeJwt(tokens.access_token).sid as string };
}

/** The sign-in of the session was so many minutes ago. */
async function age(sid: string, minutes: number): Promise<void> {
  const text = "update sessions set auth_time = now() - make_interval(mins => $2) where id = $1";
  await sentinel.db.query("test", text, [sid, minutes]);
  sentinel.principals.forgetSession(sid);
}

const newKeyOf = (token: string) =>
  callsWith(sentinel, token)("/users/me/api-keys", { json: { name: "k", scopes: [] } });
const codeOf = async (answer: Response) => (await answer.json()).type.replace("/problems/", "");

async function sessionOf(id: string) {
  const text = `select aal, amr, auth_time > now() - interval '5 seconds' as is_fresh,
      refresh_counter::int as counter, revoked_at is not null as revoked from sessions where id = $1`;
  return (await sentinel.db.query<Record<string, unknown>>("test", text, [id]))[0]!;
}

test("T173 the password makes an old sign-in fresh, for the new tokens alone", async () => {
  const { id, password, tokens, sid } = await loggedIn();
  assert.equal((await newKeyOf(tokens.access_token)).status, 201, "who has just logged in sees no difference");
  await age(sid, 11);
  const stale = await newKeyOf(tokens.access_token);
  assert.equal(stale.status, 401);
  const challenge = bearerChallenge('error="insufficient_user_authentication"', 'max_age="600"');
  assert.equal(stale.headers.get("www-authenticate"), challenge);
  const { max_age, acr_values } = await stale.json();
  assert.deepEqual([max_age, acr_values], [600, undefined]);
  assert.equal(await statusOf(sentinel, tokens.access_token), 200, "other operations ask for nothing");

  assert.equal(await codeOf(await stepUp(sentinel, tokens.access_token, { current_password: "x" })), "wrong_password");
  assert.equal((await sessionOf(sid)).is_fresh, false);
  const fresh = await steppedUp(sentinel, tokens.access_token, { current_password: password });
  const claims = decodeJwt(fresh.access_token);
  assert.equal(claims.acr, "aal1");
  assert.ok(Math.abs(claims.auth_time as number - claims.iat!) <= 1);
  assert.deepEqual([claims.sid, claims.sub], [sid, id]);
  assert.equal((await newKeyOf(fresh.access_token)).status, 201);
  assert.deepEqual(await sessionOf(sid), { aal: 1, amr: ["pwd"], is_fresh: true, counter: 2, revoked: false });
  const text = "select action, actor_id from audit_events where subject_id = $1 order by id desc limit 1";
  const events = await sentinel.db.query("test", text, [sid]);
  assert.deepEqual(events, [{ action: "session.reauthenticated", actor_id: id }]);
});

test("T173 a token from before a step-up does not gain by it", async () => {
  const { password, tokens, sid } = await loggedIn();
  await age(sid, 11);
  const { access_token: old } = await (await refresh(sentinel, tokens.refresh_token)).json();
  const fresh = await steppedUp(sentinel, old, { current_password: password });
  assert.equal((await newKeyOf(fresh.access_token)).status, 201);
  assert.equal((await newKeyOf(old)).status, 401, "it says itself when its user signed in");
  assert.equal(await statusOf(sentinel, old), 200);
  const refreshed = await (await refresh(sentinel, fresh.refresh_token)).json();
  assert.equal(decodeJwt(refreshed.access_token).auth_time, decodeJwt(fresh.access_token).auth_time);
  assert.equal((await newKeyOf(refreshed.access_token)).status, 201, "a refresh is no sign-in, and keeps it");
  await age(sid, 11);
  assert.equal((await newKeyOf(refreshed.access_token)).status, 401);
});

test("the refresh token from before a step-up is refused, and later counts as stolen", async () => {
  const { password, tokens, sid } = await loggedIn();
  const fresh = await steppedUp(sentinel, tokens.access_token, { current_password: password });
  assert.equal((await refresh(sentinel, tokens.refresh_token)).status, 400);
  assert.equal((await refresh(sentinel, fresh.refresh_token)).status, 200, "a late request of a client is no theft");
  await sentinel.db.query("test", "update sessions set last_seen_at = now() - interval '1 minute' where id = $1", [
    sid,
  ]);
  assert.equal((await refresh(sentinel, tokens.refresh_token)).status, 400);
  assert.equal((await sessionOf(sid)).revoked, true);
});

test("X02 T173 a step-up whose answer was lost ends no session, and its access token can ask for another one", async () => {
  const { password, tokens, sid } = await loggedIn();
  const later = async () => {
    const text = `update sessions set last_seen_at = last_seen_at - interval '10 minutes',
      auth_time = auth_time - interval '10 minutes' where id = $1`;
    await sentinel.db.query("test", text, [sid]);
  };
  for (let lost = 1; lost <= 3; lost++) {
    await steppedUp(sentinel, tokens.access_token, { current_password: password });
    await later();
    assert.equal((await refresh(sentinel, tokens.refresh_token)).status, 400, "it is refused all the same");
    assert.equal((await sessionOf(sid)).revoked, false);
  }
  const arrived = await steppedUp(sentinel, tokens.access_token, { current_password: password });
  assert.equal((await refresh(sentinel, arrived.refresh_token)).status, 200);
  await later();
  assert.equal((await refresh(sentinel, tokens.refresh_token)).status, 400);
  assert.equal((await sessionOf(sid)).revoked, true, "the new one was used: who has the old one stole it");
});

test("T173 a refresh token that is older than lost step-ups explain counts as stolen", async () => {
  const { password, tokens, sid } = await loggedIn();
  for (let n = 0; n < 4; n++) await steppedUp(sentinel, tokens.access_token, { current_password: password });
  assert.equal((await refresh(sentinel, tokens.refresh_token)).status, 400);
  assert.equal((await sessionOf(sid)).revoked, true);
});

test("T173 who has a second factor has to prove it, and the password stands in for none", async () => {
  const { password, app, tokens, sid } = await loggedInTwice();
  const token = tokens.access_token;
  assert.deepEqual([decodeJwt(token).acr, (await newKeyOf(token)).status], ["aal2", 201]);
  await age(sid, 11);
  const stale = await newKeyOf(token);
  const lacked = ['error="insufficient_user_authentication"', 'acr_values="aal2"', 'max_age="600"'];
  const challenge = bearerChallenge(...lacked);
  assert.deepEqual([stale.status, stale.headers.get("www-authenticate")], [401, challenge]);
  assert.equal(await codeOf(await stepUp(sentinel, token, { current_password: password })), "factor_required");
  const wrong = { current_password: password, factor: { type: "totp", code: "000000" } };
  assert.equal(await codeOf(await stepUp(sentinel, token, wrong)), "wrong_factor");
  assert.equal((await sessionOf(sid)).is_fresh, false);
  const factor = { type: "totp", code: app.code() };
  const fresh = await steppedUp(sentinel, token, { factor });
  assert.equal(decodeJwt(fresh.access_token).acr, "aal2");
  assert.equal((await newKeyOf(fresh.access_token)).status, 201);
  assert.equal(await codeOf(await stepUp(sentinel, fresh.access_token, { factor })), "wrong_factor", "it counts once");
  assert.deepEqual((await sessionOf(sid)).amr, ["pwd", "otp", "mfa"]);
});

test("T173 T270 a session from before the first factor needs it once there is one", async () => {
  const { id, password, tokens, sid } = await loggedIn();
  const { access_token: token } = tokens;
  assert.equal((await newKeyOf(token)).status, 201);
  const app = await newApp(sentinel, id);
  const json = { current_password: password, new_password: "seven seas and one harbour" };
  const changed = await callsWith(sentinel, token)("/users/me/password", { method: "PUT", json });
  assert.deepEqual([changed.status, await codeOf(changed)], [401, "insufficient_user_authentication"]);
  const fresh = await steppedUp(sentinel, token, { factor: { type: "totp", code: app.code() } });
  assert.deepEqual(await sessionOf(sid), {
    aal: 2,
    amr: ["pwd", "otp", "mfa"],
    is_fresh: true,
    counter: 2,
    revoked: false,
  });
  const allowed = await callsWith(sentinel, fresh.access_token)("/users/me/password", { method: "PUT", json });
  assert.equal(allowed.status, 204);
});

test("T173 a passkey is a proof of the second factor, and one challenge of it counts once", async () => {
  const { id, tokens, sid } = await loggedIn();
  const { authenticator } = await newPasskey(sentinel, id);
  assert.equal((await newKeyOf(tokens.access_token)).status, 401, "there is a second factor now");
  const asked = await callsWith(sentinel, tokens.access_token)("/users/me/passkeys/challenge", { method: "POST" });
  const { challenge_id, publicKey } = await asked.json();
  const factor = { type: "passkey", challenge_id, assertion: authenticator.get(publicKey) };
  const fresh = await steppedUp(sentinel, tokens.access_token, { factor });
  assert.equal(decodeJwt(fresh.access_token).acr, "aal2");
  assert.deepEqual((await sessionOf(sid)).amr, ["pwd", "pop", "user", "mfa"]);
  assert.equal((await newKeyOf(fresh.access_token)).status, 201);
  assert.equal(await codeOf(await stepUp(sentinel, fresh.access_token, { factor })), "wrong_factor");
});

test("the password alone leaves no second factor in a session, even if it was started with one", async () => {
  const { id, password, tokens, sid, app } = await loggedInTwice();
  await sentinel.db.transaction((tx) => sentinel.factors.removeIn(tx, id, app.id));
  const { access_token } = await steppedUp(sentinel, tokens.access_token, { current_password: password });
  assert.equal(decodeJwt(access_token).acr, "aal1");
  assert.deepEqual(await sessionOf(sid), { aal: 1, amr: ["pwd"], is_fresh: true, counter: 2, revoked: false });
  await newApp(sentinel, id, "another");
  for (const token of [access_token, tokens.access_token]) assert.equal((await newKeyOf(token)).status, 401);
});

test("a step-up changes no other session of the user, and none that has ended", async () => {
  const { username, password, tokens, sid } = await loggedIn();
  const other = await (await loginOf(sentinel, { username, password })).json();
  const before = await sessionOf(decodeJwt(other.access_token).sid as string);
  const { access_token } = await steppedUp(sentinel, tokens.access_token, { current_password: password });
  assert.deepEqual(await sessionOf(decodeJwt(other.access_token).sid as string), before);
  const caller = { user: { id: decodeJwt(access_token).sub! }, session: { id: sid } };
  await callsWith(sentinel, access_token)("/logout", { method: "POST" });
  const ended = await sessionOf(sid);
  assert.equal(await sentinel.sessionStepUp.renew(caller, undefined, localActor), undefined);
  assert.deepEqual(await sessionOf(sid), ended);
  assert.equal((await stepUp(sentinel, access_token, { current_password: password })).status, 401);
});

test("an API key has nothing to step up", async () => {
  const { id, password } = await loggedIn();
  const { key } = await newKey(sentinel, id);
  const answer = await stepUp(sentinel, key, { current_password: password });
  assert.deepEqual([answer.status, await codeOf(answer)], [403, "forbidden"]);
});

test("sentinel_step_ups_total counts by outcome", async () => {
  const counts = async () => (await sentinel.instruments.expose()).match(/^sentinel_step_ups_total\{.*$/gm);
  const { password, tokens } = await loggedIn();
  const before = await counts();
  await stepUp(sentinel, tokens.access_token, { current_password: "x" });
  await stepUp(sentinel, tokens.access_token, { current_password: password });
  const changed = (await counts())!.filter((line, i) => line !== before?.[i]).map((line) => line.replace(/ \d+$/, ""));
  assert.deepEqual(
    changed,
    ["succeeded", "wrong_password"].map((outcome) => `sentinel_step_ups_total{outcome="${outcome}"}`),
  );
});
