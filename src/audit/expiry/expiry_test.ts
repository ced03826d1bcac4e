import assert from "node:assert/strict";
import { migrations } from "../../compose/migrations.ts";
import type { Database } from "../../platform/db/db.ts";
import { createExport } from "../../portability/export.ts";
import { createImport } from "../../portability/import.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";
import { createVerification } from "../chain/verification.ts";
import { recordAll, recordAudit } from "../events/audit.ts";
import { erase } from "../erasure/erasures.ts";
import { type Sentinel, startSentinel, test, testSecret } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { createExpiry } from "./expiry.ts";

const client = { ip: "192.0.2.7", user_agent: "an old browser", request_id: null };

const change = (id: string) => ({
  action: "user.changed" as const,
  actor_id: null,
  client,
  subject: { type: "user" as const, id },
  names: { after: "an old name" },
});

/** Runs a statement without triggers, as a superuser can. */
async function unguarded({ db }: Sentinel, sql: string): Promise<void> {
  const tables = ["audit_events", "audit_details"];
  for (const table of tables) await db.query("test", `alter table ${table} disable trigger user`);
  for (const statement of sql.split(";")) await db.query("test", statement);
  for (const table of tables) await db.query("test", `alter table ${table} enable trigger user`);
}

/** A log with two old events, sealed at 1 and 2, and two recent ones. */
async function withLog(work: (sentinel: Sentinel) => Promise<void>): Promise<void> {
  await using sentinel = await startSentinel({ lasting: false });
  const { db, sealer } = sentinel;
  await unguarded(sentinel, "delete from audit_details; delete from audit_events");
  await recordAll(db, ["a", "b"].map(change));
  await unguarded(sentinel, "update audit_events set occurred_at = now() - interval '31 days'");
  await sealer.seal();
  await recordAll(db, ["c", "d"].map(change));
  await sealer.seal();
  await work(sentinel);
}

const withDetails = async ({ db }: Sentinel) =>
  (await db.query<{ seq: number; parts: number }>(
    "test",
    `select e.seq::int as seq, count(*)::int as parts from audit_events e join audit_details d on d.event_id = e.id
     group by 1 order by 1`,
  )).map(({ seq, parts }) => [seq, parts]);

const verdictOf = async ({ auditVerification }: Sentinel) => {
  const verdict = await auditVerification.verify({});
  return verdict.valid ? { events: verdict.events, erased: verdict.erased, expired: verdict.expired } : verdict.code;
};

const deleting = (seq: number) =>
  `delete from audit_details where event_id in (select id from audit_events where seq = ${seq})`;

test("X98 details older than the limit are deleted, everything else stays, and the log verifies", () =>
  withLog(async (sentinel) => {
    const { auditExpiry } = sentinel;
    assert.deepEqual(await auditExpiry.expireOlderThan(32), { seq: 0, deleted: 0 });
    assert.deepEqual(await verdictOf(sentinel), { events: 4, erased: 0, expired: undefined }, "and nothing on record");
    assert.deepEqual(await auditExpiry.expireOlderThan(31), { seq: 2, deleted: 4 });
    assert.deepEqual(await withDetails(sentinel), [[3, 2], [4, 2], [5, 1]]);
    assert.deepEqual(await verdictOf(sentinel), { events: 5, erased: 0, expired: 2 });
    assert.deepEqual(await auditExpiry.expireOlderThan(30), { seq: 2, deleted: 0 }, "again, and no further event");
    assert.deepEqual(await verdictOf(sentinel), { events: 5, erased: 0, expired: 2 });
    const [event] = await sentinel.db.query<{ facts: unknown; hash: unknown }>(
      "test",
      "select facts, hash from audit_events where action = 'audit.details_expired'",
    );
    assert.deepEqual(event!.facts, { seq: 2, days: 31 });
    const listed = await sentinel.fetch("/audit-events", {}, "ada");
    const { items } = await listed.json();
    const old = items.slice(-2) as { seq: number; action: string; details: unknown }[];
    assert.deepEqual(old.map(({ seq, action, details }) => ({ seq, action, details })), [
      { seq: 2, action: "user.changed", details: null },
      { seq: 1, action: "user.changed", details: null },
    ]);
  }));

test("X98 the database refuses to delete one more detail, or any before the expiry is sealed", () =>
  withLog(async (sentinel) => {
    const { db, auditExpiry, sealer } = sentinel;
    const refused = (seq: number) =>
      assert.rejects(
        db.query("test", deleting(seq)),
        ({ cause }: Error) => /once they are expired/.test(String(cause)),
      );
    await refused(1);
    const subject = { type: "installation", id: null } as const;
    const details = { seq: 1, days: 1 };
    await recordAudit(db, { action: "audit.details_expired", actor_id: null, client, subject, details });
    await refused(1);
    await sealer.seal();
    await db.query("test", deleting(1));
    await refused(2);
    for (const seq of [6, 99, -1e300, "2", null]) { // from place 6 on: its own place, a later one, and invalid ones
      await recordAudit(db, { action: "audit.details_expired", actor_id: null, client, subject, details: { seq } });
      await sealer.seal();
      await refused(2);
    }
    assert.deepEqual(await auditExpiry.expireOlderThan(31), { seq: 2, deleted: 2 });
    await refused(3);
  }));

