import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

test("GET /users/me answers who the token stands for", async () => {
  const response = await sentinel.fetch("/users/me", {}, "grace");
  assert.equal((await response.json()).username, "grace");
});
