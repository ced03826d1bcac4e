import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { mailboxOn, mailTo } from "../../testing/mail/mailbox.ts";

const sentinel = await startSentinel({ settings: mailboxOn, lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const open = (headers: Record<string, string> = {}) => sentinel.fetch("/dev/mailbox", { headers });

test("GET /dev/mailbox shows the last mails with their links to a browser on this machine, and to no other", async () => {
  await sentinel.settled("grace");
  await sentinel.fetch("/password-reset", { json: { email: "grace@example.com" } });
  const { link } = await mailTo(sentinel, "grace@example.com");
  const page = await (await open()).text();
  assert.ok(page.includes(`href="${link}"`) && page.includes("grace@example.com"));
  for (const header of ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via"]) {
    const refused = await open({ [header]: "192.0.2.1" });
    assert.equal(refused.status, 404, header);
    assert.doesNotMatch(await refused.text(), /snt_mt_/);
  }
  assert.equal((await open({ host: "auth.example.com" })).status, 404);
});
