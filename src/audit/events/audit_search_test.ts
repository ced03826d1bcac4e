import assert from "node:assert/strict";
import type { Db } from "../../platform/db/db.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { type AuditFilter, listAuditEvents } from "./audit_store.ts";

// Searches of a long log, and what they show of deleted users.
const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const auditor = { authorization: `Bearer ${await sentinel.tokenOf("ada")}` };

type Event = { action: string; occurred_at: string; details: Record<string, unknown> | null };

async function page(query = ""): Promise<{ items: Event[]; next_page_token?: string }> {
  const response = await sentinel.fetch(`/audit-events${query}`, { headers: auditor });
  assert.equal(response.status, 200, query);
  return await response.json();
}

test("T312 GET /audit-events shows an erased user's events without personal data", async () => {
  const registration = { username: "gone", email: "gone@example.com", password: "quite enough words" };
  const { id } = await (await sentinel.fetch("/register", { json: registration })).json();
  await sentinel.fetch("/login", { form: { username: "gone", password: "wrong" } });
  await sentinel.users.unlock("gone");
  assert.equal((await sentinel.fetch(`/users/${id}`, { method: "DELETE", headers: auditor })).status, 204);
  const { items } = await page(`?subject_type=user&subject_id=${id}`);
  const details = new Map(items.map(({ action, details }) => [action, details]));
  assert.deepEqual(Object.fromEntries(details), {
    "user.registered": { roles: ["user"] },
    "login.failed": { reason: "wrong_password" },
    "user.unlocked": null,
    "user.deleted": { ip: "127.0.0.1", user_agent: null },
  });
});

const busy = crypto.randomUUID();
const owner = crypto.randomUUID();

const single: AuditFilter[] = [
  { user_id: owner },
  { actor_id: busy },
  { subject_type: "session", subject_id: "many" },
  { action: "session.created" },
];
/** The possible filters, in all combinations. */
const several = single
  .reduce<AuditFilter[]>((all, each) => [...all, ...all.map((other) => ({ ...other, ...each }))], [{}])
  .flatMap((filter) => [filter, { ...filter, outcome: "failure" }, { ...filter, outcome: "success" }]);

test("X98 a search with any filters reads a limited number of events per page, and misses none", async () => {
  await sentinel.db.query(
    "fill",
    `insert into audit_events (id, action, outcome, actor_id, subject_type, subject_id, details_digest, occurred_at, facts)
     select gen_random_uuid(), case n % 50 when 0 then 'session.created' else 'session.revoked' end,
            case n % 70 when 1 then 'failure' else 'success' end, $1, 'session',
            case n % 30 when 3 then 'many' else 'few' end, '', '2026-02-01'::timestamptz + (n / 2) * interval '1 s',
            case n % 3 when 0 then jsonb_build_object('user_id', $2::text) end
     from generate_series(1, 2000) n`,
    [busy, owner],
  );
  const bounds = { occurred_after: "2026-01-31T00:00:00Z", occurred_before: "2026-02-02T00:00:00Z" };
  for (const filter of several) {
    const wanted = await sentinel.db.query<{ id: string }>(
      "wanted",
      `select id from audit_events where occurred_at > $1 and occurred_at < $2 and ($3::uuid is null or actor_id = $3)
         and ($4::text is null or subject_id = $4) and ($5::text is null or action = $5)
         and ($6::text is null or outcome = $6) and ($7::text is null or facts ->> 'user_id' = $7)
       order by occurred_at desc, id desc`,
      [
        bounds.occurred_after,
        bounds.occurred_before,
        filter.actor_id,
        filter.subject_id,
        filter.action,
        filter.outcome,
        filter.user_id,
      ],
    );
    const seen: string[] = [];
    for (let before: string | null = null, pages = 0;; pages++) {
      const { rows, goOn } = await listAuditEvents(sentinel.db, { ...filter, ...bounds }, before, 100, 300);
      seen.push(...rows.map(({ id }) => id));
      before = rows.length === 100 ? `${rows.at(-1)!.occurred_at} ${rows.at(-1)!.id}` : goOn;
      if (before === null) break;
      assert.ok(pages < 30, "each page leads on");
    }
    assert.deepEqual(seen, wanted.map(({ id }) => id), JSON.stringify(filter));
  }
});

test("X98 a page on which a search stops is short or empty, and its token leads to the rest", async () => {
  await sentinel.db.query(
    "fill",
    `insert into audit_events (id, action, outcome, actor_id, subject_type, subject_id, details_digest, occurred_at)
     select gen_random_uuid(), case n when 1 then 'key.created' else 'key.retired' end, 'success', $1, 'key', 'k', '',
            '2026-03-01'::timestamptz + n * interval '1 s'
     from generate_series(1, 20002) n`,
    [nobodyElse],
  );
  await sentinel.db.query("analyze", "analyze audit_events");
  const query = `?actor_id=${nobodyElse}&action=key.created`;
  const { items, next_page_token } = await page(query);
  assert.deepEqual(items, []);
  const last = await page(`${query}&page_token=${next_page_token}`);
  assert.deepEqual(last.items.map(({ occurred_at }) => occurred_at), ["2026-03-01T00:00:01.000000Z"]);
  assert.equal(last.next_page_token, undefined);
  const read = await rowsRead((db) =>
    listAuditEvents(db, { actor_id: nobodyElse, action: "key.created" }, null, 51, 1_000)
  );
  assert.ok(read <= 1_000, `${read} rows`);
  const failures = await rowsRead((db) => listAuditEvents(db, { actor_id: nobodyElse, outcome: "failure" }, null, 51));
  assert.equal(failures, 0);
});

const nobodyElse = crypto.randomUUID();

type Plan = { "Relation Name"?: string; "Actual Rows": number; "Actual Loops": number; Plans?: Plan[] };

/** The number of event rows that the database read for its answer. */
async function rowsRead(ask: (db: Db) => Promise<unknown>): Promise<number> {
  const sum = (plan: Plan): number =>
    (plan["Relation Name"] === "audit_events" ? plan["Actual Rows"] * plan["Actual Loops"] : 0) +
    (plan.Plans ?? []).reduce((all, each) => all + sum(each), 0);
  let read = 0;
  await ask({
    async query(name, text, params) {
      const explain = `explain (analyze, format json) ${text}`;
      const [row] = await sentinel.db.query<{ "QUERY PLAN": { Plan: Plan }[] }>(name, explain, params);
      read = sum(row!["QUERY PLAN"][0]!.Plan);
      return [];
    },
  });
  return read;
}
