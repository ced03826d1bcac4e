import assert from "node:assert/strict";
import { createBatchedStatement } from "./batched_statement.ts";
import { Unavailable, UnstorableInput } from "../db_errors.ts";
import { currentParty, withDeadline, withinDeadline } from "../deadline.ts";

type Many = (calls: string[]) => Promise<(string | undefined)[]>;

const rowsOf: Many = (calls) => Promise.resolve(calls.map((call) => `row of ${call}`));

/** A statement whose `one` for calls with the prefix "held" goes on until released, and what was sent so far. */
function batched(
  many: Many = rowsOf,
  { patienceMs = 60_000, batchMsMin }: { patienceMs?: number; batchMsMin?: number } = {},
) {
  const sent: (string | string[])[] = [];
  const held = Promise.withResolvers<void>();
  const run = createBatchedStatement<string, string>({
    name: "test",
    async one(call) {
      sent.push(call);
      if (call.startsWith("held")) await held.promise;
      if (call.startsWith("bad")) throw new UnstorableInput("bad");
      return `one ${call}`;
    },
    many(calls) {
      sent.push(calls);
      return many(calls);
    },
    keyOf: (call) => call.split(" ")[0]!,
    patienceMs,
    ...(batchMsMin !== undefined && { batchMsMin }),
  });
  const runAll = (...calls: string[]) => Promise.all(calls.map((call) => run(call)));
  /** Runs two calls, so that further ones gather until `held` is resolved. */
  const occupied = async () => {
    const first = run("held-1");
    const second = run("held-2");
    await new Promise((resolve) => setImmediate(resolve));
    return [first, second];
  };
  return { run, runAll, occupied, sent, held };
}

Deno.test("batched statement: a call without company runs alone, and those that arrive meanwhile travel together", async () => {
  const { run, runAll, occupied, sent, held } = batched();
  assert.equal(await run("a"), "one a");
  const before = await occupied();
  const together = runAll("b", "c", "d");
  held.resolve();
  assert.deepEqual(await Promise.all(before), ["one held-1", "one held-2"]);
  assert.deepEqual(await together, ["row of b", "row of c", "row of d"]);
  assert.deepEqual(sent, ["a", "held-1", "held-2", ["b", "c", "d"]]);
});

Deno.test("batched statement: after a batch, calls of one turn of the event loop travel together, and one alone does not wait for others", async () => {
  const { run, runAll, occupied, sent, held } = batched();
  await occupied();
  const first = runAll("a", "b");
  held.resolve();
  await first;
  assert.deepEqual(await runAll("c", "d"), ["row of c", "row of d"]);
  assert.equal(await run("e"), "one e");
  assert.deepEqual(sent.slice(2), [["a", "b"], ["c", "d"], "e"]);
});

Deno.test("batched statement: a call of a key that waits runs alone, on the share of its caller, and fills no queue", async () => {
  const { run, runAll, occupied, sent, held } = batched();
  await occupied();
  const together = runAll("a 1", "b 1");
  assert.deepEqual(await Promise.all(Array.from({ length: 3_000 }, () => run("a 2"))), Array(3_000).fill("one a 2"));
  const last = run("c 1");
  held.resolve();
  await together;
  assert.equal(await last, "row of c 1");
  assert.deepEqual(sent.at(-1), ["a 1", "b 1", "c 1"]);
});

Deno.test("batched statement: at most 64 calls travel together, and beyond 2,000 none waits", async () => {
  const { run, occupied, sent, held } = batched();
  const before = await occupied();
  const waiting = Array.from({ length: 2_000 }, (_, place) => run(`call-${place}`));
  await assert.rejects(run("one more"), { name: "Unavailable", uncertain: false });
  held.resolve();
  await Promise.all(before);
  assert.deepEqual(await Promise.all(waiting), waiting.map((_, place) => `row of call-${place}`));
  assert.ok(sent.every((calls) => typeof calls === "string" || calls.length <= 64));
});

