import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { v7 as uuidv7 } from "uuid";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import {
  attemptsMax,
  createOutbox,
  leaseSeconds,
  type Outbox,
  type OutboxRow,
  parallelMax,
  SendFailure,
} from "./outbox.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, log } = sentinel;

type Sent = { id: string; text: string; attempts: number };

/** An outbox of a replica, and what it has sent; `send` may fail. */
function replica(send: (row: OutboxRow) => Promise<void> = () => Promise.resolve()) {
  const sent: Sent[] = [];
  const outcomes: string[] = [];
  const outbox: Outbox = createOutbox({
    db,
    log,
    random: () => 0.5,
    counted: (_, outcome, errorClass) => outcomes.push(errorClass ? `${outcome} ${errorClass}` : outcome),
  });
  outbox.register<string>("mail", {
    render: ({ payload }) => Promise.resolve(payload.obsolete ? undefined : String(payload.text)),
    async send(text, row) {
      await send(row);
      sent.push({ id: row.id, text, attempts: row.attempts });
    },
  });
  return { ...outbox, sent, outcomes };
}

const fresh = async () => await db.query("test", "delete from outbox");
const rowOf = async (id: string) => {
  const [row] = await db.query<Record<string, unknown> & { wait: number }>(
    "test",
    "select *, extract(epoch from next_attempt_at - now())::float8 as wait from outbox where id = $1",
    [id],
  );
  return row!;
};
const makeDue = (id: string) => db.query("test", "update outbox set next_attempt_at = now() where id = $1", [id]);

test("what a transaction enqueues is sent once it commits, and never if it does not", async () => {
  await fresh();
  const { enqueue, deliver, sent } = replica();
  await db.transaction(async (tx) => await enqueue(tx, "mail", { text: "yes" }));
  await assert.rejects(db.transaction(async (tx) => {
    await enqueue(tx, "mail", { text: "no" });
    throw new Error("changed our mind");
  }));
  await deliver();
  await deliver();
  assert.deepEqual(sent.map(({ text, attempts }) => [text, attempts]), [["yes", 1]]);
});

test("a replica that stops sends what it has begun, and leaves the rest to the next one", async () => {
  await fresh();
  const stop = new AbortController();
  const { enqueueAll, deliver, sent } = replica(() => Promise.resolve(stop.abort()));
  const texts = Array.from({ length: parallelMax + 2 }, (_, n) => ({ text: String(n) }));
  await enqueueAll(db, "mail", texts);
  await deliver("mail", stop.signal);
  assert.equal(sent.length, parallelMax);
  await deliver();
  assert.deepEqual(sent.map(({ text }) => text).sort(), texts.map(({ text }) => text));
});

test("of what was sent the content is dropped, and the row a day later", async () => {
  await fresh();
  const { enqueue, deliver, purge } = replica();
  const id = await enqueue(db, "mail", { text: "a secret of Grace" });
  await deliver();
  const row = await rowOf(id);
  assert.deepEqual([row.payload, row.error_class], [{}, null]);
  assert.ok(row.done_at);
  await db.query("test", "update outbox set done_at = now() - interval '23 hours'");
  await purge();
  assert.ok(await rowOf(id));
  await db.query("test", "update outbox set done_at = now() - interval '25 hours'");
  await purge();
  assert.equal(await rowOf(id), undefined);
});

test("what is no longer worth sending is dropped", async () => {
  await fresh();
  const { enqueue, deliver, sent, outcomes } = replica();
  const id = await enqueue(db, "mail", { obsolete: true });
  await deliver();
  assert.deepEqual([sent, outcomes], [[], ["dropped"]]);
  assert.ok((await rowOf(id)).done_at);
});

test("F43 a failure is repeated after 5 s, then three times as long each time, and given up after ten", async () => {
  await fresh();
  const { enqueue, deliver, outcomes } = replica(() => Promise.reject(new SendFailure("timeout", "late")));
  const id = await enqueue(db, "mail", { text: "x" });
  for (let attempt = 1; attempt < attemptsMax; attempt++) {
    await deliver();
    const { wait, attempts, dead_at, error_class } = await rowOf(id);
    assert.deepEqual([attempts, dead_at, error_class], [attempt, null, "timeout"]);
    assert.equal(Math.round(wait), 5 * 3 ** (attempt - 1));
    await deliver();
    assert.equal((await rowOf(id)).attempts, attempt, "not before its time");
    await makeDue(id);
  }
  await deliver();
  assert.ok((await rowOf(id)).dead_at);
  assert.equal(outcomes.at(-1), "dead timeout");
});

