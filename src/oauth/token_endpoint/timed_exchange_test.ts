import assert from "node:assert/strict";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { ShareUsedUp } from "../../platform/db/shares.ts";
import "../../compose/features.ts"; // defines the problems
import { Problem } from "../../vocabulary/problems.ts";
import type { CodeExchange } from "./code_exchange.ts";
import { timedExchange } from "./timed_exchange.ts";

type Given = Parameters<CodeExchange["exchange"]>;

/** What is measured of an exchange that takes two seconds and ends so. */
async function measured(end: () => Awaited<ReturnType<CodeExchange["exchange"]>>): Promise<unknown[]> {
  const seen: unknown[] = [];
  let nowMs = 1_000;
  const exchange = () => {
    nowMs += 2_000;
    return Promise.resolve().then(end);
  };
  const timed = timedExchange({ exchange }, {
    monotonic: () => nowMs,
    durations: { with: ({ result }) => ({ observe: (seconds) => void seen.push(result, seconds) }) },
  });
  const error = await timed.exchange(...[] as unknown as Given).then(() => undefined, (error) => error);
  return [...seen, error?.constructor];
}

const fail = (error: Error) => () => {
  throw error;
};

Deno.test("an exchange of a code is answered unless the answer is a 5xx, and each is measured and ends as before", async () => {
  const tokens = {} as Awaited<ReturnType<CodeExchange["exchange"]>>;
  assert.deepEqual(await measured(() => tokens), ["answered", 2, undefined]);
  assert.deepEqual(await measured(fail(new Problem("invalid_grant"))), ["answered", 2, Problem]);
  assert.deepEqual(await measured(fail(new ShareUsedUp({ kind: "account", id: "ada" }))), ["answered", 2, ShareUsedUp]);
  assert.deepEqual(await measured(fail(new Problem("unavailable"))), ["failed", 2, Problem]);
  assert.deepEqual(await measured(fail(new Unavailable("the database is down", {}))), ["failed", 2, Unavailable]);
  assert.deepEqual(await measured(fail(new TypeError("a bug"))), ["failed", 2, TypeError]);
});