Deno.test("batched statement: what a batch does not decide runs alone", async () => {
  const { runAll, occupied, sent, held } = batched((calls) =>
    Promise.resolve(calls.map((call) => call === "b" ? undefined : `row of ${call}`))
  );
  await occupied();
  const together = runAll("a", "b", "c");
  held.resolve();
  assert.deepEqual(await together, ["row of a", "one b", "row of c"]);
  assert.deepEqual(sent.slice(2), [["a", "b", "c"], "b"]);
});

Deno.test("batched statement: a call that the database refuses fails alone", async () => {
  const { run, occupied, held } = batched(() => Promise.reject(new UnstorableInput("of one of them")));
  await occupied();
  const outcomes = Promise.allSettled(["a", "bad", "c"].map((call) => run(call)));
  held.resolve();
  const [first, bad, last] = await outcomes;
  assert.deepEqual([first, last].map((each) => each?.status === "fulfilled" && each.value), ["one a", "one c"]);
  assert.equal(bad!.status, "rejected");
});

Deno.test("batched statement: when the database is unavailable, every call of the batch is told so and none is sent again", async () => {
  const failure = new Unavailable("connection lost", { uncertain: true });
  const { run, occupied, sent, held } = batched(() => Promise.reject(failure));
  await occupied();
  const outcomes = Promise.allSettled(["a", "b"].map((call) => run(call)));
  held.resolve();
  assert.deepEqual(await outcomes, Array(2).fill({ status: "rejected", reason: failure }));
  assert.deepEqual(sent.slice(2), [["a", "b"]]);
});

Deno.test("batched statement: a caller whose deadline passes before its turn is not sent, and the others are", async () => {
  const { run, runAll, occupied, sent, held } = batched();
  await occupied();
  const impatient = withDeadline(0, () => run("impatient"));
  const others = runAll("a", "b");
  await assert.rejects(impatient, { name: "Unavailable", uncertain: false });
  held.resolve();
  await others;
  assert.deepEqual(sent.slice(2), [["a", "b"]]);
});

Deno.test("batched statement: a batch waits until the first deadline of its callers, and they learn whether it was sent", async () => {
  await Promise.all([false, true].map(async (uncertain) => {
    const { runAll, occupied, held } = batched(async () => {
      try {
        return await withinDeadline(new Promise<never>(() => {}));
      } catch (cause) {
        throw new Unavailable("test", { cause, uncertain });
      }
    }, { batchMsMin: -Infinity }); // sent however late it is on a busy machine
    const before = await occupied();
    const callers = [1, 60_000].map((ms) => withDeadline(ms, () => runAll(`within-${ms}`)));
    held.resolve();
    await Promise.all(before);
    for (const caller of callers) await assert.rejects(caller, { message: "test", uncertain });
  }));
});

Deno.test("batched statement: a caller with little time left is refused, and does not shorten the time of the others", async () => {
  const { run, runAll, occupied, sent, held } = batched();
  await occupied();
  const late = withDeadline(400, () => run("late"));
  const others = runAll("a", "b");
  held.resolve();
  await assert.rejects(late, { name: "Unavailable", uncertain: false });
  await others;
  assert.deepEqual(sent.at(-1), ["a", "b"]);
});

Deno.test("batched statement: however slow the database, three batches are under way, on the share of all batches", async () => {
  const answer = Promise.withResolvers<void>();
  const parties: unknown[] = [];
  const { runAll, occupied, sent, held } = batched(async (calls) => {
    parties.push(currentParty());
    await answer.promise;
    return calls;
  }, { patienceMs: 0 });
  const before = await occupied();
  const keys = Array.from({ length: 1_000 }, (_, place) => `call-${place}`);
  const all = withDeadline(60_000, () => runAll(...keys), { kind: "network", id: "caller" });
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve)); // past every patience
  assert.deepEqual(parties, Array(3).fill({ kind: "batches", id: "all" }));
  answer.resolve();
  held.resolve();
  assert.deepEqual(await all, keys);
  assert.ok(sent.length > 5);
  await Promise.all(before);
});

Deno.test("batched statement: calls behind one that does not end are sent nevertheless", async () => {
  const { runAll, occupied, held } = batched(rowsOf, { patienceMs: 0 });
  const before = await occupied();
  assert.deepEqual(await runAll("a", "b"), ["row of a", "row of b"]);
  held.resolve();
  await Promise.all(before);
});
