import assert from "node:assert/strict";
import type { Db } from "../../platform/db/db.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { type AuditFilter, listAuditEvents } from "./audit_store.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const grace = crypto.randomUUID();

const choices: [AuditFilter, index: RegExp][] = [
  [{}, /audit_events_time_idx/],
  [{ actor_id: grace }, /audit_events_actor_idx/],
  [{ subject_type: "user", subject_id: grace }, /audit_events_subject_idx/],
  [{ user_id: grace }, /audit_events_user_idx/],
  [{ user_id: grace, action: "session.revoked", outcome: "success" }, /audit_events_user_idx/],
  [{ action: "key.rotated" }, /audit_events_action_idx/],
  [{ outcome: "failure" }, /audit_events_failure_idx/],
  [{ actor_id: grace, outcome: "failure" }, /audit_events_actor_failure_idx/],
  [{ subject_type: "user", subject_id: grace, outcome: "failure" }, /audit_events_subject_failure_idx/],
  [{ subject_type: "user", subject_id: grace, actor_id: grace, action: "key.rotated" }, /audit_events_subject_idx/],
  [{ actor_id: grace, action: "key.rotated", outcome: "success" }, /audit_events_actor_idx/],
  [{ occurred_after: "2026-01-01T00:50:00Z" }, /audit_events_time_idx/],
];

test("every filter of GET /audit-events uses its index, in order, on any page", async () => {
  await sentinel.db.query(
    "fill",
    `insert into audit_events (id, action, outcome, actor_id, subject_type, subject_id, details_digest, occurred_at)
     select gen_random_uuid(), 'session.created', case n % 4 when 0 then 'failure' else 'success' end, gen_random_uuid(), 'session', n::text, '', '2026-01-01'::timestamptz + n * interval '1 s'
     from generate_series(1, 5000) n; analyze audit_events; analyze audit_details`,
  );
  for (const [filter, index] of choices) {
    for (const before of [null, `2026-01-01T01:00:00Z ${crypto.randomUUID()}`]) {
      const plan = await planOf((db) => listAuditEvents(db, filter, before, 51));
      assert.match(plan, index, JSON.stringify(filter));
      assert.doesNotMatch(plan, /Seq Scan on audit_events/, JSON.stringify(filter));
      assert.doesNotMatch(plan.slice(plan.indexOf("CTE walked"), plan.indexOf("CTE chosen")), /Sort/, plan);
    }
  }
});

/** The plan of the database for the query. */
async function planOf(ask: (db: Db) => Promise<unknown>): Promise<string> {
  const explained: string[] = [];
  await ask({
    async query(name, text, params) {
      const rows = await sentinel.db.query<Record<"QUERY PLAN", string>>(name, `explain ${text}`, params);
      explained.push(...rows.map((row) => row["QUERY PLAN"]));
      return [];
    },
  });
  return explained.join("\n");
}
