import assert from "node:assert/strict";
import { type Sentinel, startSentinel, test } from "../../testing/harness.ts";
import { people } from "../../testing/people.ts";

const settings = { SENTINEL_TRUSTED_PROXIES: "127.0.0.1/32" };
const [open, proxied] = [await startSentinel(), await startSentinel({ settings })];
Deno.test.afterAll(async () => {
  await proxied[Symbol.asyncDispose]();
  await open[Symbol.asyncDispose]();
});

const given = "canary-0123456789";
const headers = { "x-request-id": given };

/** Ids that a failed login leaves: in the answer's header and body, and on the record. */
async function idsOf(at: Sentinel): Promise<(string | null)[]> {
  const form = { username: people.grace.username, password: "not hers" };
  const answer = await at.fetch("/login", { form, headers });
  const [event] = await at.db.query<{ request_id: string }>(
    "test",
    "select request_id from audit_events where action = 'login.failed' order by id desc limit 1",
  );
  return [answer.headers.get("x-request-id"), (await answer.json()).request_id, event!.request_id];
}

test("X82 an X-Request-ID that no trusted proxy sends is recorded nowhere, and not echoed", async () => {
  const [answered, told, recorded] = await idsOf(open);
  assert.match(answered!, /^[\w-]{1,64}$/);
  assert.deepEqual([told, recorded], [answered, answered]);
  await open.fetch("/users/me", { headers });
  assert.doesNotMatch(await open.logs(), /canary/);
  const [row] = await open.db.query<{ count: number }>(
    "test",
    `select count(*)::int as count from audit_events e join audit_details d on d.event_id = e.id
     where e::text like '%canary%' or d::text like '%canary%'`,
  );
  assert.deepEqual(row, { count: 0 });
});

test("X82 AuthZEN gets it back whoever sends it, in the header alone", async () => {
  const answer = await open.fetch("/access/v1/evaluation", { json: {}, headers });
  assert.equal(answer.headers.get("x-request-id"), given);
  assert.notEqual((await answer.json()).request_id, given);
  assert.doesNotMatch(await open.logs(), /canary/);
});

test("X82 that of a trusted proxy is the request's id everywhere", async () => {
  assert.deepEqual(await idsOf(proxied), [given, given, given]);
  assert.match(await proxied.logs(), new RegExp(`"request_id":"${given}"`));
});
