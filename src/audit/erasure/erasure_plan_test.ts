import assert from "node:assert/strict";
import type { Tx } from "../../platform/db/db.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { rowsReadDuring } from "../../testing/statements/rows_read.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { recordAudit } from "../events/audit.ts";
import { deleteDetails } from "./details_store.ts";

test("T312 whether a person was deleted is found without reading the person's events, also without statistics", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  const id = crypto.randomUUID();
  await sentinel.db.transaction(async (tx) => {
    await insertEvents(tx, id, { failures: 2_000 });
    await recordDeletion(tx, id);
    await askWhetherDeleted(tx, id);
    await insertEvents(tx, id, { failures: 1_000 });
    const read = await rowsReadDuring(tx, ["audit_events"], () => askWhetherDeleted(tx, id));
    assert.ok(read > 0 && read < 10 * questions, `${read} rows were read`);
  });
});

test("T312 the cost of an erasure grows with the person's sessions, not with their square, while statistics are old", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  const id = crypto.randomUUID();
  await sentinel.db.transaction((tx) => insertEvents(tx, id, { failures: 10 }));
  await sentinel.db.query("test", "analyze audit_events");
  await sentinel.db.transaction(async (tx) => {
    await insertEvents(tx, id, { sessions: 1_000 });
    await recordDeletion(tx, id);
    const read = await rowsReadDuring(tx, ["audit_events"], () => deleteDetails(tx, id, undefined, 2_000));
    assert.ok(read >= 2_000 && read < 100_000, `${read} rows were read`);
  });
});

/** Events about failed logins of the person, and of the person's sessions. */
async function insertEvents(tx: Tx, id: string, { failures = 0, sessions = 0 }): Promise<void> {
  await tx.query(
    "test",
    `with fact as (
       select gen_random_uuid() as id, 'login.failed' as action, 'failure' as outcome, null::uuid as actor_id,
              'user' as subject_type, $1::text as subject_id
       from generate_series(1, $2)
       union all
       select gen_random_uuid(), 'session.created', 'success', $1::uuid, 'session', 'of-' || $1::text || n
       from generate_series(1, $3) n
     ), event as (
       insert into audit_events (id, action, outcome, actor_id, subject_type, subject_id, details_digest)
       select *, ''::bytea from fact
     )
     insert into audit_details (event_id, salt, details) select id, '', '{}' from fact`,
    [id, failures, sessions],
  );
}

async function recordDeletion(tx: Tx, id: string): Promise<void> {
  await recordAudit(tx, { action: "user.deleted", ...localActor, subject: { type: "user", id } });
}

/** After five questions a session of the database keeps one plan for all persons. */
const questions = 10;

async function askWhetherDeleted(tx: Tx, id: string): Promise<void> {
  const [row] = await tx.query(
    "test",
    `with event as materialized (select e from audit_events e where action = 'user.deleted' and subject_id = $1)
     select bool_and(audit_person_deleted(e, 'subject')) as answer from event, generate_series(1, ${questions})`,
    [id],
  );
  assert.deepEqual(row, { answer: true });
}
