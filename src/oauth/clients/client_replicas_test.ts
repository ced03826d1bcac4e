import assert from "node:assert/strict";
import { type Sentinel, testOnPostgres } from "../../testing/harness.ts";
import { askForToken, newApiResource, newClient, tokenOfClient } from "../../testing/people/clients.ts";
import { startReplicas } from "../../testing/replicas.ts";
import { until } from "../../testing/servers/process.ts";
import { whenTrusted } from "../../testing/traffic/traces.ts";
import { localActor } from "../../vocabulary/actor.ts";

// What is changed on one replica, in what another one says of a client that it knows.
const [here, there, deaf] = await startReplicas({ deaf: true });

type Known = { id: string; account: string; secret: string; token: string };

const works = async (replica: Sentinel, client: Known) => (await askForToken(replica, client)).status === 200;
const counts = async (replica: Sentinel, { token }: Known) =>
  (await replica.fetch("/users/me", { headers: { authorization: `Bearer ${token}` } })).status === 200;

async function known(...replicas: Sentinel[]): Promise<Known> {
  const created = await newClient(here);
  const client = { ...created, token: await tokenOfClient(here, created) };
  for (const replica of replicas) {
    assert.deepEqual([await works(replica, client), await counts(replica, client)], [true, true]);
  }
  return client;
}

type Change = (client: Known) => Promise<unknown>;
const anyState = () => true;

const ends: [what: string, change: Change, ended: typeof works][] = [
  [
    "its disabling ends a client's secret",
    ({ id }) => here.oauthClients.change(id, { disabled: true }, anyState, localActor),
    works,
  ],
  [
    "its disabling ends a client's token",
    ({ id }) => here.oauthClients.change(id, { disabled: true }, anyState, localActor),
    counts,
  ],
  ["its deletion ends a client's secret", ({ id }) => here.oauthClients.remove(id, anyState, localActor), works],
  ["its deletion ends a client's token", ({ id }) => here.oauthClients.remove(id, anyState, localActor), counts],
  ["the end of its tokens ends a client's token", ({ id }) => here.oauthClients.endTokens(id, localActor), counts],
  [
    "a rotation without overlap ends a client's secret",
    ({ id }) => here.clientSecrets.rotate(id, 0, localActor),
    works,
  ],
  [
    "the report that it leaked ends a client's secret",
    ({ secret }) => here.leakedKeys.revoke([secret], localActor),
    works,
  ],
];

for (const [what, change, holds] of ends) {
  testOnPostgres(`${what} at once here, soon there, and within the bound where no change is heard`, async () => {
    await whenTrusted(there);
    const client = await known(here, there, deaf);
    await change(client);
    assert.equal(await holds(here, client), false);
    await until("it is refused there", async () => !await holds(there, client));
    await until("it is refused where no change is heard", async () => !await holds(deaf, client));
  });
}

testOnPostgres("a changed API counts on a replica that knew the client before", async () => {
  const uri = `https://${crypto.randomUUID()}.example.com`;
  const id = await newApiResource(here, { uri, scopes: ["a", "b"], alg: "EdDSA" as never });
  const client = await newClient(here, { scopes: ["a", "b"], resources: [uri], own_api: false });
  const scopeThere = async () => (await (await askForToken(there, client)).json()).scope;
  assert.equal(await scopeThere(), "a b");
  await here.apiResources.change(id, { scopes: ["b"] }, anyState, localActor);
  await until("it is heard", async () => await scopeThere() === "b");
});
