import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { recordAudit } from "./audit.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const auditor = { authorization: `Bearer ${await sentinel.tokenOf("ada")}` };
const ada = await sentinel.settled("ada");
const grace = await sentinel.settled("grace");
await sentinel.fetch("/login", { form: { username: "grace", password: "wrong" }, headers: { "user-agent": "curl/8" } });
await sentinel.tokenOf("grace");
await sentinel.keys.rotate({ force: true });
await sentinel.sealer.seal();

type Event = {
  id: string;
  seq: number | null;
  hash: string | null;
  occurred_at: string;
  action: string;
  outcome: string;
  actor_id: string | null;
  subject_type: string;
  subject_id: string | null;
  request_id: string | null;
  details: Record<string, unknown> | null;
};

/** A page larger than the number of events in these tests. */
const all = "?page_size=200";

const get = (query = "") => sentinel.fetch(`/audit-events${query}`, { headers: auditor });

async function page(query = ""): Promise<{ items: Event[]; next_page_token?: string }> {
  const response = await get(query);
  assert.equal(response.status, 200, query);
  return await response.json();
}

test("GET /audit-events lists the events, newest first, with their places in the chain and their details", async () => {
  await sentinel.sealer.seal();
  const { items } = await page(all);
  assert.deepEqual(items.map(({ seq }) => seq), items.map((_, index) => items.length - index));
  assert.deepEqual(
    items.map(({ occurred_at }) => occurred_at),
    items.map((e) => e.occurred_at).toSorted().toReversed(),
  );
  const { id: _, seq: __, hash, occurred_at, request_id, ...failure } = items.find((e) => e.action === "login.failed")!;
  assert.match(hash!, /^[0-9a-f]{64}$/);
  assert.match(occurred_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  assert.match(request_id!, /^[\w-]+$/);
  assert.deepEqual(failure, {
    action: "login.failed",
    outcome: "failure",
    actor_id: null,
    subject_type: "user",
    subject_id: grace,
    details: { reason: "wrong_password", ip: "127.0.0.1", user_agent: "curl/8" },
  });
  assert.doesNotMatch(JSON.stringify(items), /salt|password_hash|digest/);
});

const filters: [query: string, chosen: (event: Event) => boolean][] = [
  [`actor_id=${grace}`, ({ actor_id }) => actor_id === grace],
  [
    `user_id=${grace.toUpperCase()}`,
    ({ subject_type, subject_id, actor_id }) =>
      subject_type === "user" ? subject_id === grace : subject_type === "session" && actor_id === grace,
  ],
  [`subject_type=user&subject_id=${grace}`, ({ subject_id }) => subject_id === grace],
  ["action=session.created", ({ action }) => action === "session.created"],
  ["outcome=failure", ({ outcome }) => outcome === "failure"],
  [`actor_id=${ada}&action=session.created`, (e) => e.actor_id === ada && e.action === "session.created"],
  ["action=key.rotated&outcome=success", ({ action }) => action === "key.rotated"],
];

for (const [query, chosen] of filters) {
  test(`GET /audit-events?${query.replaceAll(/[0-9a-f-]{36}/gi, "{id}")} returns exactly the matching events`, async () => {
    const { items } = await page(all);
    const expected = items.filter(chosen);
    assert.ok(expected.length > 0 && expected.length < items.length);
    assert.deepEqual((await page(`${all}&${query}`)).items, expected);
  });
}

test("GET /audit-events accepts times, both exclusive, with microseconds and in any zone", async () => {
  const { items } = await page(all);
  const times = items.map(({ occurred_at }) => occurred_at);
  const [newest, middle, oldest] = [times[0]!, times[times.length >> 1]!, times.at(-1)!];
  const within = items.filter(({ occurred_at }) => oldest < occurred_at && occurred_at < newest);
  assert.ok(within.length > 0 && within.length < items.length);
  const between = await page(`${all}&occurred_after=${oldest}&occurred_before=${newest}`);
  assert.deepEqual(between.items, within);
  const zoned = encodeURIComponent(middle.replace("Z", "+00:00"));
  const after = items.filter(({ occurred_at }) => middle < occurred_at);
  assert.deepEqual((await page(`${all}&occurred_after=${zoned}`)).items, after);
});

test("T077 GET /audit-events by pages returns every matching event once; a token is valid for its filters only", async () => {
  const { items } = await page("?subject_type=user&subject_id=" + grace);
  const query = `?subject_type=user&subject_id=${grace}&page_size=1`;
  const seen: Event[] = [];
  let token: string | undefined;
  do {
    const next = await page(token === undefined ? query : `${query}&page_token=${token}`);
    seen.push(...next.items);
    if (token === undefined) await recordAudit(sentinel.db, newer); // an event from before the page that was read, which changes nothing
    token = next.next_page_token;
    for (const other of ["", "?outcome=failure&page_size=1", `?actor_id=${grace}`]) {
      if (!token) continue;
      const response = await get(`${other}${other ? "&" : "?"}page_token=${token}`);
      assert.equal(response.status, 400, other);
    }
  } while (token);
  assert.deepEqual(seen, items);
});

const newer = {
  action: "user.unlocked",
  ...localActor,
  subject: { type: "user", id: grace },
} as const;

const injections = [
  "actor_id=' or 1=1 --",
  "actor_id=",
  "actor_id=null",
  `actor_id=${grace.toUpperCase()}'`,
  "action=login.failed' or '1'='1",
  "action=*",
  "action=toString",
  "outcome=success,failure",
  "subject_type=user",
  "subject_id=x",
  "subject_type=users&subject_id=x",
  "subject_type=user&subject_id=x');drop table audit_events;--",
  "subject_type=user&subject_id=%25",
  "occurred_after=yesterday",
  "occurred_after=infinity",
  "occurred_after=2026-02-30T00:00:00Z",
  "occurred_after=0000-01-01T00:00:00Z",
  "occurred_before=2026-01-01T00:00:00+23:59",
  "occurred_before=now()",
  "order=seq",
  "details=x",
  "actor_id[]=x",
  "seq=1",
  "page_size=0",
  "page_size=1e3",
];

for (const query of injections) {
  test(`T304 GET /audit-events?${query} is 422, with the reason`, async () => {
    const [name, ...value] = query.split("=");
    const encoded = query.includes("&") ? query : `${encodeURIComponent(name!)}=${encodeURIComponent(value.join("="))}`;
    const refused = await get(`?${encoded}`);
    assert.equal(refused.status, 422);
    assert.ok((await refused.json()).errors.length > 0);
  });
}

test("T304 a filter given twice is 400", async () => {
  assert.equal((await get(`?actor_id=${grace}&actor_id=${ada}`)).status, 400);
});

test("T304 no caller can write anything under /audit-events", async () => {
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    const response = await sentinel.fetch("/audit-events", { method, headers: auditor });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "GET, HEAD");
    const one = await sentinel.fetch(`/audit-events/${crypto.randomUUID()}`, { method, headers: auditor });
    assert.equal(one.status, 404);
  }
});

test("GET /audit-events requires audit:read, and no role by name", async () => {
  await sentinel.db.query(
    "auditors",
    `insert into roles (name) values ('auditor'); insert into role_permissions values ('auditor', 'audit:read')`,
  );
  await sentinel.settled("nobody");
  assert.equal((await sentinel.fetch("/audit-events", {}, "nobody")).status, 403);
  await sentinel.db.query(
    "grant",
    "insert into grants (user_id, role) select id, 'auditor' from users where username = 'nobody'",
  );
  sentinel.principals.forgetAll();
  sentinel.evaluator.forget();
  assert.equal((await sentinel.fetch("/audit-events", {}, "nobody")).status, 200);
});
