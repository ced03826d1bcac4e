import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type Sentinel, startSentinel, testOnPostgres, testSecret } from "../../testing/harness.ts";
import { people } from "../../testing/people/people.ts";

const newSecret = Buffer.alloc(32, 9).toString("base64");

/** A replica with the old secret, and one that got a new secret which the other does not know. */
async function startPair() {
  await using stack = new AsyncDisposableStack();
  const older = stack.use(await startSentinel({ lasting: false }));
  const newer = stack.use(
    await startSentinel({
      schema: older.schema,
      lasting: false,
      settings: { SENTINEL_SECRET: newSecret, SENTINEL_SECRET_PREVIOUS: Buffer.from(testSecret).toString("base64") },
    }),
  );
  const started = stack.move();
  return {
    older,
    newer,
    /** The older replica hears of a change of the keys, as the change feed would report it. */
    heard: () => older.keys.forget(),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString()).kid;

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

const statusOf = async (at: Sentinel, token: string) => (await at.fetch("/users/me", bearer(token))).status;

const publicStatuses = async (at: Sentinel) =>
  await Promise.all(["/.well-known/jwks.json", "/readyz"].map(async (path) => (await at.fetch(path)).status));

testOnPostgres(
  "F41 a replica with a new secret does not affect the others: they log in, verify and log out",
  async () => {
    await using pair = await startPair();
    const { older, newer, heard } = pair;
    heard();
    const { access_token } = await older.login("grace");
    assert.deepEqual(await publicStatuses(older), [200, 200]);
    for (const at of [older, newer]) assert.equal(await statusOf(at, access_token), 200);
    assert.equal((await older.fetch("/logout", { method: "POST", ...bearer(access_token) })).status, 204);
    assert.equal(await statusOf(older, access_token), 401);
  },
);

testOnPostgres("F41 a key that a replica cannot decrypt signs only elsewhere, and verifies there too", async () => {
  await using pair = await startPair();
  const { older, newer, heard } = pair;
  const before = kidOf(await older.tokenOf("grace"));
  await newer.keys.rotate({ force: true });
  heard();
  const [here, there] = [await older.tokenOf("grace"), await newer.tokenOf("ada")];
  assert.equal(kidOf(here), before);
  assert.notEqual(kidOf(there), before);
  for (const at of [older, newer]) {
    assert.equal(await statusOf(at, here), 200);
    assert.equal(await statusOf(at, there), 200);
  }
  assert.match(await older.logs(), /"level":"error","msg":"the active signing key cannot be opened here"/);
});

testOnPostgres(
  "T041 T146 a retired key neither signs nor verifies on a replica without another key, and no token is reported as invalid",
  async () => {
    await using pair = await startPair();
    const { older, newer, heard } = pair;
    const here = await older.tokenOf("grace");
    await newer.keys.rotate({ force: true });
    heard();
    const there = await newer.tokenOf("ada");
    assert.equal(await statusOf(older, here), 200);
    await newer.keys.retire(kidOf(here));
    heard();
    assert.equal(await statusOf(newer, here), 401);
    assert.deepEqual([await statusOf(older, here), await statusOf(older, there)], [503, 503]);
    assert.deepEqual(await publicStatuses(older), [503, 503]);
    const { username, password } = people.grace;
    assert.equal((await older.fetch("/login", { form: { username, password } })).status, 503);
    assert.equal((await older.fetch("/logout", { method: "POST", ...bearer(there) })).status, 503);
    assert.equal(await statusOf(newer, there), 200);
  },
);

testOnPostgres(
  "a secret that every replica knows before one uses it changes without any failure",
  async () => {
    const text = (secret: Uint8Array) => Buffer.from(secret).toString("base64");
    const [first, second] = [Buffer.alloc(32, 10), Buffer.alloc(32, 11)];
    const start = (SENTINEL_SECRET: Uint8Array, previous?: Uint8Array, schema?: string) =>
      startSentinel({
        lasting: false,
        ...(schema && { schema }),
        settings: {
          SENTINEL_SECRET: text(SENTINEL_SECRET),
          ...(previous && { SENTINEL_SECRET_PREVIOUS: text(previous) }),
        },
      });
    await using told = await start(first, second);
    await using ahead = await start(second, first, told.schema);
    const { refresh_token } = await ahead.login("ada");
    await ahead.keys.rotate({ force: true });
    told.keys.forget();
    const form = { grant_type: "refresh_token", refresh_token };
    const refreshed = await (await told.fetch("/oauth/token", { form })).json();
    assert.equal(kidOf(refreshed.access_token), kidOf(await ahead.tokenOf("ada")));
    for (const at of [told, ahead]) assert.equal(await statusOf(at, refreshed.access_token), 200);
    const again = { ...form, refresh_token: refreshed.refresh_token };
    assert.equal((await ahead.fetch("/oauth/token", { form: again })).status, 200);
  },
);
