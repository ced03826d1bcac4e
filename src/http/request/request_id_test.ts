import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { people } from "../../testing/people/people.ts";

const proxy = "192.0.2.1";
const sentinel = await startSentinel({ lasting: false, settings: { SENTINEL_TRUSTED_PROXIES: `${proxy}/32` } });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

/** A unique name, and a request that contains it. */
function named() {
  const given = `canary-${crypto.randomUUID()}`;
  return { given, headers: { "x-request-id": given } };
}

/** The ids that a failed login leaves: in the answer's header and body, and in the audit log. */
async function idsOf(headers: Record<string, string>, peer?: string): Promise<(string | null)[]> {
  const form = { username: people.grace.username, password: "not hers" };
  const answer = await sentinel.fetch("/login", { form, headers, ...(peer && { peer }) });
  const [event] = await sentinel.db.query<{ request_id: string }>(
    "test",
    "select request_id from audit_events where action = 'login.failed' order by id desc limit 1",
  );
  return [answer.headers.get("x-request-id"), (await answer.json()).request_id, event!.request_id];
}

/** The number of rows in the audit log that contain the text. */
async function recorded(text: string): Promise<number> {
  const [row] = await sentinel.db.query<{ count: number }>(
    "test",
    `select count(distinct e.id)::int as count from audit_events e left join audit_details d on d.event_id = e.id
     where concat(e::text, d::text) like '%' || $1 || '%'`,
    [text],
  );
  return row!.count;
}

test("X82 an X-Request-ID that comes from no trusted proxy is neither recorded nor echoed", async () => {
  const { given, headers } = named();
  const [answered, inBody, onRecord] = await idsOf(headers);
  assert.match(answered!, /^[\w-]{1,64}$/);
  assert.deepEqual([inBody, onRecord], [answered, answered]);
  assert.notEqual(answered, given);
  await sentinel.fetch("/users/me", { headers });
  assert.ok(!(await sentinel.logs()).includes(given));
  assert.equal(await recorded(given), 0);
});

test("X82 AuthZEN clients get their X-Request-ID back in the header, whoever they are", async () => {
  const { given, headers } = named();
  const answer = await sentinel.fetch("/access/v1/evaluation", { json: {}, headers });
  assert.equal(answer.headers.get("x-request-id"), given);
  assert.notEqual((await answer.json()).request_id, given);
  assert.ok(!(await sentinel.logs()).includes(given));
});

test("X82 the X-Request-ID of a trusted proxy is the id of the request everywhere", async () => {
  const { given, headers } = named();
  assert.deepEqual(await idsOf(headers, proxy), [given, given, given]);
  assert.ok((await sentinel.logs()).includes(`"request_id":"${given}"`));
  assert.equal(await recorded(given), 1);
});
