import { localActor, localClient } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import type { Db } from "../../platform/db/db.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";
import { startSentinel, test, testSecret } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { recordAudit } from "../events/audit.ts";
import { canonicalJson, detailsDigest } from "../events/canonical_json.ts";
import { erase } from "../erasure/erasures.ts";
import { linkAfter, origin } from "./chain.ts";
import { type Checkpoint, createCheckpoints } from "./checkpoints.ts";
import { listSealed } from "./chain_store.ts";
import { createVerification, type Verdict } from "./verification.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, auditVerification, sealer } = sentinel;
const run = (sql: string) => db.query("tamper", sql);

const record = (tx: Db, n: number, action: "role.granted" | "user.deleted" = "role.granted", id = String(n)) =>
  recordAudit(tx, {
    action,
    ...localActor,
    subject: { type: action === "user.deleted" ? "user" : "role", id },
    details: { n },
  });

const last = 12;

/** Twelve events and a checkpoint at every fourth. Then triggers are off, as a superuser could do. */
async function prepare(): Promise<Checkpoint[]> {
  const made: Checkpoint[] = [];
  for (const table of ["audit_details", "audit_events"]) { // of the first signing keys
    await run(
      `alter table ${table} disable trigger user; delete from ${table}; alter table ${table} enable trigger user`,
    );
  }
  for (let n = 1; n <= last; n++) {
    await record(db, n);
    if (n % 4 === 0) {
      await sealer.seal();
      made.push((await sentinel.checkpoints.make())!);
    }
  }
  for (const table of tables) {
    await run(`create table saved_${table} as table ${table}; alter table ${table} disable trigger user`);
  }
  return made;
}

const tables = ["audit_events", "audit_details", "audit_checkpoints"];
const checkpoints = await prepare();

/** The result of verification after `tampering`, which is then rolled back. */
async function after(tampering: () => Promise<unknown>, options: { exported?: Checkpoint; from?: number } = {}) {
  try {
    await tampering();
    return await auditVerification.verify(options);
  } finally {
    for (const table of tables) await run(`delete from ${table}; insert into ${table} table saved_${table}`);
  }
}

/** The `select` list of a new event in place of another. */
const likeOf = (seq: number, place: number, hash: string) =>
  `select gen_random_uuid(), ${place}, occurred_at, action, outcome, actor_id, subject_type, subject_id, request_id,
          details_digest, ${hash} from audit_events where seq = ${seq}`;

const edit = (what: string, seq = 5) => `update audit_events set ${what} where seq = ${seq}`;
const editDetails = (what: string) =>
  `update audit_details set ${what} where event_id = (select id from audit_events where seq = 5)`;

