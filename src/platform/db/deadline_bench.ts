import { AsyncLocalStorage } from "node:async_hooks";
import type { Party } from "./shares.ts";
import { currentParty, useShareOf, withDeadline } from "./deadline.ts";

const plain = new AsyncLocalStorage<{ partyOf: () => Party }>();
const requests = 20_000; // so many that memory is collected several times

/** As much as a request with its headers. */
const newRequest = () => Array.from({ length: 20 }, (_, n) => ({ name: `header-${n}`, value: `${n}` }));
const partyOf = (request: object): Party => ({ kind: "account", id: String(Object.keys(request).length) });

async function answer(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await null;
}

async function answerWithin(): Promise<void> {
  const request = newRequest();
  useShareOf(() => partyOf(request));
  await answer();
}

await withDeadline(1, async () => {
  await answerWithin();
  if (currentParty()?.id !== "20") throw new Error("what is measured is wrong");
});

Deno.bench({
  name: "that keeps its request",
  group: "the budgets of 20,000 requests",
  baseline: true,
  async fn() {
    for (let i = 0; i < requests; i++) {
      const request = newRequest();
      await plain.run({ partyOf: () => partyOf(request) }, answer);
    }
  },
});
Deno.bench({
  name: "that lets go of it",
  group: "the budgets of 20,000 requests",
  async fn() {
    for (let i = 0; i < requests; i++) await withDeadline(1, answerWithin);
  },
});