const forgeries: [what: string, sql: string, code: string][] = [
  ["nobody recorded", "", "details_missing"],
  ["is not sealed", forged("null", "null"), "details_missing"],
  ["is sealed with a hash of its own", forged("5", "'\\x00'"), "event_changed"],
  ["stands at a place far away", forged("99", "'\\x00'"), "event_missing"],
  [
    "is another event, edited",
    `update audit_events set action = 'audit.details_expired', facts = '{"seq": 3}' where seq = 4`,
    "event_changed",
  ],
];

function forged(seq: string, hash: string): string {
  return `insert into audit_events (id, seq, hash, action, outcome, subject_type, details_digest, facts)
          select gen_random_uuid(), ${seq}, ${hash}, 'audit.details_expired', outcome, 'installation', details_digest,
                 '{"seq": 3}' from audit_events where seq = 4`;
}

for (const [what, sql, code] of forgeries) {
  test(`X98 verification fails when details were deleted by an expiry that ${what}`, () =>
    withLog(async (sentinel) => {
      await unguarded(sentinel, [sql, deleting(3)].filter(Boolean).join(";"));
      assert.equal(await verdictOf(sentinel), code);
    }));
}

test("X98 verification fails when an expiry is edited to reach further", () =>
  withLog(async (sentinel) => {
    await sentinel.auditExpiry.expireOlderThan(31);
    await unguarded(sentinel, `update audit_events set facts = '{"seq": 3, "days": 31}' where seq = 5; ${deleting(3)}`);
    assert.equal(await verdictOf(sentinel), "event_changed");
  }));

test("X98 verification uses the proven events, not the database's claim", () =>
  withLog(async (sentinel) => {
    await sentinel.auditExpiry.expireOlderThan(31);
    const lying =
      `create or replace function audit_expired_up_to() returns bigint language sql stable as 'select 4::bigint'`;
    await unguarded(sentinel, `${lying}; ${deleting(3)}`);
    const verdict = await createVerification(sentinel).verify({});
    assert.ok(!verdict.valid);
    assert.deepEqual([verdict.code, verdict.seq], ["details_missing", 3]);
  }));

test("X98 what an interrupted expiry has left is deleted by the next one, which records nothing more", () =>
  withLog(async (sentinel) => {
    const { db } = sentinel;
    const query: typeof db.query = (name, ...rest) =>
      name === "delete_expired_details" ? Promise.reject(new Error("cut")) : db.query(name, ...rest);
    const interrupted = createExpiry({ ...sentinel, db: { ...db, query } });
    await assert.rejects(interrupted.expireOlderThan(31), /^Error: cut$/);
    assert.deepEqual(await verdictOf(sentinel), { events: 5, erased: 0, expired: undefined });
    assert.deepEqual(await sentinel.auditExpiry.expireOlderThan(31), { seq: 2, deleted: 4 });
    assert.deepEqual(await verdictOf(sentinel), { events: 5, erased: 0, expired: 2 });
  }));

test("X98 a user whose events have no details any more is erased like others", () =>
  withLog(async (sentinel) => {
    const { db, auditExpiry, sealer } = sentinel;
    const { id } = await newcomer(sentinel);
    await recordAudit(db, change(id));
    await unguarded(sentinel, "update audit_events set occurred_at = now() - interval '31 days' where seq is null");
    await sealer.seal();
    await auditExpiry.expireOlderThan(31);
    await db.transaction(async (tx) => {
      await tx.query("test", "delete from users where id = $1", [id]);
      await recordAudit(tx, { ...change(id), action: "user.deleted" });
      await erase(tx, id);
    });
    await sealer.seal();
    const verdict = await verdictOf(sentinel);
    assert.ok(typeof verdict === "object" && verdict.expired! >= 2 && verdict.erased >= 1, JSON.stringify(verdict));
  }));

/** All rows with which an import would conflict. */
const emptied = ["sessions", "grants", "users", "role_parents", "role_permissions", "signing_keys"]
  .concat("audit_checkpoints", "audit_erasures", "audit_details", "audit_events")
  .map((table) => `delete from ${table}`).join(";");

test("X98 an export contains the expiry, and the log verifies where it is imported", () =>
  withLog(async (sentinel) => {
    const { db, auditExpiry } = sentinel;
    await auditExpiry.expireOlderThan(31);
    const [schemas, secrets] = [migrations.map(({ name }) => name), createSecrets(testSecret)];
    let file = "";
    const exporter = createExport({ ...sentinel, secrets, schema: schemas.at(-1)!, version: "0" });
    await exporter.write(secrets, (lines) => void (file += lines));
    const undone = new Error("undone");
    const importing = db.transaction(async (tx) => {
      for (const role of ["replica", "origin"]) {
        await tx.query("test", `set local session_replication_role = ${role}`);
        if (role === "replica") { for (const deletion of emptied.split(";")) await tx.query("test", deletion); }
      }
      const within: Database = { ...db, query: tx.query, transaction: (deed) => deed(tx) };
      await createImport({ db: within, secrets, schemas }).read(new Blob([file]).stream());
      const verdict = await createVerification({ ...sentinel, db: within }).verify({});
      assert.ok(verdict.valid, JSON.stringify(verdict));
      assert.deepEqual([verdict.expired, verdict.erased], [2, 0]);
      throw undone;
    });
    await assert.rejects(importing, undone);
  }));