const tamperings: [what: string, sql: string, code: string, seq: number][] = [
  ["edits an action", edit("action = 'key.retired'"), "event_changed", 5],
  ["edits an outcome", edit("outcome = 'failure'"), "event_changed", 5],
  ["edits a time by a microsecond", edit("occurred_at = occurred_at + interval '1 us'"), "event_changed", 5],
  ["edits an actor", edit("actor_id = gen_random_uuid()"), "event_changed", 5],
  ["edits a subject's type", edit("subject_type = 'user'"), "event_changed", 5],
  ["edits a subject", edit("subject_id = null"), "event_changed", 5],
  ["edits a request's id", edit("request_id = 'x'"), "event_changed", 5],
  ["edits an id", edit("id = gen_random_uuid()"), "event_changed", 5],
  ["edits a digest", edit("details_digest = '\\x00'"), "event_changed", 5],
  ["edits a hash", edit("hash = '\\x00'"), "event_changed", 5],
  ["edits the first event", edit("action = 'x'", 1), "event_changed", 1],
  ["edits the last event", edit("action = 'x'", last), "event_changed", last],
  ["edits a fact", edit("facts = '{\"n\": 6}'"), "event_changed", 5],
  ["removes the facts", edit("facts = null"), "event_changed", 5],
  ["edits a subject's digest", edit("subject_digest = '\\x00'"), "event_changed", 5],
  [
    "adds a part",
    `insert into audit_details (event_id, part, salt, details)
     select event_id, 'subject', salt, details from audit_details
     where event_id = (select id from audit_events where seq = 5)`,
    "details_changed",
    5,
  ],
  ["deletes the first event", "delete from audit_events where seq = 1", "event_missing", 1],
  ["deletes an event", "delete from audit_events where seq = 5", "event_missing", 5],
  ["deletes several", "delete from audit_events where seq in (5, 6, 9)", "event_missing", 5],
  ["takes an event out of the chain", edit("seq = null, hash = null"), "event_missing", 5],
  [
    "deletes an event and closes the gap",
    "delete from audit_events where seq = 5; update audit_events set seq = -seq where seq > 5; update audit_events set seq = -seq - 1 where seq < 0",
    "event_changed",
    5,
  ],
  ["swaps two events", `${edit("seq = -5", 5)}; ${edit("seq = 5", 8)}; ${edit("seq = 8", -5)}`, "event_changed", 5],
  [
    "swaps two events and leaves the hashes in their places",
    `create temporary table two as select * from audit_events where seq in (5, 8);
     ${edit("seq = -5", 5)};
     update audit_events set seq = 5, hash = (select hash from two where seq = 5) where seq = 8;
     update audit_events set seq = 8, hash = (select hash from two where seq = 8) where seq = -5;
     drop table two`,
    "event_changed",
    5,
  ],
  ["appends an event", `insert into audit_events ${likeOf(last, last + 1, "hash")}`, "event_changed", last + 1],
  ["appends an event far away", `insert into audit_events ${likeOf(last, 99, "hash")}`, "event_missing", last + 1],
  ["puts an event before the first", `insert into audit_events ${likeOf(1, 0, "hash")}`, "event_changed", 0],
  ["puts an event before all places", `insert into audit_events ${likeOf(1, -9, "hash")}`, "event_changed", -9],
  ["edits details", editDetails(`details = details || '{"n": 6}'`), "details_changed", 5],
  ["edits a salt", editDetails("salt = '\\x00'"), "details_changed", 5],
  [
    "deletes details",
    "delete from audit_details where event_id in (select id from audit_events where seq in (5, 7))",
    "details_missing",
    5,
  ],
  ["edits a checkpoint's place", "update audit_checkpoints set seq = 7 where number = 2", "checkpoint_forged", 7],
  ["edits a checkpoint's hash", "update audit_checkpoints set hash = '\\x00' where number = 2", "checkpoint_forged", 8],
  [
    "edits a checkpoint's time",
    "update audit_checkpoints set created_at = now() where number = 2",
    "checkpoint_forged",
    8,
  ],
  ["edits a signature", "update audit_checkpoints set signature = '\\x00' where number = 2", "checkpoint_forged", 8],
  ["edits a public key", "update audit_checkpoints set public_key = '\\x00' where number = 2", "checkpoint_forged", 8],
  ["deletes a checkpoint", "delete from audit_checkpoints where number = 1", "checkpoint_forged", 8],
  ["cuts the tail", "delete from audit_events where seq > 10", "chain_cut", 12],
  ["cuts everything", "delete from audit_events", "chain_cut", 4],
];

for (const [what, sql, code, seq] of tamperings) {
  test(`T302 verification names the first changed row when an attacker ${what}`, async () => {
    const verdict = await after(() => run(sql));
    assert.ok(!verdict.valid);
    assert.deepEqual([verdict.code, verdict.seq], [code, seq]);
  });
}

test("verification passes an unchanged log, completely and from any place", async () => {
  const verdict = await auditVerification.verify({});
  assert.ok(verdict.valid);
  const { hash, ...rest } = verdict;
  assert.equal(hash, checkpoints.at(-1)!.hash);
  assert.deepEqual(rest, { valid: true, events: last, erased: 0, unsealed: 0, checkpoints: 3, seq: last });
  for (const from of [1, 5, last]) {
    assert.deepEqual(await auditVerification.verify({ from }), { ...verdict, events: last - from });
  }
  for (const exported of checkpoints) assert.deepEqual(await auditVerification.verify({ exported }), verdict);
  const beyond = await auditVerification.verify({ from: last + 1 });
  assert.deepEqual(beyond, { valid: false, code: "event_missing", seq: last + 1 });
});

const cutCheckpointsToo = (seq: number) =>
  run(`delete from audit_checkpoints where seq > ${seq}; delete from audit_events where seq > ${seq}`);