test("F43 a refusal for good is given up at once, stays visible for a week, and is sent when asked again", async () => {
  await fresh();
  let refuses = true;
  const permanent = new SendFailure("refused", "550", { isPermanent: true });
  const { enqueue, deliver, dead, revive, purge, countRows, sent } = replica(() =>
    refuses ? Promise.reject(permanent) : Promise.resolve()
  );
  const id = await enqueue(db, "mail", { text: "x" });
  await deliver();
  assert.deepEqual((await dead("mail", 10)).map((row) => [row.id, row.error_class, row.attempts]), [[
    id,
    "refused",
    1,
  ]]);
  await db.query("test", "update outbox set dead_at = now() - interval '6 days'");
  await purge();
  refuses = false;
  await deliver();
  assert.deepEqual(sent, []);
  assert.deepEqual([
    await revive("mail", uuidv7(), localActor),
    await revive("mail", id, localActor),
    await revive("mail", null, localActor),
  ], [
    0,
    1,
    0,
  ]);
  await deliver();
  assert.deepEqual(sent.map(({ text }) => text), ["x"]);
  await countRows();
});

test("an error of Sentinel's own is repeated too, and stops no other message", async () => {
  await fresh();
  const { enqueue, deliver, sent, outcomes } = replica(({ payload }) =>
    payload.text === "bad" ? Promise.reject(new TypeError("a bug")) : Promise.resolve()
  );
  for (const text of ["bad", "good"]) await enqueue(db, "mail", { text });
  await deliver();
  assert.deepEqual(sent.map(({ text }) => text), ["good"]);
  assert.ok(outcomes.includes("retried internal"));
});

test("a row whose replica died is sent by another one after the lease, under the same id", async () => {
  await fresh();
  const dying = replica(() => new Promise(() => {}));
  const id = await dying.enqueue(db, "mail", { text: "x" });
  dying.deliver().catch(() => {}); // it never returns: the process is gone
  while ((await rowOf(id)).attempts === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const other = replica();
  await other.deliver();
  assert.deepEqual(other.sent, []);
  assert.ok(Math.abs((await rowOf(id)).wait - leaseSeconds) < 30);
  await makeDue(id);
  await other.deliver();
  assert.deepEqual(other.sent, [{ id, text: "x", attempts: 2 }]);
});

test("a replica that comes back after its lease does not undo what another one has marked", async () => {
  await fresh();
  const { promise: later, reject } = Promise.withResolvers<void>();
  const slow = replica(() => later);
  const id = await slow.enqueue(db, "mail", { text: "x" });
  const delivering = slow.deliver();
  while ((await rowOf(id)).attempts === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await makeDue(id);
  await replica().deliver();
  reject(new SendFailure("timeout", "late"));
  await delivering;
  const { done_at, error_class, attempts } = await rowOf(id);
  assert.deepEqual([done_at !== null, error_class, attempts], [true, null, 2]);
});

testOnPostgres("three replicas at once send each of two hundred messages once", async () => {
  await fresh();
  const replicas = [replica(), replica(), replica()];
  const ids = await Promise.all(Array.from({ length: 200 }, () => replicas[0]!.enqueue(db, "mail", { text: "x" })));
  await Promise.all(replicas.map(({ deliver }) => deliver()));
  assert.deepEqual(replicas.flatMap(({ sent }) => sent.map(({ id }) => id)).toSorted(), ids.toSorted());
});

test("a message goes to the address that the user has at that point of the transaction; without one there is none", async () => {
  await fresh();
  const { id: userId, username } = await newcomer(sentinel);
  const { enqueueTo } = replica();
  await db.transaction(async (tx) => {
    await enqueueTo(tx, "mail", [{ userId, payload: { letter: "before" } }]);
    await tx.query("test", "update users set email = null, email_canonical = null where id = $1", [userId]);
    await enqueueTo(tx, "mail", [{ userId, payload: { letter: "after" } }]);
  });
  const rows = await db.query<{ payload: unknown }>("test", "select payload from outbox");
  assert.deepEqual(rows.map(({ payload }) => payload), [
    { letter: "before", to: `${username}@example.com`, name: username },
  ]);
});
