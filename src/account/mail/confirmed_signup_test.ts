import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { openBrowser, textOf } from "../../testing/people/browser.ts";
import { authorizePath, newApplication } from "../../testing/people/applications.ts";
import { mailboxOn, mailTo } from "../../testing/mail/mailbox.ts";

const sentinel = await startSentinel({
  settings: { ...mailboxOn, SENTINEL_EMAIL_VERIFICATION: "required" },
  lasting: false,
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const password = "seven seas and one harbour";

test("T290 where an address must be confirmed, a new user signs in only after the link, and keeps the password", async () => {
  const username = `u${crypto.randomUUID().slice(0, 13)}`;
  const email = `${username}@example.com`;
  const browser = openBrowser(sentinel);
  const nameless = await browser.submit(await browser.open("/signup"), "/signup", { username, password });
  assert.deepEqual([nameless.status, /id="email"[^>]*aria-invalid/.test(nameless.html)], [422, true]);
  const page = await browser.submit(await browser.open("/signup"), "/signup", { username, email, password });
  assert.match(textOf(page), /We sent a mail to/);
  const refused = await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  assert.deepEqual([refused.status, /Your e-mail address is not confirmed/.test(refused.html)], [403, true]);
  assert.ok(!browser.cookies.has("session"));
  const { link } = await mailTo(sentinel, email, "email_verification");
  const led = await browser.submit(await browser.open(link!.slice("http://localhost:8000".length)), "/verify");
  assert.match(textOf(led), /Address confirmed/);
  assert.equal((await browser.submit(led, "/signin", { username, password })).path, "/account");
});

test("T290 after a sign-up the browser confirms the address by the code of the mail too, and the password stays", async () => {
  const username = `u${crypto.randomUUID().slice(0, 13)}`;
  const email = `${username}@example.com`;
  const browser = openBrowser(sentinel);
  const page = await browser.submit(await browser.open("/signup"), "/signup", { username, email, password });
  const { code } = await mailTo(sentinel, email, "email_verification");
  const wrong = await browser.submit(page, "/verify", { code: code === "000000" ? "111111" : "000000" });
  assert.deepEqual([wrong.status, /id="code"[^>]*aria-invalid/.test(wrong.html)], [400, true]);
  const led = await browser.submit(wrong, "/verify", { code: code! });
  assert.match(textOf(led), /Address confirmed/);
  assert.equal((await browser.submit(led, "/signin", { username, password })).path, "/account");
});

test("a sign-up for an application leads back to it after the mail, by the code and by the link", async () => {
  const application = await newApplication(sentinel);
  for (const by of ["code", "link"] as const) {
    const username = `u${crypto.randomUUID().slice(0, 13)}`;
    const email = `${username}@example.com`;
    const browser = openBrowser(sentinel);
    const form = await browser.open(authorizePath(application, { prompt: "create" }));
    const sent = await browser.submit(form, "/signup", { username, email, password });
    const { code, link } = await mailTo(sentinel, email, "email_verification");
    const page = by === "code" ? sent : await browser.open(link!.slice("http://localhost:8000".length));
    const confirmed = await browser.submit(page, "/verify", by === "code" ? { code: code! } : {});
    assert.match(textOf(confirmed), /Afterwards you go on to Ledger .*Address confirmed/);
    const led = await browser.submit(confirmed, "/signin", { username, password });
    assert.ok(led.path.startsWith(`${application.redirectUri}?code=snt_ac_`), led.path);
    assert.ok(!browser.cookies.has("next"));
  }
});

test("T083 a taken address is answered like a free one, and its owner is told", async () => {
  const email = `o${crypto.randomUUID().slice(0, 13)}@example.com`;
  const shown = [];
  for (const username of [`a${crypto.randomUUID().slice(0, 13)}`, `b${crypto.randomUUID().slice(0, 13)}`]) {
    const browser = openBrowser(sentinel);
    const page = await browser.submit(await browser.open("/signup"), "/signup", { username, email, password });
    assert.ok(browser.cookies.has("flow"));
    shown.push(page.html.replace(/name="form_token" value="[^"]*"/, ""));
  }
  assert.equal(shown[0], shown[1]);
  assert.equal((await mailTo(sentinel, email, "registration_attempted")).to, email);
});
