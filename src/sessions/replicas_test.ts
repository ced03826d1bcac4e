import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { localClient } from "../audit/audit.ts";
import { onPostgres } from "../testing/database.ts";
import { type Sentinel, startSentinel, testOnPostgres } from "../testing/harness.ts";
import { people } from "../testing/people.ts";
import { until } from "../testing/process.ts";

// What one replica does holds on the others; the embedded database serves one.
const here = await startSentinel();
const there = onPostgres ? await startSentinel({ schema: here.schema }) : here;
Deno.test.afterAll(async () => {
  if (there !== here) await there[Symbol.asyncDispose]();
  await here[Symbol.asyncDispose]();
});

const { db, keys, registrations, users } = here;

const statusOf = async (at: Sentinel, token: string, path = "/users/me") =>
  (await at.fetch(path, { headers: { authorization: `Bearer ${token}` } })).status;

const refresh = (at: Sentinel, refresh_token: string) =>
  at.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });

/** Waits while a change is on its way to the replica. */
async function becomes(status: number, at: Sentinel, token: string, path?: string): Promise<void> {
  await until(`it is ${status}`, async () => await statusOf(at, token, path) === status);
}

const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString()).kid;

/** Makes the next key old enough to sign. */
const age = () => db.query("test", "update signing_keys set created_at = created_at - interval '6 minutes'");

const statesOf = async () => (await keys.list()).map(({ state }) => state).filter((state) => state !== "retired");

const endings: [id: string, what: string, name: string, deed: (name: string) => Promise<unknown>][] = [
  ["T137", "disabled", "marie", (name) => users.setDisabled(name, true, localClient)],
  ["T138", "deleted", "lise", (name) => db.query("test", "delete from users where username = $1", [name])],
  ["T136", "given a password", "emmy", (name) => users.setPassword(name, "another long enough one", localClient)],
];

for (const [id, what, username, deed] of endings) {
  testOnPostgres(
    `${id} a user ${what} on one replica has nothing on the other: no access, no refresh, no login`,
    async () => {
      const password = "seven seas and one harbour";
      await registrations.create({ username, email: `${username}@example.com`, password }, ["user"], {
        actor_id: null,
        client: localClient,
      });
      const login = async (at: Sentinel) => await at.fetch("/login", { form: { username, password } });
      const { access_token, refresh_token } = await (await login(here)).json();
      for (const replica of [here, there]) assert.equal(await statusOf(replica, access_token), 200);
      await deed(username);
      assert.equal((await refresh(there, refresh_token)).status, 400);
      assert.equal((await login(there)).status, 401);
      await becomes(401, there, access_token);
      await becomes(401, here, access_token);
    },
  );
}

testOnPostgres("T139 a role that is taken away opens nothing any more to tokens that still name it", async () => {
  const { access_token, refresh_token } = await here.login("ada");
  for (const replica of [here, there]) assert.equal(await statusOf(replica, access_token, "/admin-only"), 200);
  const id = await here.settled("ada");
  await db.query("test", "delete from grants where user_id = $1 and role = 'admin'", [id]);
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
  "T193 of tokens that are minted while a role is taken away, none opens anything with it afterwards",
  async () => {
    const id = await here.settled("ada");
    const { username, password } = people.ada;
    await db.query("test", "insert into grants (user_id, role) values ($1, 'admin') on conflict do nothing", [id]);
    const { refresh_token } = await here.login("ada");
    const minting = [here, there, here, there].map(async (at) =>
      await (await at.fetch("/login", { form: { username, password } })).json()
    );
    const refreshing = [here, there].map(async (at) => await (await refresh(at, refresh_token)).json());
    await db.query("test", "delete from grants where user_id = $1 and role = 'admin'", [id]);
    for (const { access_token } of await Promise.all([...minting, ...refreshing])) {
      for (const replica of [here, there]) {
        await becomes(403, replica, access_token, "/admin-only");
        assert.equal(await statusOf(replica, access_token, "/admin-only"), 403);
      }
    }
  },
);

testOnPostgres(
  "T041 T192 a rotation fired on all replicas is one: one key signs, and older tokens go on verifying",
  async () => {
    const older = await there.login("grace");
    const processes = [here, there, here, there].map(({ keys }) => keys);
    await age();
    const outcomes = await Promise.allSettled(processes.map((keys) => keys.rotate()));
    const refusals = outcomes.flatMap((outcome) => outcome.status === "rejected" ? [outcome.reason.code] : []);
    assert.deepEqual(refusals, ["key_too_young", "key_too_young", "key_too_young"]);
    assert.deepEqual((await statesOf()).toSorted(), ["active", "next", "retiring"]);
    const { active } = await here.keys.ring();
    assert.notEqual(active.kid, kidOf(older.access_token));
    let newer = await there.login("grace");
    await until("the other replica signs with the new key", async () => {
      newer = await there.login("grace");
      return kidOf(newer.access_token) === active.kid;
    });
    for (const replica of [here, there]) {
      assert.equal(await statusOf(replica, older.access_token), 200);
      assert.equal(await statusOf(replica, newer.access_token), 200);
    }
    const events = await db.query("test", "select from audit_events where action = 'key.rotated'");
    assert.equal(events.length, 1);
  },
);

testOnPostgres(
  "T192 forced rotations on all replicas at once leave one key that signs and one that is next",
  async () => {
    await Promise.all([here, there, here, there].map(({ keys }) => keys.rotate({ force: true })));
    const states = await statesOf();
    assert.equal(states.filter((state) => state === "active").length, 1);
    assert.equal(states.filter((state) => state === "next").length, 1);
    assert.equal(await statusOf(here, await there.tokenOf("grace")), 200);
  },
);

testOnPostgres(
  "T146 a kid that leaked is refused everywhere, refresh tokens go on, and it is published no more",
  async () => {
    const { access_token, refresh_token } = await there.login("grace");
    for (const replica of [here, there]) assert.equal(await statusOf(replica, access_token), 200);
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
  "T042 a replica that has not heard of a rotation accepts what the new key signs: it has published it",
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
