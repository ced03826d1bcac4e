import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { callsWith } from "../../testing/people/people.ts";
import { newApp } from "../../testing/factors/factors.ts";
import { mfaTokenOf, newTwoStepUser, proveFactor } from "../../testing/factors/two_step_users.ts";

const sentinel = await startSentinel({ lasting: false, settings: { SENTINEL_MFA: "required" } });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

test("who must have a second factor keeps the last one, and an administrator may reset it", async () => {
  const user = await newTwoStepUser(sentinel);
  const [first] = user.app.recoveryCodes as [string];
  const answer = await proveFactor(sentinel, {
    mfa_token: await mfaTokenOf(sentinel, user),
    type: "totp",
    code: user.app.code(),
  });
  const call = callsWith(sentinel, (await answer.json()).access_token);
  const remove = (id: string, code: string) =>
    call(`/users/me/factors/${id}`, { method: "DELETE", json: { factor: { type: "recovery_code", code } } });
  const refused = await remove(user.app.id, first);
  assert.deepEqual([refused.status, (await refused.json()).type], [409, "/problems/last_factor"]);
  assert.deepEqual(await sentinel.factors.kindsOf(sentinel.db, user.id), ["totp", "recovery_code"]);
  const tablet = await newApp(sentinel, user.id, "tablet");
  assert.equal((await remove(user.app.id, tablet.recoveryCodes[0]!)).status, 204);
  await sentinel.userFactors.resetNamed(user.username);
  const login = await sentinel.fetch("/login", { json: { username: user.username, password: user.password } });
  assert.deepEqual([login.status, (await login.json()).enrolment], [403, true]);
});
