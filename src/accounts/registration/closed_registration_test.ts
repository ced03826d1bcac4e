import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";

const closed = await startSentinel({ lasting: false, settings: { SENTINEL_REGISTRATION: "off" } });
Deno.test.afterAll(() => closed[Symbol.asyncDispose]());

test(
  "X51 T082 POST /register creates nothing with SENTINEL_REGISTRATION=off, and administrators can still create accounts",
  async () => {
    const json = { username: "uninvited", email: "uninvited@example.com", password: "a long enough password" };
    const { access_token } = await closed.login("ada");
    const headers = { authorization: `Bearer ${access_token}` };
    const before = await rowCounts(closed);
    for (const init of [{ json }, { json, headers }, { json: { ...json, role: "admin" }, headers }]) {
      const response = await closed.fetch("/register", init);
      assert.equal(response.status, 403);
      assert.equal((await response.json()).type, "/problems/registration_closed");
    }
    assert.deepEqual(await rowCounts(closed), before);
    assert.equal((await closed.fetch("/users", { json, headers })).status, 201);
  },
);
