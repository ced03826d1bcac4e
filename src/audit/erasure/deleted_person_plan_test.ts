import assert from "node:assert/strict";
import type { Tx } from "../../platform/db/db.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { recordAudit } from "../events/audit.ts";

test("T312 whether a person was deleted is found without reading the person's events, also without statistics", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  const id = crypto.randomUUID();
  await sentinel.db.transaction(async (tx) => {
    await insertFailures(tx, id, 2_000);
    await recordAudit(tx, { action: "user.deleted", ...localActor, subject: { type: "user", id } });
    assert.equal(await isDeleted(tx, id), true);
    await insertFailures(tx, id, 1_000);
    const before = await entriesRead(tx);
    assert.equal(await isDeleted(tx, id), true);
    const read = await entriesRead(tx) - before;
    assert.ok(read > 0 && read < 10 * questions, `${read} entries of indexes were read`);
  });
});

/** After five a session keeps one plan for all persons. */
const questions = 10;

async function insertFailures(tx: Tx, id: string, count: number): Promise<void> {
  await tx.query(
    "test",
    `insert into audit_events (id, action, outcome, subject_type, subject_id, details_digest)
     select gen_random_uuid(), 'login.failed', 'failure', 'user', $1, '' from generate_series(1, $2)`,
    [id, count],
  );
}

async function isDeleted(tx: Tx, id: string): Promise<boolean | undefined> {
  const [row] = await tx.query<{ answer: boolean }>(
    "test",
    `with event as materialized (select e from audit_events e where action = 'user.deleted' and subject_id = $1)
     select bool_and(audit_person_deleted(e, 'subject')) as answer from event, generate_series(1, ${questions})`,
    [id],
  );
  return row?.answer;
}

async function entriesRead(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ read: number }>(
    "test",
    `select sum(pg_stat_get_xact_tuples_returned(indexrelid))::int as read
     from pg_index where indrelid = 'audit_events'::regclass`,
  );
  return row!.read;
}
