import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { passwordGuesses } from "./password_guesses.ts";

Deno.test("the word lists, loaded by the first request that needs them, keep nothing of that request", async () => {
  const request = new AsyncLocalStorage<string>();
  await request.run("the first", () => passwordGuesses());
  const seen = new Set<string | undefined>();
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    seen.add(request.getStore());
    return new Response();
  });
  for (let i = 0; i < 20; i++) await (await fetch(`http://127.0.0.1:${server.addr.port}`)).text();
  assert.deepEqual([...seen], [undefined]);
});
