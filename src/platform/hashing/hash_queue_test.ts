import assert from "node:assert/strict";
import { createHashQueue, HashQueueFull, type NetworkKind } from "./hash_queue.ts";

/** A queue for one slot, which is taken, and the outcomes of the waiting hashes, in order. */
async function busyQueue(queueMax: number) {
  const outcomes: string[] = [];
  let rejected = 0;
  const queue = createHashQueue(1, queueMax, () => rejected++);
  await queue.enter("unknown");
  const wait = (networkKind: NetworkKind, ...names: string[]) => {
    for (const name of names) {
      queue.enter(networkKind).then(() => outcomes.push(name), (error) => {
        assert.ok(error instanceof HashQueueFull);
        outcomes.push(`${name} refused`);
      });
    }
  };
  /** Frees the slot until no hash waits. */
  const empty = async () => {
    while (queue.depth().waiting > 0) {
      queue.leave();
      await settled();
    }
    queue.leave();
  };
  return { queue, outcomes, wait, empty, rejected: () => rejected };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("T099 the two queues take turns, each first come first served", async () => {
  const { queue, outcomes, wait, empty } = await busyQueue(8);
  wait("unknown", "unknown 1", "unknown 2", "unknown 3", "unknown 4");
  wait("known", "known 1", "known 2");
  await empty();
  assert.deepEqual(outcomes, ["known 1", "unknown 1", "known 2", "unknown 2", "unknown 3", "unknown 4"]);
  assert.deepEqual(queue.depth(), { running: 0, waiting: 0 });
});

for (const [crowd, few] of [["unknown", "known"], ["known", "unknown"]] as const) {
  Deno.test(`T099 a flood from ${crowd} networks keeps half of the places and loses its newest hashes, no more`, async () => {
    const { queue, outcomes, wait, empty, rejected } = await busyQueue(4);
    wait(crowd, "c1", "c2", "c3", "c4");
    assert.throws(() => queue.admit(crowd), HashQueueFull);
    queue.admit(few);
    wait(few, "a", "b");
    await settled();
    assert.deepEqual(outcomes, ["c4 refused", "c3 refused"]);
    assert.throws(() => queue.admit(few), HashQueueFull);
    assert.equal(queue.depth().waiting, 4);
    assert.equal(rejected(), 4);
    outcomes.length = 0;
    await empty();
    assert.deepEqual(outcomes.toSorted(), ["a", "b", "c1", "c2"]);
    assert.ok(outcomes.indexOf("a") < 2);
  });
}

Deno.test("a queue that closes turns away whoever waits or comes, and is closed once its slots are free", async () => {
  const queue = createHashQueue(1, 8, () => assert.fail("nobody finds it full"));
  await queue.enter("unknown");
  const waiting = assert.rejects(queue.enter("known"), /hashing has ended/);
  let closed = false;
  const closing = queue.close().then(() => closed = true);
  await waiting;
  await assert.rejects(queue.enter("known"), /hashing has ended/);
  await settled();
  assert.equal(closed, false);
  queue.leave();
  await closing;
  assert.deepEqual(queue.depth(), { running: 0, waiting: 0 });
});
