import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";
import { statementsOf } from "../testing/statements.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

for (const path of ["/users/me", "/admin-only"]) {
  test(`GET ${path} with a token that is known costs no statement`, async () => {
    const headers = { authorization: `Bearer ${await sentinel.tokenOf("ada")}` };
    const ask = async () => assert.equal((await sentinel.fetch(path, { headers })).status, 200);
    assert.equal((await statementsOf(sentinel, ask)).find_access, 1);
    assert.deepEqual(await statementsOf(sentinel, () => Promise.all(Array.from({ length: 50 }, ask))), {});
  });
}
