import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { overSockets, parseAnswers } from "../../testing/traffic/sockets.ts";
import { countInto, type StatementCounts } from "../../testing/statements/statements.ts";

const sentinel = await startSentinel({ lasting: false });
const made: StatementCounts = {};
const { exchange, ...server } = overSockets((request, info) => countInto(made, () => sentinel.handle(request, info)));
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await sentinel[Symbol.asyncDispose]();
});

test("T224 5000 requests for /livez are answered without a statement, whatever they claim to be", async () => {
  const lines = ["GET /livez HTTP/1.1", "Host: localhost", "Authorization: Bearer of-nobody"];
  const texts = Array.from({ length: 50 }, (_, i) => [...lines, ...i === 49 ? ["Connection: close"] : [], "", ""]);
  const bytes = new TextEncoder().encode(texts.map((each) => each.join("\r\n")).join(""));
  const answers = await Promise.all(Array.from({ length: 100 }, async () => parseAnswers(await exchange(bytes))));
  assert.deepEqual([...new Set(answers.flat().map(({ status, body }) => `${status} ${body}`))], [
    '200 {"status":"alive"}',
  ]);
  assert.equal(answers.flat().length, 5_000);
  assert.deepEqual(made, {});
});
