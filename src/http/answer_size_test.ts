import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startSentinel, test } from "../testing/harness.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const authorization = `Bearer ${await sentinel.tokenOf("ada")}`;
const subject = { type: "user", id: await sentinel.settled("grace") };
const explain = { explain: true };

/** Asks for several decisions at once. */
async function evaluate(json: unknown) {
  const response = await sentinel.fetch("/access/v1/evaluations", { json, headers: { authorization } });
  const text = await response.text();
  const ratio = Buffer.byteLength(text) / Buffer.byteLength(JSON.stringify(json));
  return { status: response.status, text, ratio };
}

const question = (i: number) => ({ action: { name: "read" }, resource: { type: "documents", id: `no ${i}` } });
const explained = (text: string): number => text.match(/"explanation":/g)?.length ?? 0;

test("X73 a hundred evaluations can be explained at once, and not one more", async () => {
  const asked = (count: number) => Array.from({ length: count }, (_, i) => ({ ...question(i), context: explain }));
  const most = await evaluate({ subject, evaluations: asked(100) });
  assert.deepEqual([most.status, explained(most.text)], [200, 100]);
  const more = await evaluate({ subject, evaluations: asked(101) });
  assert.equal(more.status, 400);
  assert.match(more.text, /At most 100 evaluations of a request can set context\.explain/);
  assert.equal(explained(more.text), 0);
});

test("X73 context.explain beside the evaluations applies to each evaluation without a context of its own", async () => {
  const evaluations = Array.from({ length: 101 }, (_, i) => question(i));
  assert.equal((await evaluate({ subject, context: explain, evaluations })).status, 400);
  const own = [...evaluations.slice(1), { ...question(0), context: {} }];
  const { status, text } = await evaluate({ subject, context: explain, evaluations: own });
  assert.deepEqual([status, explained(text)], [200, 100]);
});

test("X73 a thousand empty evaluations with an explanation by default are refused with a short answer", async () => {
  for (const type of ["documents", "d".repeat(256), "d".repeat(60_000)]) {
    const common = { subject, action: { name: "read" }, resource: { type, id: "1" }, context: explain };
    const { status, text } = await evaluate({ ...common, evaluations: Array(1_000).fill({}) });
    assert.equal(status, 400);
    assert.ok(text.length < 1_000, `${text.length} characters`);
  }
});

test("X73 the answer to the largest question with explanations is no multiple of the question", async () => {
  const resource = { type: "d".repeat(256), id: "1".repeat(4_096) };
  const common = { subject, action: { name: "n".repeat(256) }, resource, context: {} };
  const whole = Array.from({ length: 100 }, () => ({ context: explain }));
  const rest = Array.from({ length: 900 }, () => ({}));
  const { status, text, ratio } = await evaluate({ ...common, evaluations: [...whole, ...rest] });
  assert.deepEqual([status, explained(text)], [200, 100]);
  assert.ok(ratio < 16, `${text.length} characters, ${ratio.toFixed(1)} times what was asked`);
  assert.ok(!text.includes(resource.id), "what was asked is not repeated");
});
