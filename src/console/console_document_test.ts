import assert from "node:assert/strict";
import { join } from "node:path";
import { settingsBeside } from "../testing/commands.ts";
import { blockOf, root } from "../testing/documents/blocks.ts";
import { startSentinel, testOnPostgres } from "../testing/harness.ts";
import { browserOf } from "../testing/people/console.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

testOnPostgres("the role of docs/console.md sees the console and changes nothing", async () => {
  const command = `sentinel() { deno run -A --config ${join(root, "deno.json")} ${join(root, "src/main.ts")} "$@"; }`;
  const text = `set -euo pipefail\n${command}\n${blockOf("sh", "docs/console.md", "Console")}`;
  const { code, stderr } = await new Deno.Command("bash", { args: ["-c", text], env: settingsBeside(sentinel) })
    .output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const { browser, id } = await browserOf(sentinel, "support");
  for (const page of ["", "/users", `/users/${id}`, "/roles", "/audit"]) {
    assert.equal((await browser.open(`/console${page}`)).status, 200, page);
  }
  for (const page of [`/users/${id}/disable`, "/new-role", "/settings"]) {
    assert.equal((await browser.open(`/console${page}`)).status, 403, page);
  }
});
