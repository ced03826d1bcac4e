import assert from "node:assert/strict";
import { localActor } from "../../vocabulary/actor.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { recordAudit } from "../events/audit.ts";
import { faultOf, SavedProof } from "./proof_check.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, sealer, checkpoints, eventProofs } = sentinel;

/** Records an event, and returns its id. */
async function record(id: string): Promise<string> {
  await recordAudit(db, { action: "role.created", ...localActor, subject: { type: "role", id }, details: { id } });
  const [row] = await db.query<{ id: string }>("id", "select id from audit_events where subject_id = $1", [id]);
  return row!.id;
}

test("GET /audit-events/{id}/proof follows an event from no place to a signed checkpoint", async () => {
  const id = await record("followed");
  const proof = () => sentinel.fetch(`/audit-events/${id}/proof`, {}, "ada").then((answer) => answer.json());
  assert.deepEqual((({ state, seq, row }) => [state, seq, row])(await proof()), ["unsealed", null, null]);
  await sealer.seal();
  assert.equal((await proof()).state, "unsigned");
  await record("later");
  await sealer.seal();
  await checkpoints.make();
  const proven = await proof();
  assert.equal(proven.state, "proven");
  assert.equal(proven.later.length, proven.later_count);
  assert.equal(JSON.parse(proven.row).id, id);
  assert.equal(faultOf(SavedProof.parse(proven)), undefined);
});

test("a proof that was edited anywhere does not hold", async () => {
  const id = await record("edited");
  await record("after it");
  await sealer.seal();
  await checkpoints.make();
  const proof = SavedProof.parse(await eventProofs.prove(id));
  const other = "0".repeat(64);
  const cases: [Partial<typeof proof>, string][] = [
    [{ row: proof.row.replace("role.created", "role.deleted") }, "row_changed"],
    [{ previous_hash: other }, "row_changed"],
    [{ hash: other }, "row_changed"],
    [{ seq: proof.seq + 1 }, "row_changed"],
    [{ later: [] }, "chain_broken"],
    [{ later: proof.later.map((row) => row.replace("role.created", "role.deleted")) }, "chain_broken"],
    [{ checkpoint: { ...proof.checkpoint, hash: other } }, "chain_broken"],
    [{ checkpoint: { ...proof.checkpoint, created_at: "2020-01-01T00:00:00.000000Z" } }, "signature_wrong"],
    [{ checkpoint: { ...proof.checkpoint, public_key: other } }, "signature_wrong"],
  ];
  for (const [edit, fault] of cases) assert.equal(faultOf({ ...proof, ...edit }), fault, JSON.stringify(edit));
});

test("an event that was changed has no proof, and neither has one before it", async () => {
  const [first, second] = [await record("first"), await record("second")];
  await sealer.seal();
  await checkpoints.make();
  await db.query("disarm", "alter table audit_events disable trigger user");
  await db.query("edit", "update audit_events set outcome = 'failure' where id = $1", [second]);
  assert.deepEqual([(await eventProofs.prove(second)).state, (await eventProofs.prove(first)).state], [
    "broken",
    "broken",
  ]);
  await db.query("edit", "update audit_events set outcome = 'success' where id = $1", [second]);
  assert.equal((await eventProofs.prove(second)).state, "proven");
});

test("GET /audit-events/{id}/proof answers 404 for an unknown event and 403 to others", async () => {
  const path = `/audit-events/${crypto.randomUUID()}/proof`;
  assert.equal((await sentinel.fetch(path, {}, "ada")).status, 404);
  assert.equal((await sentinel.fetch(path, {}, "grace")).status, 403);
});
