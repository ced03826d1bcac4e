import assert from "node:assert/strict";
import { type Sentinel, testOnPostgres } from "../../testing/harness.ts";
import { askForToken, newApiResource, newClient, tokenOfClient } from "../../testing/people/clients.ts";
import { newSession, sessionToken } from "../../testing/people/client_sessions.ts";
import { newcomer } from "../../testing/people/people.ts";
import { startReplicas } from "../../testing/replicas.ts";
import { until } from "../../testing/servers/process.ts";
import { whenTrusted } from "../../testing/traffic/traces.ts";
import { localActor } from "../../vocabulary/actor.ts";

// What is changed on one replica, in what another one says of a client that it knows.
const [here, there, deaf] = await startReplicas({ deaf: true });

type Known = { id: string; account: string; secret: string; token: string; sid?: string };

/** A token of a new session of the client, which its user signed in with. */
async function withSession(client: Known): Promise<Known> {
  const { id: userId } = await newcomer(here);
  const sid = await newSession(here, { userId, kind: "client", clientId: client.id });
  return { ...client, sid, token: await sessionToken(here, { sub: userId, sid, client_id: client.id }) };
}

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

const sessionEnds: [what: string, change: Change][] = [
  ["the client's disabling", ({ id }) => here.oauthClients.change(id, { disabled: true }, anyState, localActor)],
  ["the client's deletion", ({ id }) => here.oauthClients.remove(id, anyState, localActor)],
  ["the end of the session", ({ sid }) => here.sessionRevocation.endSession(sid!, localActor)],
];

for (const [what, change] of sessionEnds) {
  testOnPostgres(`T248 ${what} ends a token of a client's session at once here, and soon elsewhere`, async () => {
    await whenTrusted(there);
    const client = await withSession(await known(here, there, deaf));
    for (const replica of [here, there, deaf]) assert.equal(await counts(replica, client), true);
    await change(client);
    assert.equal(await counts(here, client), false);
    await until("it is refused there", async () => !await counts(there, client));
    await until("it is refused where no change is heard", async () => !await counts(deaf, client));
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
