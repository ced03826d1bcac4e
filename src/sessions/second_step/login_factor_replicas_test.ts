import assert from "node:assert/strict";
import { testOnPostgres } from "../../testing/harness.ts";
import { mfaTokenOf, newTwoStepUser, proveFactor } from "../../testing/factors/two_step_users.ts";
import { startReplicas } from "../../testing/replicas.ts";

const replicas = await startReplicas();

testOnPostgres("T263 one code completes one login, whichever replica it is sent to", async () => {
  const user = await newTwoStepUser(replicas[0]);
  const tokens = await Promise.all(replicas.map((at) => mfaTokenOf(at, user)));
  const code = user.app.code();
  const answers = await Promise.all(
    replicas.map((at, i) => proveFactor(at, { mfa_token: tokens[i]!, code, type: "totp" })),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401, 401]);
});
