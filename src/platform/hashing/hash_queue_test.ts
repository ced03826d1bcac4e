import assert from "node:assert/strict";
import { createGate, HashQueueFull, type Lane } from "./hash_queue.ts";

/** A gate of one slot, which is taken, and what became of those who wait, in its order. */
async function busyGate(queueMax: number) {
  const outcomes: string[] = [];
  let rejected = 0;
  const gate = createGate(1, queueMax, () => rejected++);
  await gate.enter("stranger");
  const wait = (lane: Lane, ...names: string[]) => {
    for (const name of names) {
      gate.enter(lane).then(() => outcomes.push(name), (error) => {
        assert.ok(error instanceof HashQueueFull);
        outcomes.push(`${name} turned away`);
      });
    }
  };
  /** Lets one go after the other until nobody waits. */
  const empty = async () => {
    while (gate.depth().waiting > 0) {
      gate.leave();
      await settled();
    }
    gate.leave();
  };
  return { gate, outcomes, wait, empty, rejected: () => rejected };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("T099 the lanes are served by turns, first come first served in each", async () => {
  const { gate, outcomes, wait, empty } = await busyGate(8);
  wait("stranger", "s1", "s2", "s3", "s4");
  wait("familiar", "f1", "f2");
  await empty();
  assert.deepEqual(outcomes, ["f1", "s1", "f2", "s2", "s3", "s4"]);
  assert.deepEqual(gate.depth(), { running: 0, waiting: 0 });
});

for (const [crowd, few] of [["stranger", "familiar"], ["familiar", "stranger"]] as const) {
  Deno.test(`T099 a crowd in the lane ${crowd} gives half of the places back, its newest first, and no more`, async () => {
    const { gate, outcomes, wait, empty, rejected } = await busyGate(4);
    wait(crowd, "c1", "c2", "c3", "c4");
    assert.throws(() => gate.admit(crowd), HashQueueFull);
    gate.admit(few);
    wait(few, "a", "b");
    await settled();
    assert.deepEqual(outcomes, ["c4 turned away", "c3 turned away"]);
    assert.throws(() => gate.admit(few), HashQueueFull);
    assert.equal(gate.depth().waiting, 4);
    assert.equal(rejected(), 4);
    outcomes.length = 0;
    await empty();
    assert.deepEqual(outcomes.toSorted(), ["a", "b", "c1", "c2"]);
    assert.ok(outcomes.indexOf("a") < 2);
  });
}
