import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startSentinel, test, testSecret } from "../../testing/harness.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import type { SigningAlgorithm } from "../../vocabulary/algorithms.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";
import { createKeys } from "./keys.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db } = sentinel;
const otherSecret = new Uint8Array(32).fill(8);

/** Keys as another process would have them: with a cache of its own, and this secret. */
const keysOf = (secret: Uint8Array, previous?: Uint8Array) =>
  createKeys({ db, secrets: createSecrets(secret, previous), cacheValidity: { trusted: true } });

for (const alg of ["ES256", "RS256"] as const) {
  test(`the keys of ${alg} rotate, retire and are resealed by themselves`, async () => {
    const keys = keysOf(testSecret);
    await keys.ensureAlgorithm(alg);
    await keys.ensureAlgorithm(alg);
    const states = async () =>
      (await keys.list()).filter((key) => key.alg === alg && key.state !== "retired").map(({ state }) => state).sort();
    const signing = async (alg: SigningAlgorithm) => (await keys.ring()).signing.get(alg)!.kid;
    const [edDsa, first] = [await signing("EdDSA"), await signing(alg)];
    await keys.rotate({ alg, force: true });
    assert.deepEqual([await signing("EdDSA"), await signing(alg) === first], [edDsa, false]);
    assert.equal((await keys.ring()).verifying.get(first)!.alg, alg, "the one before still verifies");
    await keys.retire(await signing(alg));
    await keys.retire(first);
    assert.deepEqual(await states(), ["active", "next"]);
    await keysOf(otherSecret, testSecret).ensure();
    const sealed = await db.query<{ secret_id: string }>(
      "test",
      "select distinct secret_id from signing_keys where state <> 'retired'",
    );
    assert.deepEqual(sealed.map(({ secret_id }) => secret_id), [createSecrets(otherSecret).id]);
    await keysOf(testSecret, otherSecret).ensure();
    const input = Buffer.from("input");
    const [signer, { verifying }] = [(await keysOf(testSecret).ring()).signing.get(alg)!, await keys.ring()];
    const algorithm = alg === "RS256" ? "RSASSA-PKCS1-v1_5" : { name: "ECDSA", hash: "SHA-256" };
    const signature = new Uint8Array(await signer.sign(input.toString()));
    assert.ok(await crypto.subtle.verify(algorithm, verifying.get(signer.kid)!.key, signature, input));
  });
}

test("simultaneous needs of new RSA keys create one pair, which is generated while no transaction is open", async () => {
  await db.query("test", "delete from signing_keys where alg = 'RS256'");
  const keys = keysOf(testSecret);
  const statements = await statementsOf(() =>
    Promise.all(Array.from({ length: 20 }, () => keys.ensureAlgorithm("RS256")))
  );
  assert.deepEqual([statements.lock_keys, statements.rollback, statements.insert_key], [2, 1, 2]);
  assert.equal((await keys.list()).filter(({ alg }) => alg === "RS256").length, 2);
});

test("a rotation of all algorithms rotates each, and a lost secret replaces each", async () => {
  const keys = keysOf(testSecret);
  await keys.ensureAlgorithm("RS256");
  await keys.ensureAlgorithm("ES256");
  const kids = async () => [...(await keys.ring()).signing].map(([alg, { kid }]) => `${alg} ${kid}`);
  const before = await kids();
  await keys.rotate({ force: true });
  const after = await kids();
  assert.equal(new Set([...before, ...after]).size, 6);
  const other = keysOf(otherSecret);
  assert.equal((await other.replaceLost()).length, 9, "an active, a next and a retiring one each");
  assert.deepEqual([...(await other.ring()).signing.keys()].sort(), ["ES256", "EdDSA", "RS256"]);
  await keys.replaceLost();
});
