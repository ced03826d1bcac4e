import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { textOf } from "../../testing/people/browser.ts";
import { browserOf, consoleBrowser } from "../../testing/people/console.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

test("the start page tells the state of the server, what is wrong first, and links to it", async () => {
  const { browser } = await browserOf(sentinel, "admin");
  const well = await browser.open("/console");
  assert.match(textOf(well), /Nothing\. All checks below are normal\./);
  assert.match(textOf(well), /10 checks, worst first/);
  assert.match(textOf(well), /Sign-ins [1-9]/);
  assert.match(well.html, /href="\/console\/audit\?action=login\.failed"/);
  await sentinel.db.query(
    "test",
    `insert into outbox (id, kind, payload, dead_at) values ($1, 'mail', '{}', now())`,
    [crypto.randomUUID()],
  );
  const ill = await browser.open("/console");
  assert.match(ill.html, /<span class="state bad">Mail: 1 failed<\/span>/);
  assert.match(textOf(ill), /What it means Mail Failing 1 failed/);
});

test("the start page shows only what its reader may see", async () => {
  const { browser: guest } = await consoleBrowser(sentinel);
  assert.doesNotMatch((await guest.open("/console")).html, /<table|class="facts tiles"/);
  const { browser: auditor } = await consoleBrowser(sentinel, "audit:read");
  assert.match(textOf(await auditor.open("/console")), /2 checks, worst first/);
});
