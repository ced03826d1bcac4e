import assert from "node:assert/strict";
import { newKey } from "../../testing/people/api_keys.ts";
import { type Sentinel, testOnPostgres } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { startReplicas } from "../../testing/replicas.ts";
import { becomes, statusOf } from "../../testing/people/sessions.ts";
import { whenTrusted } from "../../testing/traffic/traces.ts";
import { localActor } from "../../vocabulary/actor.ts";

// What is changed on one replica, in what another one says of a key that it knows.
const [here, there, deaf] = await startReplicas({ deaf: true });
const { id: userId } = await newcomer(here);
const owner = { id: userId, kind: "person" } as const;

async function knownKey(...replicas: Sentinel[]) {
  const key = await newKey(here, userId);
  for (const replica of replicas) assert.equal(await statusOf(replica, key.key), 200);
  return key;
}

const changes: [what: string, change: (key: { id: string; key: string }) => Promise<unknown>][] = [
  ["its revocation", ({ id }) => here.apiKeys.revoke(owner, id, localActor)],
  ["the report that it leaked", ({ key }) => here.leakedKeys.revoke([key], localActor)],
  ["a rotation without overlap", ({ id }) => here.apiKeys.rotate(owner, id, 0, localActor)],
  ["the deletion of its secret", async ({ id }) => {
    const { secrets } = await here.apiKeys.find(owner, id);
    await here.apiKeys.removeSecret(owner, id, secrets[0]!.id, localActor);
  }],
];

for (const [what, change] of changes) {
  testOnPostgres(
    `${what} ends a key at once here, soon there, and within the bound where no change is heard`,
    async () => {
      await whenTrusted(there);
      const key = await knownKey(here, there, deaf);
      await change(key);
      assert.equal(await statusOf(here, key.key), 401);
      await becomes(401, there, key.key);
      await becomes(401, deaf, key.key);
    },
  );
}

testOnPostgres("a second secret works on a replica that knew the key before", async () => {
  const key = await knownKey(there);
  const { secret } = await here.apiKeys.rotate(owner, key.id, 3_600, localActor);
  await becomes(200, there, secret);
  assert.equal(await statusOf(there, key.key), 200);
});

testOnPostgres("the disabling of a user and a use that is stored do to a known key what they should", async () => {
  const key = await knownKey(there);
  await here.users.change(userId, { disabled: true }, () => true, localActor);
  await becomes(401, there, key.key);
  await here.users.change(userId, { disabled: false }, () => true, localActor);
  await becomes(200, there, key.key);
});
