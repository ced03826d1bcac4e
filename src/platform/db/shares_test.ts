import assert from "node:assert/strict";
import { Unavailable } from "./db_errors.ts";
import { currentParty, withDeadline } from "./deadline.ts";
import { createBatchedStatement } from "./queues/batched_statement.ts";
import { createShares, type Party, ShareUsedUp } from "./shares.ts";

const ada: Party = { kind: "account", id: "ada" };
const grace: Party = { kind: "account", id: "grace" };

/** Lets pending work continue. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

Deno.test(
  "X74 shares: an account holds a quarter of the connections, its other requests wait in order, and other accounts do not",
  async () => {
    const { enter, leave } = createShares(10);
    const entered: number[] = [];
    for (let i = 0; i < 6; i++) enter(ada).then(() => entered.push(i));
    await enter(grace);
    await turn();
    assert.deepEqual(entered, [0, 1, 2]);
    leave(ada);
    leave(ada);
    await turn();
    assert.deepEqual(entered, [0, 1, 2, 3, 4]);
  },
);

Deno.test("X74 shares: the batches of all statements hold half of the connections together, and the rest serves others", async () => {
  const { enter, leave } = createShares(10);
  const entered: string[] = [];
  const answer = Promise.withResolvers<void>();
  const names = Array.from({ length: 9 }, (_, n) => `statement-${n}`);
  const all = names.map((name) => {
    const run = createBatchedStatement<string, string>({
      name,
      one: (call) => Promise.resolve(call),
      async many(calls) {
        const party = currentParty()!;
        await enter(party);
        entered.push(name);
        await answer.promise;
        leave(party);
        return calls;
      },
      keyOf: (call) => call,
    });
    return Promise.all(["alone", "together", "also together"].map(run));
  });
  for (let n = 0; n < 10; n++) await turn();
  assert.deepEqual(entered, names.slice(0, 5));
  await enter(ada);
  answer.resolve();
  await Promise.all(all);
  assert.deepEqual(entered, names);
});

Deno.test("X74 shares: a pool of one connection has one place for each party", async () => {
  const { enter } = createShares(1);
  for (const kind of ["account", "network", "look_ups", "batches"] as const) await enter({ kind, id: "1" });
});

Deno.test("X74 shares: more than a hundred requests of an account do not wait, and look-ups always do", async () => {
  const { enter, leave } = createShares(1);
  const lookUps: Party = { kind: "look_ups", id: "all" };
  const waiting = Array.from({ length: 101 }, () => enter(ada));
  for (let i = 0; i < 2_000; i++) enter(lookUps).catch(() => {});
  await assert.rejects(enter(ada), ShareUsedUp);
  await enter(grace);
  for (let i = 0; i < 101; i++) leave(ada);
  await Promise.all(waiting);
  await enter(ada);
});

Deno.test("X74 shares: a place that does not come in time goes to the next request", async () => {
  const { enter, leave } = createShares(1);
  await enter(ada);
  await assert.rejects(withDeadline(0, () => enter(ada)), ShareUsedUp);
  const next = enter(ada);
  leave(ada);
  await next;
  leave(ada);
  await enter(ada);
  const lookUps: Party = { kind: "look_ups", id: "all" };
  await enter(lookUps);
  await assert.rejects(
    withDeadline(0, () => enter(lookUps)),
    (error) => error instanceof Unavailable && !(error instanceof ShareUsedUp),
  );
});
