import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { openBrowser, type Shown, textOf } from "../../testing/people/browser.ts";
import { mailboxOn, mailTo, ticketOf } from "../../testing/mail/mailbox.ts";
import { openAsRobot } from "../../testing/mail/mail_robot.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ settings: mailboxOn, lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const newPassword = () => `words ${crypto.randomUUID()}`;

async function newUser() {
  const username = `u${crypto.randomUUID().slice(0, 13)}`;
  const email = `${username}@example.com`;
  const password = newPassword();
  const { id } = await sentinel.registrations.create({ username, email, password }, ["user"], localActor);
  return { id, username, email, password };
}

const pathOf = (link: string) => link.slice("http://localhost:8000".length);

const loginStatus = async (username: string, password: string) =>
  (await sentinel.fetch("/login", { form: { username, password } })).status;

test("T287 T288 a forgotten password is set by the link of the mail, after programs have opened it", async () => {
  const { username, email, password } = await newUser();
  const browser = openBrowser(sentinel);
  const asked = await browser.submit(await browser.open("/reset"), "/reset", { email });
  assert.match(textOf(asked), /Look into your mailbox/);
  const mail = await mailTo(sentinel, email, "password_reset");
  const { link } = mail;
  await openAsRobot(sentinel, mail);
  const raw = await sentinel.fetch(pathOf(link!), { redirect: "manual" });
  assert.deepEqual([raw.status, raw.headers.get("location"), raw.headers.get("cache-control")], [
    303,
    "/reset/new",
    "no-store",
  ]);
  const page = await browser.open(pathOf(link!));
  assert.equal(page.path, "/reset/new");
  assert.ok(!page.html.includes(ticketOf(mail)), "the ticket is not on the page");
  assert.equal(page.response.headers.get("referrer-policy"), "same-origin");
  assert.doesNotMatch(page.html, /(?:src|href)="(?:https?:)?\/\//, "nothing of other hosts");
  assert.equal((await browser.submit(page, "/reset/new", { new_password: "short" })).status, 422);
  const fresh = newPassword();
  const done = await browser.submit(page, "/reset/new", { new_password: fresh });
  assert.match(textOf(done), /Password set\. Sign in with it\./);
  assert.ok(!browser.cookies.has("session"), "T284 nobody is signed in");
  assert.deepEqual([await loginStatus(username, password), await loginStatus(username, fresh)], [401, 200]);
  const again = await openBrowser(sentinel).open(pathOf(link!));
  assert.deepEqual([again.status, /no longer works/.test(again.html)], [400, true]);
});

test("an unknown address gets the page that a known one gets", async () => {
  const { email } = await newUser();
  const shown: string[] = [];
  for (const address of [email, "nobody-of-this-address@example.com"]) {
    const browser = openBrowser(sentinel);
    const page = await browser.submit(await browser.open("/reset"), "/reset", { email: address });
    shown.push(page.html.replaceAll(address, ""));
  }
  assert.equal(shown[0], shown[1]);
  const browser = openBrowser(sentinel);
  assert.equal((await browser.submit(await browser.open("/reset"), "/reset", { email: "no address" })).status, 422);
});

test("T279 the link of a mail leads to the public URL, whatever the request says of its host", async () => {
  const { email } = await newUser();
  const browser = openBrowser(sentinel, {
    "x-forwarded-host": "evil.example",
    forwarded: "host=evil.example",
    "x-forwarded-proto": "http",
  });
  await browser.submit(await browser.open("/reset"), "/reset", { email });
  assert.match(
    (await mailTo(sentinel, email, "password_reset")).link!,
    /^http:\/\/localhost:8000\/reset\?ticket=snt_mt_/,
  );
});

test("T287 an address is confirmed by the link, or by the code in the browser that asked", async () => {
  for (const way of ["link", "code"]) {
    const { id, email } = await newUser();
    const browser = openBrowser(sentinel);
    const asked = await browser.submit(await browser.open("/verify"), "/verify/mail", { email });
    assert.equal(asked.path, "/verify");
    const mail = await mailTo(sentinel, email, "email_verification");
    const { link, code } = mail;
    await openAsRobot(sentinel, mail);
    const stranger = openBrowser(sentinel);
    assert.doesNotMatch((await stranger.open("/verify")).html, /name="code"/);
    let page: Shown = asked;
    if (way === "link") page = await browser.open(pathOf(link!));
    else {
      const wrong = await browser.submit(page, "/verify", { code: code === "000000" ? "000001" : "000000" });
      assert.deepEqual([wrong.status, /This code does not count/.test(wrong.html)], [400, true]);
    }
    const done = await browser.submit(page, "/verify", way === "code" ? { code: code! } : { code: "" });
    assert.match(textOf(done), /Address confirmed/, way);
    assert.deepEqual(
      await sentinel.db.query("test", "select email_verified_at is not null as ok from users where id = $1", [id]),
      [{ ok: true }],
    );
    assert.equal((await openBrowser(sentinel).open(pathOf(link!))).path, "/verify");
  }
});

test("the first proof from another browser ends the password, and leads on to a new one", async () => {
  const { username, email, password } = await newUser();
  const browser = openBrowser(sentinel);
  await browser.submit(await browser.open("/verify"), "/verify/mail", { email });
  const { link } = await mailTo(sentinel, email, "email_verification");
  const other = openBrowser(sentinel);
  const led = await other.submit(await other.open(pathOf(link!)), "/verify");
  assert.equal(led.path, "/reset/new");
  const fresh = newPassword();
  await other.submit(led, "/reset/new", { new_password: fresh });
  assert.deepEqual([await loginStatus(username, password), await loginStatus(username, fresh)], [401, 200]);
});

test("T285 T287 the address changes when both mailboxes have confirmed, on a page after a fresh sign-in", async () => {
  const { id, username, email, password } = await newUser();
  await sentinel.db.query("test", "update users set email_verified_at = now() where id = $1", [id]);
  sentinel.principals.forgetUser(id);
  const browser = openBrowser(sentinel);
  const asked = await browser.open("/account/email");
  const form = await browser.submit(asked, "/signin", { username, password });
  assert.equal(form.path, "/account/email");
  const wanted = `new-${email}`;
  assert.equal(
    (await browser.submit(form, "/account/email", { email: wanted, current_password: "wrong" })).status,
    403,
  );
  const waiting = await browser.submit(form, "/account/email", { email: wanted, current_password: password });
  assert.equal(waiting.path, "/email-change");
  const [old, fresh] = [await mailTo(sentinel, email, "email_change_old"), await mailTo(sentinel, wanted)];
  const [{ link }, { code }] = [old, fresh];
  for (const mail of [old, fresh]) await openAsRobot(sentinel, mail);
  const half = await browser.submit(waiting, "/email-change", { code: code! });
  assert.match(textOf(half), /One mailbox still has to confirm/);
  const emailNow = async () =>
    (await sentinel.db.query<{ email: string }>("test", "select email from users where id = $1", [id]))[0]!.email;
  assert.equal(await emailNow(), email);
  const other = openBrowser(sentinel);
  const done = await other.submit(await other.open(pathOf(link!)), "/email-change");
  assert.match(textOf(done), /Address changed/);
  assert.equal(await emailNow(), wanted);
});

test("T287 an invitation becomes an account with the invited address, once", async () => {
  const email = `i${crypto.randomUUID().slice(0, 13)}@example.com`;
  await sentinel.fetch("/invitations", { json: { email, roles: [] } }, "ada");
  const mail = await mailTo(sentinel, email, "invitation");
  const { link } = mail;
  await openAsRobot(sentinel, mail);
  const browser = openBrowser(sentinel);
  const page = await browser.open(pathOf(link!));
  assert.match(textOf(page), new RegExp(email.replaceAll(".", "\\.")));
  assert.equal((await browser.submit(page, "/invite", { password: "short" })).status, 422);
  const led = await browser.submit(page, "/invite", { password: newPassword() });
  assert.equal(led.path, "/account");
  assert.match(textOf(led), new RegExp(`${email.replaceAll(".", "\\.")} confirmed`));
  const again = await openBrowser(sentinel).open(pathOf(link!));
  assert.match(textOf(again), /no longer works/);
});
