import assert from "node:assert/strict";
import { localActor } from "../../vocabulary/actor.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { recordAudit } from "../events/audit.ts";
import { createChainWatch } from "./chain_watch.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, sealer, checkpoints } = sentinel;

async function record(count: number): Promise<number> {
  for (let n = 0; n < count; n++) {
    await recordAudit(db, { action: "role.created", ...localActor, subject: { type: "role", id: String(n) } });
  }
  await sealer.seal();
  const [head] = await db.query<{ seq: number }>("head", "select max(seq)::int as seq from audit_events");
  return head!.seq;
}

/** A server that watches the log, and its clock. */
function watcher() {
  const watched = { ms: 1_000_000, events: 0, verdicts: [] as (string | undefined)[] };
  const watch = createChainWatch({
    ...{ db, sealer, checkpoints },
    clock: { now: () => watched.ms },
    monotonic: () => watched.ms,
    onEvents: (count) => watched.events += count,
    onVerdict: (broken) => watched.verdicts.push(broken?.code),
  });
  return { watch, watched, minute: () => watched.ms += 60_000 };
}

/** Changes the log as a superuser could, and restores it. */
async function tampering(sql: string, fn: () => Promise<void>): Promise<void> {
  await db.query("save", "create table saved as table audit_events");
  await db.query("disarm", "alter table audit_events disable trigger user");
  await db.query("tamper", sql);
  try {
    await fn();
  } finally {
    await db.query("restore", "delete from audit_events; insert into audit_events table saved; drop table saved");
    await db.query("arm", "alter table audit_events enable trigger user");
  }
}

test("new events are verified each minute, from the last signed checkpoint on, and none of them twice", async () => {
  const before = await record(3);
  await checkpoints.make();
  const last = await record(2);
  const { watch, watched, minute } = watcher();
  assert.equal(watch.state().state, "pending");
  await watch.work();
  const { state, verified, whole } = watch.state();
  assert.deepEqual([state, verified?.from, verified?.to, whole], ["verified", before + 1, last, null]);
  await record(1);
  await watch.work();
  assert.equal(watch.state().verified?.to, last, "the minute is not over");
  minute();
  await watch.work();
  assert.deepEqual([watch.state().verified?.to, watched.events], [last + 1, 3]);
});

test("POST /audit-verification verifies the whole log in slices, seals and signs first, and shows progress", async () => {
  const { watch, watched } = watcher();
  await record(1);
  await recordAudit(db, { action: "role.created", ...localActor, subject: { type: "role", id: "unsealed" } });
  watch.verifyWhole();
  assert.equal(watch.state().state, "running");
  await watch.work();
  const { state, verified, whole, broken } = watch.state();
  const [head] = await db.query<{ seq: number }>("head", "select max(seq)::int as seq from audit_events");
  const [signed] = await db.query<{ seq: number }>("signed", "select max(seq)::int as seq from audit_checkpoints");
  assert.deepEqual([state, verified?.from, verified?.to, broken], ["verified", 1, head!.seq, null]);
  assert.deepEqual([signed!.seq, whole], [head!.seq, { at: watched.ms, ms: 0 }]);
});

test("a verification of a large log takes several slices, and stays running until its last one", async () => {
  const head = await record(0);
  await db.query(
    "many",
    `insert into audit_events (id, action, outcome, subject_type, details_digest)
     select gen_random_uuid(), 'role.created', 'success', 'role', sha256('x') from generate_series(1, 1100);`,
  );
  await db.query(
    "parts",
    `insert into audit_details (event_id, part, salt, details)
     select id, 'actor', '', '{}' from audit_events where details_digest = sha256('x')`,
  );
  await db.query("disarm", "alter table audit_events disable trigger user");
  await db.query("digest", "update audit_events set details_digest = sha256('{}') where details_digest = sha256('x')");
  await db.query("arm", "alter table audit_events enable trigger user");
  await sealer.seal();
  const { watch, watched } = watcher();
  const slow = createChainWatch({
    ...{ db, sealer, checkpoints },
    clock: { now: () => 0 },
    monotonic: () => watched.ms += 300,
    onEvents: () => {},
    onVerdict: () => {},
  });
  slow.verifyWhole();
  await slow.work();
  const { state, progress } = slow.state();
  assert.deepEqual([state, progress!.of], ["running", head + 1100]);
  assert.ok(progress!.seq < progress!.of);
  slow.verifyWhole(); // goes on, and does not begin anew
  for (let n = 0; n < 10 && slow.state().state === "running"; n++) await slow.work();
  assert.deepEqual([slow.state().state, slow.state().verified?.to], ["verified", head + 1100]);
  watch.verifyWhole();
  await watch.work();
  assert.equal(watch.state().verified?.events, head + 1100);
});

test("an event that was changed breaks the whole verification, and the state stays broken until it passes", async () => {
  await record(2);
  const { watch, watched, minute } = watcher();
  await tampering("update audit_events set action = 'role.deleted' where seq = 2", async () => {
    watch.verifyWhole();
    await watch.work();
    assert.deepEqual([watch.state().state, watch.state().broken?.code, watch.state().broken?.seq], [
      "broken",
      "event_changed",
      2,
    ]);
    minute();
    await watch.work();
    assert.deepEqual(watched.verdicts, ["event_changed"]);
  });
  watch.verifyWhole();
  await watch.work();
  assert.deepEqual([watch.state().state, watched.verdicts], ["verified", ["event_changed", undefined]]);
});

test("a log that is cut or rebuilt together with its checkpoints is noticed by a server that verified it", async () => {
  const { watch, minute } = watcher();
  watch.verifyWhole();
  await watch.work();
  const { to } = watch.state().verified!;
  await tampering(`delete from audit_events where seq = ${to}`, async () => {
    minute();
    await watch.work();
    assert.deepEqual([watch.state().broken?.code, watch.state().broken?.seq], ["verified_missing", to]);
  });
  watch.verifyWhole();
  await watch.work();
  await tampering(`update audit_events set hash = sha256('x') where seq = ${to}`, async () => {
    minute();
    await watch.work();
    assert.equal(watch.state().broken?.code, "verified_changed");
  });
});

test("a checkpoint that the server cannot trust leads to a verification of the whole log", async () => {
  await record(1);
  await checkpoints.make();
  const other = createChainWatch({
    ...{ db, sealer },
    checkpoints: { own: new Set<string>(), make: () => Promise.reject(new Error("not ours")) },
    clock: { now: () => 0 },
    monotonic: () => 0,
    onEvents: () => {},
    onVerdict: () => {},
  });
  await other.work();
  assert.equal(other.state().state, "running");
  await other.work();
  assert.equal(other.state().broken?.code, "checkpoint_foreign");
});

test("GET and POST /audit-verification show the state to users who may read the log", async () => {
  const first = await sentinel.fetch("/audit-verification", {}, "grace");
  assert.equal(first.status, 403);
  const begun = await sentinel.fetch("/audit-verification", { method: "POST" }, "ada");
  assert.deepEqual([begun.status, (await begun.json()).state], [202, "running"]);
  const read = async () => await (await sentinel.fetch("/audit-verification", {}, "ada")).json();
  let done;
  do {
    await sentinel.chainWatch.work(); // one slice, which is short on a busy machine
    done = await read();
  } while (done.state === "running");
  assert.deepEqual([done.state, done.break, done.verified.from], ["verified", null, 1]);
  assert.equal(done.last_checkpoint.seq, done.verified.to);
});
