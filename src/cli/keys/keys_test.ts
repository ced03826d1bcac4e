import assert from "node:assert/strict";
import { startSentinel, testOnPostgres } from "../../testing/harness.ts";
import { until } from "../../testing/servers/process.ts";
import { runCommand, settingsBeside } from "../../testing/commands.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db } = sentinel;

const keys = (...args: string[]) => runCommand(["keys", ...args], { env: settingsBeside(sentinel) });

type Stored = { kid: string; alg: string; state: string; created_at: Date };

const stored = () =>
  db.query<Stored>("test", "select kid, alg, state, created_at from signing_keys order by created_at, kid");

const kidOf = (token: string): string =>
  JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(token.split(".")[0]!, { alphabet: "base64url" }))).kid;

const age = () => db.query("test", "update signing_keys set created_at = created_at - interval '6 minutes'");

testOnPostgres("keys list shows every key and its state, and nothing of its private part", async () => {
  const { code, out, err } = await keys("list");
  assert.deepEqual([code, err], [0, []]);
  const rows = await stored();
  assert.deepEqual(
    out,
    rows.map(({ kid, alg, state, created_at }) => `${kid}\t${alg}\t${state}\t${created_at.toISOString()}`),
  );
  const asJson = await keys("list", "--json");
  const { items } = JSON.parse(asJson.out.join("\n")) as { items: { kid: string }[] };
  assert.deepEqual(items.map(({ kid }) => kid), rows.map(({ kid }) => kid));
  for (const item of items) {
    const members = ["kid", "alg", "state", "created_at", "activated_at", "retiring_at", "retired_at"];
    assert.deepEqual(Object.keys(item), members);
  }
});

testOnPostgres("keys rotate is refused while verifiers may not know the next key, unless forced", async () => {
  const before = await stored();
  const refused = await keys("rotate");
  assert.deepEqual([refused.code, refused.out], [1, []]);
  assert.match(refused.err[0]!, /^error: Verifiers may not know the next signing key yet/);
  assert.deepEqual(await stored(), before);
  assert.deepEqual(await keys("rotate", "--force"), {
    code: 0,
    out: ["Rotated the signing keys. The next key now signs new tokens."],
    err: [],
    asked: [],
  });
  const next = before.find(({ state }) => state === "next")!;
  assert.equal((await stored()).find(({ kid }) => kid === next.kid)!.state, "active");
});

testOnPostgres("T042 keys rotate makes a running server sign with the key that it has published", async () => {
  const next = (await stored()).find(({ alg, state }) => alg === "EdDSA" && state === "next")!;
  const published = async () => await (await sentinel.fetch("/.well-known/jwks.json")).text();
  await until("word of the test before has come", async () => (await published()).includes(next.kid));
  const token = await sentinel.tokenOf("grace");
  await age();
  assert.equal((await keys("rotate")).code, 0);
  await until("it signs with the next key", async () => kidOf(await sentinel.tokenOf("grace")) === next.kid);
  const headers = { authorization: `Bearer ${token}` };
  assert.equal((await sentinel.fetch("/users/me", { headers })).status, 200);
});

testOnPostgres("T146 keys retire ends a key everywhere, and refuses an unknown one", async () => {
  const token = await sentinel.tokenOf("grace");
  const headers = { authorization: `Bearer ${token}` };
  const retired = await keys("retire", "--", kidOf(token)); // one in 64 begins with a dash
  assert.deepEqual(retired, {
    code: 0,
    out: [`Retired key ${kidOf(token)}. Tokens that it signed are no longer accepted.`],
    err: [],
    asked: [],
  });
  await until("word of it has come", async () => (await sentinel.fetch("/users/me", { headers })).status === 401);
  for (const kid of [kidOf(token), "no-such-key"]) {
    const { code, out, err } = await keys("retire", "--", kid);
    assert.deepEqual([code, out], [1, []]);
    assert.deepEqual(err, ["error: There is no such key, or it is already retired."]);
  }
  assert.equal((await sentinel.fetch("/users/me", {}, "grace")).status, 200);
  const actions = await db.query<{ action: string }>(
    "test",
    "select action from audit_events where subject_id = $1 order by occurred_at",
    [kidOf(token)],
  );
  const others = actions.map(({ action }) => action).filter((action) => action !== "key.rotated"); // none of the first keys
  assert.deepEqual(others, ["key.created", "key.retired"]);
});

testOnPostgres("keys rotate --alg rotates only the keys of this algorithm, and refuses others", async () => {
  await sentinel.keys.ensureAlgorithm("RS256");
  const active = async () =>
    Object.fromEntries((await stored()).filter(({ state }) => state === "active").map(({ alg, kid }) => [alg, kid]));
  const before = await active();
  assert.equal((await keys("rotate", "--alg", "RS256", "--force")).code, 0);
  const after = await active();
  assert.equal(after.EdDSA, before.EdDSA);
  assert.notEqual(after.RS256, before.RS256);
  const { code, err } = await keys("rotate", "--alg", "RS512");
  assert.deepEqual([code, err[0]], [2, 'error: --alg takes EdDSA, ES256 or RS256. See "sentinel keys rotate --help".']);
  assert.deepEqual(await active(), after);
});
