import { localActor } from "../vocabulary/actor.ts";
import { anyRevision } from "../access/grants/grants.ts";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type Sentinel, startSentinel, testOnPostgres } from "../testing/harness.ts";
import { newcomer } from "../testing/people/people.ts";
import { startReplicas } from "../testing/replicas.ts";
import { becomes, refresh, statusOf } from "../testing/people/sessions.ts";

// What one replica does is effective on the others. The embedded database has only one replica.
const [here, there, elsewhere] = await startReplicas({ deaf: true });
const { keys, registrations } = here;
const actor = localActor;
const always = () => true;

const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString()).kid;

const sessionRevocation: [id: string, what: string, name: string, deed: (id: string) => Promise<unknown>][] = [
  ["T137", "disabled", "marie", (id) => elsewhere.users.change(id, { disabled: true }, always, actor)],
  ["T138", "deleted", "lise", (id) => elsewhere.users.remove(id, always, actor)],
  [
    "T136",
    "given a password",
    "emmy",
    (id) => elsewhere.users.change(id, { password: "another long one" }, always, actor),
  ],
];

for (const [id, what, username, deed] of sessionRevocation) {
  testOnPostgres(
    `${id} a user ${what} on one replica has no access, refresh or login on the others`,
    async () => {
      const password = "seven seas and one harbour";
      const person = { username, email: `${username}@example.com`, password };
      const { id } = await registrations.create(person, ["user"], actor);
      const login = async (at: Sentinel) => await at.fetch("/login", { form: { username, password } });
      const { access_token, refresh_token } = await (await login(here)).json();
      for (const replica of [here, there, elsewhere]) await becomes(200, replica, access_token);
      await deed(id);
      assert.equal(await statusOf(elsewhere, access_token), 401);
      for (const replica of [here, there]) {
        assert.equal((await refresh(replica, refresh_token)).status, 400);
        assert.equal((await login(replica)).status, 401);
        await becomes(401, replica, access_token);
      }
    },
  );
}

testOnPostgres("T139 a revoked role gives no access to tokens that still contain it", async () => {
  const { access_token, refresh_token } = await here.login("ada");
  for (const replica of [here, there, elsewhere]) await becomes(200, replica, access_token, "/admin-only");
  await here.grants.grant((await newcomer(here)).id, "admin", null, anyRevision, actor); // an administrator must remain
  await elsewhere.grants.revoke(await here.settled("ada"), "admin", anyRevision, actor);
  assert.equal(await statusOf(elsewhere, access_token, "/admin-only"), 403);
  for (const replica of [here, there]) {
    await becomes(403, replica, access_token, "/admin-only");
    assert.equal(await statusOf(replica, access_token), 200);
  }
  const next = await (await refresh(there, refresh_token)).json();
  assert.equal(await statusOf(there, next.access_token, "/admin-only"), 403);
  const { roles } = JSON.parse(Buffer.from(next.access_token.split(".")[1], "base64url").toString());
  assert.deepEqual(roles, ["user"]);
});

testOnPostgres(
  "T146 a kid that leaked is refused everywhere, refresh tokens still work, and it is no longer published",
  async () => {
    const { access_token, refresh_token } = await there.login("grace");
    for (const replica of [here, there]) await becomes(200, replica, access_token);
    const leaked = kidOf(access_token);
    await keys.retire(leaked);
    assert.equal(await statusOf(here, access_token), 401);
    await becomes(401, there, access_token);
    for (const replica of [here, there]) {
      const { keys: published } = await (await replica.fetch("/.well-known/jwks.json")).json();
      assert.ok(published.every(({ kid }: { kid: string }) => kid !== leaked));
    }
    const next = await (await refresh(there, refresh_token)).json();
    assert.notEqual(kidOf(next.access_token), leaked);
    for (const replica of [here, there]) assert.equal(await statusOf(replica, next.access_token), 200);
  },
);

testOnPostgres(
  "T042 a replica that has not heard of a rotation accepts tokens of the new key, which it has published",
  async () => {
    await using deaf = await startSentinel({ schema: here.schema, settings: { SENTINEL_CHANGE_FEED: "ttl" } });
    const older = (await there.login("grace")).access_token;
    assert.equal(await statusOf(deaf, older), 200);
    await there.keys.rotate({ force: true });
    const newer = (await there.login("grace")).access_token;
    assert.notEqual(kidOf(newer), kidOf(older));
    for (const token of [newer, older]) assert.equal(await statusOf(deaf, token), 200);
  },
);
