import assert from "node:assert/strict";
import { requireAnswers } from "../../loadtest/http_bench.ts";

Deno.test("the bench fails for an operation without answers, and when the client reports nothing", () => {
  const seen = { requests: 1, rate: 1, p50Ms: 1, p99Ms: 1, failures: 0 };
  assert.equal(requireAnswers("POST /login", seen), seen);
  for (const requests of [0, NaN]) {
    assert.throws(() => requireAnswers("POST /login", { ...seen, requests }), /POST \/login answered no request/);
  }
});
