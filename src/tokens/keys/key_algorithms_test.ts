import assert from "node:assert/strict";
import { startSentinel, test, testSecret } from "../../testing/harness.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";
import { createKeys } from "./keys.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db } = sentinel;
const otherSecret = new Uint8Array(32).fill(8);

/** Keys as another process would have them: with a cache of its own, and this secret. */
const keysOf = (secret: Uint8Array, previous?: Uint8Array) =>
  createKeys({ db, secrets: createSecrets(secret, previous), cacheValidity: { trusted: true } });

test("each algorithm has a ring of its own, which rotates, retires and is resealed by itself", async () => {
  const keys = keysOf(testSecret);
  await keys.ensureAlgorithm("ES256");
  await keys.ensureAlgorithm("ES256");
  const states = async () =>
    (await keys.list()).filter(({ state }) => state !== "retired").map(({ alg, state }) => `${alg} ${state}`).sort();
  const signing = async (alg: "EdDSA" | "ES256") => (await keys.ring()).signing.get(alg)!.kid;
  const [edDsa, es256] = [await signing("EdDSA"), await signing("ES256")];
  await keys.rotate({ alg: "ES256", force: true });
  assert.deepEqual([await signing("EdDSA"), await signing("ES256") === es256], [edDsa, false]);
  assert.ok((await keys.ring()).verifying.has(es256), "the one before still verifies");
  assert.equal((await keys.ring()).verifying.get(es256)!.alg, "ES256");
  await keys.retire(await signing("ES256"));
  await keys.retire(es256);
  const ofES256 = (await states()).filter((state) => state.startsWith("ES256"));
  assert.deepEqual(ofES256, ["ES256 active", "ES256 next"]);
  await keysOf(otherSecret, testSecret).ensure();
  const sealed = await db.query<{ secret_id: string }>(
    "test",
    "select distinct secret_id from signing_keys where state <> 'retired'",
  );
  assert.deepEqual(sealed.map(({ secret_id }) => secret_id), [createSecrets(otherSecret).id]);
  await keysOf(testSecret, otherSecret).ensure();
});