test("T302 a log truncated together with its checkpoints is detected by an exported checkpoint, and only so", async () => {
  const cut = () => cutCheckpointsToo(10);
  const [, second, third] = checkpoints;
  assert.deepEqual(codeOf(await after(cut, { exported: third! })), "chain_cut");
  assert.equal((await after(cut, { exported: second! })).valid, true);
  assert.equal((await after(cut)).valid, true);
});

/** Chains all events from `seq` on again, after `edit`, as an attacker who knows the algorithm could do. */
async function rewrite(seq: number, edit: string): Promise<void> {
  await run(edit);
  let link = origin;
  for (const event of await listSealed(db, null, 1_000)) {
    link = linkAfter(link, event);
    if (event.seq < seq) continue;
    await db.query("rewrite", "update audit_events set hash = $2 where seq = $1", [link.seq, link.hash]);
  }
}

test("T302 a rebuilt chain is detected by its checkpoints, or without them by an exported one", async () => {
  const rewritten = () => rewrite(5, edit("action = 'key.retired'"));
  const unvouched = async () => {
    await rewritten();
    await run("delete from audit_checkpoints where number > 1");
  };
  const seen = await after(rewritten);
  assert.deepEqual(seen, { valid: false, code: "chain_rewritten", seq: 8, checkpoint: 2 });
  assert.equal((await after(unvouched)).valid, true);
  assert.equal(codeOf(await after(unvouched, { exported: checkpoints[1]! })), "chain_rewritten");
  assert.equal((await after(unvouched, { exported: checkpoints[0]! })).valid, true);
});

test("T302 checkpoints with another key are refused, stored or exported", async () => {
  const stranger = createCheckpoints({ db, secrets: createSecrets(randomBytes(32)) });
  let forged: Checkpoint | undefined;
  const forge = async () => {
    await run("delete from audit_checkpoints");
    forged = await stranger.make();
  };
  assert.deepEqual(await after(forge), { valid: false, code: "checkpoint_foreign", seq: last, checkpoint: 1 });
  const exported = forged!;
  assert.equal(codeOf(await auditVerification.verify({ exported })), "checkpoint_foreign");
  const edited = { ...checkpoints[2]!, seq: 11 };
  assert.equal(codeOf(await auditVerification.verify({ exported: edited })), "checkpoint_forged");
});

test("no checkpoint is signed after an invalid one, or for another chain", async () => {
  for (const sql of [edit("hash = '\\x00'", last), "update audit_checkpoints set hash = '\\x00' where number = 3"]) {
    const made = after(async () => {
      await record(db, 13);
      await sealer.seal();
      await sentinel.checkpoints.make();
    }, {});
    assert.equal((await made).valid, true);
    await after(async () => {
      await run(sql);
      await record(db, 13);
      await sealer.seal();
      await assert.rejects(sentinel.checkpoints.make(), /audit checkpoint 3 is invalid/);
    });
  }
});

test("after a change of the secret the new key confirms the old one, even long after the old one was removed", async () => {
  const [b, c] = [randomBytes(32), randomBytes(32)];
  const steps = [createSecrets(b, testSecret), createSecrets(c, b), createSecrets(c)];
  await after(async () => {
    for (const secrets of steps) {
      const rotated = createCheckpoints({ db, secrets });
      await rotated.makeIfDue();
      const verification = createVerification({ db, checkpoints: rotated });
      for (const exported of checkpoints) assert.equal((await verification.verify({ exported })).valid, true);
    }
    const verification = createVerification({ db, checkpoints: createCheckpoints({ db, secrets: steps[2]! }) });
    const verdict = await verification.verify({});
    assert.ok(verdict.valid);
    assert.equal(verdict.checkpoints, 5, "one more for each change, and none without");
    const skipped = createCheckpoints({ db, secrets: createSecrets(randomBytes(32)) });
    await assert.rejects(skipped.makeIfDue(), /is invalid/);
  });
});

