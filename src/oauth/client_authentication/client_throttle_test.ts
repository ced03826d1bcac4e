import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { askForToken, newClient } from "../../testing/people/clients.ts";
import { statementsOf } from "../../testing/statements/statements.ts";
import { createOpaqueSecret } from "../../tokens/opaque/opaque_secret.ts";
import { createFailedAttempts } from "../../platform/failed_attempts.ts";

const sentinel = await startSentinel({
  lasting: false,
  settings: { SENTINEL_RATE_LIMIT: "on", SENTINEL_RATE_LIMIT_CLIENT_ADDRESS: "3/900" },
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

test("an address whose clients fail too often gets 429 without a statement, but not what this replica has proven", async () => {
  const [known, later] = [await newClient(sentinel), await newClient(sentinel)];
  const ask = (client: { id: string; secret: string }, peer: string) => askForToken(sentinel, client, {}, { peer });
  assert.equal((await ask(known, "192.0.2.1")).status, 200);
  for (let n = 0; n < 3; n++) assert.equal((await ask({ ...known, secret: "guess" }, "192.0.2.1")).status, 401);
  const id = crypto.randomUUID();
  const guess = { id, secret: createOpaqueSecret("cs", id).text };
  const statements = await statementsOf(async () => {
    for (const client of [guess, later]) {
      const refused = await ask(client, "192.0.2.1");
      assert.equal(refused.status, 429);
      assert.ok(Number(refused.headers.get("retry-after")) > 0);
    }
  });
  assert.deepEqual(statements, {});
  assert.equal((await ask(known, "192.0.2.1")).status, 200, "its secret is proven");
  assert.equal((await ask(later, "192.0.2.2")).status, 200, "another address");
});

test("createFailedAttempts lets a network try again as time passes, counts a /64 as one, and may be off", () => {
  let now = 0;
  const failures = createFailedAttempts({ limit: { count: 2, seconds: 10 }, monotonic: () => now });
  for (let n = 0; n < 2; n++) failures.count("2001:db8::1");
  assert.equal(failures.retryAfterSeconds("2001:db8::ffff"), 5);
  assert.equal(failures.retryAfterSeconds("2001:db8:0:1::1"), undefined);
  now = 5_000;
  assert.equal(failures.retryAfterSeconds("2001:db8::1"), undefined);
  const off = createFailedAttempts({ limit: undefined, monotonic: () => now });
  for (let n = 0; n < 5; n++) off.count(null);
  assert.equal(off.retryAfterSeconds(null), undefined);
});
