import assert from "node:assert/strict";
import { testOnPostgres } from "../../testing/harness.ts";
import { askAs, newApplication, newVisitor } from "../../testing/people/applications.ts";
import { startReplicas } from "../../testing/replicas.ts";
import { localActor, localClient } from "../../vocabulary/actor.ts";
import { deviceGrant } from "../grant_types.ts";

const replicas = await startReplicas();
const [here, there] = replicas;
const tv = await newApplication(here, {
  ...{ isPublic: true, redirect_uris: [], grant_types: [deviceGrant, "refresh_token"] },
});

const begun = async () => await (await askAs(here, tv, {}, "/oauth/device_authorization")).json();
const poll = (replica: typeof here, device_code: string) =>
  askAs(replica, tv, { grant_type: deviceGrant, device_code });

testOnPostgres("T260 of twenty polls of an approved code at once on three replicas, one succeeds", async () => {
  for (let round = 0; round < 3; round++) {
    const { device_code, user_code } = await begun();
    const { id, userCode } = await here.deviceGrants.find(user_code, localClient);
    const { userId, sessionId } = await newVisitor(here);
    const caller = { ...(await here.principals.access(sessionId, userId))!, authTime: 0, aal: 1 as const };
    await here.deviceGrants.decide({ id, userCode }, true, caller, localActor);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => poll(replicas[n % 3]!, device_code)));
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, ...Array(19).fill(400)]);
    const sessions = await here.db.query("test", "select from sessions where user_id = $1 and kind = 'client'", [
      userId,
    ]);
    assert.equal(sessions.length, 1);
  }
});

testOnPostgres("the pause between polls counts at every replica", async () => {
  const { device_code } = await begun();
  const errors = [];
  for (const replica of [here, there, here]) errors.push((await (await poll(replica, device_code)).json()).error);
  assert.deepEqual(errors, ["authorization_pending", "slow_down", "slow_down"]);
});
