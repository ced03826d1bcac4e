import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { runCommand } from "../../testing/commands.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

test("openapi prints what GET /openapi.json answers", async () => {
  const served = await (await sentinel.fetch("/openapi.json")).json();
  for (const args of [["openapi"], ["openapi", "--json"]]) {
    const { code, out, err } = await runCommand(args, { env: { SENTINEL_CLIENT_REGISTRATION: "open" } }); // as the harness
    assert.equal(code, 0);
    assert.deepEqual(err, []);
    assert.deepEqual(JSON.parse(out.join("\n")), served);
  }
});

test("openapi follows the settings and opens no database", async () => {
  const env = {
    DATABASE_URL: "postgres://ada@127.0.0.1:1/app",
    SENTINEL_SECRET: "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=",
    SENTINEL_PUBLIC_URL: "https://auth.example",
    SENTINEL_DOCS: "off",
  };
  const { code, out } = await runCommand(["openapi"], { env });
  assert.equal(code, 0);
  const { servers, paths } = JSON.parse(out.join("\n"));
  assert.deepEqual(servers, [{ url: "https://auth.example" }]);
  assert.ok("/login" in paths);
  assert.ok(!("/openapi.json" in paths));
});