test("T312 verification passes the events of an erased user, and of no other user without details", async () => {
  const id = crypto.randomUUID();
  const erasing = () =>
    db.transaction(async (tx) => {
      await record(tx, 13, "user.deleted", id);
      await erase(tx, id);
    });
  const erased = await after(async () => {
    await erasing();
    await sealer.seal();
  });
  assert.ok(erased.valid);
  assert.deepEqual([erased.events, erased.erased], [13, 1]);
  const more = await after(async () => {
    await erasing();
    await sealer.seal();
    await run("delete from audit_details where event_id = (select id from audit_events where seq = 3)");
  });
  assert.deepEqual([codeOf(more), !more.valid && more.seq], ["details_missing", 3]);
});

/** An event of one user about another, and its part that a superuser deletes. Returns the result of verification. */
async function afterLosing(part: "actor" | "subject", gone: "actor" | "subject" | "nobody" | "forged") {
  return await after(async () => {
    const [actor, subject] = [await newcomer(sentinel), await newcomer(sentinel)];
    await recordAudit(db, {
      action: "user.changed",
      actor_id: actor.id,
      client: localClient,
      subject: { type: "user", id: subject.id },
      names: { after: "x" },
    });
    if (gone === "actor" || gone === "subject") {
      const { id } = { actor, subject }[gone];
      await db.query("test", "delete from users where id = $1", [id]);
      await record(db, 14, "user.deleted", id);
    }
    if (gone === "forged") { for (const { id } of [actor, subject]) await record(db, 14, "user.deleted", id); }
    await sealer.seal();
    await run(
      `delete from audit_details where part = '${part}' and event_id = (select id from audit_events where seq = 13)`,
    );
  });
}

test("X78 verification accepts as erased only the part of the deleted user", async () => {
  for (const part of ["actor", "subject"] as const) {
    for (const gone of ["actor", "subject", "nobody"] as const) {
      const verdict = await afterLosing(part, gone);
      assert.equal(codeOf(verdict), part === gone ? "valid" : "details_missing", `${part} of ${gone}`);
      if (verdict.valid) assert.equal(verdict.erased, 2, "with that of the deletion itself");
      else assert.equal(verdict.seq, 13);
    }
  }
});

test("X81 verification accepts nothing as erased because of a user.deleted event of an existing user", async () => {
  for (const part of ["actor", "subject"] as const) {
    const verdict = await afterLosing(part, "forged");
    assert.deepEqual([codeOf(verdict), !verdict.valid && verdict.seq], ["details_missing", 13], part);
  }
});

test("X78 events from before facts were separate verify as before, and are erased with either of their users", async () => {
  const older = async (lose: (actor: string) => Promise<unknown> | void) =>
    await after(async () => {
      const [actor, subject] = [await newcomer(sentinel), await newcomer(sentinel)];
      const salt = randomBytes(32);
      const details = canonicalJson({ ip: "192.0.2.1", role: "admin" });
      await db.query(
        "older",
        `with event as (
           insert into audit_events (id, action, outcome, actor_id, subject_type, subject_id, details_digest)
           values (gen_random_uuid(), 'role.granted', 'success', $1, 'user', $2, $3) returning id
         )
         insert into audit_details (event_id, salt, details) select id, $4, $5::jsonb from event`,
        [actor.id, subject.id, detailsDigest(salt, details), salt, details],
      );
      await sealer.seal();
      const [head] = await listSealed(db, 12, 1);
      const { action, actor_id, id, occurred_at, outcome, request_id, subject_id, subject_type } = head!;
      const row = { action, actor_id, details_digest: head!.details_digest.toHex(), id, occurred_at, outcome };
      const text = canonicalJson({ ...row, request_id, seq: 13, subject_id, subject_type });
      const [before] = await listSealed(db, 11, 1);
      assert.equal(createHash("sha256").update(before!.hash).update(text).digest("hex"), head!.hash.toHex());
      await lose(actor.id);
      await sealer.seal();
    });
  assert.equal((await older(() => {})).valid, true);
  const erased = await older(async (id) => {
    await db.query("test", "delete from users where id = $1", [id]);
    await record(db, 14, "user.deleted", id);
    await run("delete from audit_details where event_id = (select id from audit_events where seq = 13)");
  });
  assert.equal(erased.valid, true);
  const lost = await older(() =>
    run("delete from audit_details where event_id = (select id from audit_events where seq = 13)")
  );
  assert.equal(codeOf(lost), "details_missing");
});

const codeOf = (verdict: Verdict) => verdict.valid ? "valid" : verdict.code;
