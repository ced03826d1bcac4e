import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { localActor } from "../../vocabulary/actor.ts";
import type { Sentinel } from "../../testing/harness.ts";
import { callsWith } from "../../testing/people/people.ts";
import { refresh, statusOf } from "../../testing/people/sessions.ts";
import { loginOf, mfaTokenOf, newTwoStepUser, proveFactor, stepUp } from "../../testing/factors/two_step_users.ts";
import { startReplicas } from "../../testing/replicas.ts";
import { roundsOr } from "../../testing/rounds.ts";
import { parseRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";
import { test } from "../../testing/harness.ts";

const replicas = await startReplicas();
const [first] = replicas;
const at = (i: number): Sentinel => replicas[i % replicas.length]!;

type Tokens = { access_token: string; refresh_token: string };

async function loggedIn() {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  await first.registrations.create({ username, password }, ["user"], localActor);
  const tokens: Tokens = await (await loginOf(first, { username, password })).json();
  return { password, tokens, sid: decodeJwt(tokens.access_token).sid as string };
}

const twenty = <T>(each: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: 20 }, (_, i) => each(i)));

async function eventsOf(sid: string): Promise<number> {
  const text = "select from audit_events where subject_id = $1 and action = 'session.reauthenticated'";
  return (await first.db.query("test", text, [sid])).length;
}

const newKey = (replica: Sentinel, token: string) =>
  callsWith(replica, token)("/users/me/api-keys", { json: { name: "k", scopes: [] } });

test("T263 of 20 step-ups with one code at all replicas one succeeds", async () => {
  const user = await newTwoStepUser(first);
  const proof = { mfa_token: await mfaTokenOf(first, user), type: "recovery_code", code: user.app.recoveryCodes[0]! };
  const { access_token }: Tokens = await (await proveFactor(first, proof)).json();
  for (
    const factor of [{ type: "totp", code: user.app.code() }, {
      type: "recovery_code",
      code: user.app.recoveryCodes[1],
    }]
  ) {
    const answers = await twenty((i) => stepUp(at(i), access_token, { factor }));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(19).fill(403)]);
  }
  assert.equal(await eventsOf(decodeJwt(access_token).sid as string), 2);
});

test("of 20 step-ups with the password each is one of its own, and the last one's refresh token counts", async () => {
  const { password, tokens, sid } = await loggedIn();
  const answers = await twenty((i) => stepUp(at(i), tokens.access_token, { current_password: password }));
  assert.deepEqual(answers.map(({ status }) => status), Array(20).fill(200));
  const all: Tokens[] = await Promise.all(answers.map((answer) => answer.json()));
  const counters = new Map(all.map((each) => [parseRefreshToken(each.refresh_token)!.counter, each]));
  assert.deepEqual([...counters.keys()].sort((a, b) => a - b), Array.from({ length: 20 }, (_, i) => 2 * i + 2));
  const statuses = await Promise.all(
    all.map(async ({ access_token }, i) => (await newKey(at(i), access_token)).status),
  );
  assert.deepEqual(statuses, Array(20).fill(201), "each proved the password");
  assert.equal((await refresh(at(1), counters.get(40)!.refresh_token)).status, 200);
  assert.equal((await refresh(at(2), counters.get(38)!.refresh_token)).status, 400);
  assert.equal(await eventsOf(sid), 20);
});

test("new tokens count at every replica at once", async () => {
  const { password, tokens, sid } = await loggedIn();
  await first.db.query("test", "update sessions set auth_time = now() - interval '1 hour' where id = $1", [sid]);
  replicas.forEach(({ principals }) => principals.forgetSession(sid));
  for (const replica of replicas) assert.equal((await newKey(replica, tokens.access_token)).status, 401);
  const { access_token } = await (await stepUp(first, tokens.access_token, { current_password: password })).json();
  const statuses = await Promise.all(replicas.map(async (each) => (await newKey(each, access_token)).status));
  assert.deepEqual(statuses, [201, 201, 201]);
});

test("a step-up among refreshes ends no session, and its refresh token is the last one", async () => {
  for (let round = 0; round < roundsOr(10); round++) {
    const { password, tokens } = await loggedIn();
    const [stepped] = await Promise.all([
      stepUp(at(round), tokens.access_token, { current_password: password }),
      ...Array.from({ length: 10 }, (_, i) => refresh(at(i), tokens.refresh_token)),
    ]);
    const { access_token, refresh_token }: Tokens = await stepped.json();
    assert.equal(await statusOf(first, access_token), 200);
    assert.equal((await refresh(first, refresh_token)).status, 200);
  }
});

test("after a logout is answered no token of a step-up counts", async () => {
  for (let round = 0; round < roundsOr(10); round++) {
    const { password, tokens } = await loggedIn();
    const [stepped] = await Promise.all([
      stepUp(at(round), tokens.access_token, { current_password: password }),
      callsWith(at(round + 1), tokens.access_token)("/logout", { method: "POST" }),
    ]);
    if (stepped.status !== 200) {
      assert.equal(stepped.status, 401);
      continue;
    }
    const { access_token, refresh_token }: Tokens = await stepped.json();
    assert.equal(await statusOf(at(round + 1), access_token), 401);
    assert.equal((await refresh(first, refresh_token)).status, 400);
  }
});
