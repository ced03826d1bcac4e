import assert from "node:assert/strict";
import { withDeadline } from "../deadline.ts";
import { Unavailable } from "../db_errors.ts";
import { createKeyedQueue } from "./keyed_queue.ts";

Deno.test("keyed queue: work of one key runs in order, one at a time, and other keys run meanwhile", async () => {
  const runInTurn = createKeyedQueue();
  const told: string[] = [];
  const gates = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  const works = gates.map(({ promise }, i) =>
    runInTurn("one", async () => {
      told.push(`${i} begins`);
      await promise;
    })
  );
  await runInTurn("other", () => Promise.resolve(void told.push("other")));
  for (const gate of gates.toReversed()) gate.resolve();
  await Promise.all(works);
  assert.deepEqual(told, ["0 begins", "other", "1 begins", "2 begins"]);
});

Deno.test(
  "keyed queue: work whose wait is too long does not run and blocks no other; neither does work that fails",
  async () => {
    const runInTurn = createKeyedQueue();
    const { promise, reject } = Promise.withResolvers<void>();
    const first = runInTurn("one", () => promise);
    const impatient = withDeadline(0, () => runInTurn("one", () => assert.fail("it was not its turn")));
    await assert.rejects(impatient, Unavailable);
    const last = runInTurn("one", () => Promise.resolve("done"));
    reject(new Error("failed"));
    await assert.rejects(first, /failed/);
    assert.equal(await last, "done");
  },
);

Deno.test("keyed queue: work behind work that a lock kept waiting fails with it, and later work runs", async () => {
  const runInTurn = createKeyedQueue();
  const { promise, reject } = Promise.withResolvers<void>();
  const first = runInTurn("one", () => promise);
  const behind = Array.from({ length: 3 }, () => runInTurn("one", () => assert.fail("it had just failed")));
  const failure = new Unavailable("locked", { code: "55P03" });
  reject(failure);
  const outcomes = await Promise.allSettled([first, ...behind]);
  assert.deepEqual(outcomes, Array(4).fill({ status: "rejected", reason: failure }));
  assert.equal(await runInTurn("one", () => Promise.resolve("done")), "done");
});

Deno.test("keyed queue: work behind work that failed for another reason still runs", async () => {
  const runInTurn = createKeyedQueue();
  const first = runInTurn("one", () => Promise.reject(new Unavailable("connection lost")));
  const behind = runInTurn("one", () => Promise.resolve("done"));
  await assert.rejects(first, { message: "connection lost" });
  assert.equal(await behind, "done");
});
