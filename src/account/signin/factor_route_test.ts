import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { openBrowser, textOf } from "../../testing/people/browser.ts";
import { newApp, totpCode } from "../../testing/factors/factors.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

/** A user with an authenticator application, whose password a browser has sent. */
async function halfSignedIn() {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  const { id } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  const app = await newApp(sentinel, id);
  const browser = openBrowser(sentinel);
  const page = await browser.submit(await browser.open("/signin?next=/account"), "/signin", { username, password });
  return { id, username, password, app, browser, page };
}

const sessionsOf = async (id: string) =>
  await db.query<{ aal: number; amr: string[] }>("test", "select aal, amr from sessions where user_id = $1", [id]);

test("T267 a sign-in of a user with a second factor asks for it, and no session exists before", async () => {
  const { id, app, browser, page } = await halfSignedIn();
  assert.match(page.path, /^\/signin\/factor\?/);
  assert.match(textOf(page), /Enter your code/);
  assert.equal(browser.cookies.has("session"), false);
  assert.deepEqual(await sessionsOf(id), []);
  assert.match((await browser.open("/account")).path, /^\/signin/, "the account is closed");
  const asked = await browser.open(page.path);
  const wrong = await browser.submit(asked, "/signin/factor", { code: totpCode(app.secret, 1) });
  assert.deepEqual([wrong.status, /Wrong code/.test(textOf(wrong))], [403, true]);
  const signedIn = await browser.submit(wrong, "/signin/factor", { code: app.code() });
  assert.deepEqual([signedIn.status, signedIn.path], [200, "/account"]);
  assert.deepEqual(await sessionsOf(id), [{ aal: 2, amr: ["pwd", "otp", "mfa"] }]);
});

test("T272 a recovery code stands in for the factor on the page, too", async () => {
  const { app, browser, page } = await halfSignedIn();
  assert.match(page.html, /Use a recovery code/);
  const asked = await browser.open(`${page.path}&type=recovery_code`);
  const signedIn = await browser.submit(asked, "/signin/factor", { code: app.recoveryCodes[0]! });
  assert.equal(signedIn.path, "/account");
});

test("T255 a second step goes on only in the browser in which it was begun", async () => {
  const { id, app, page } = await halfSignedIn();
  const other = openBrowser(sentinel);
  await other.open("/signin");
  assert.match((await other.open(page.path)).path, /^\/signin\?/);
  assert.deepEqual(await sessionsOf(id), []);
  const posted = await other.post(page.path, { code: app.code() });
  assert.equal(posted.status, 403);
  assert.deepEqual(await sessionsOf(id), []);
});

test("T265 after five wrong codes the sign-in begins anew", async () => {
  const { app, browser, page } = await halfSignedIn();
  let shown = page;
  for (let i = 0; i < 5; i++) shown = await browser.submit(shown, "/signin/factor", { code: totpCode(app.secret, 1) });
  shown = await browser.submit(shown, "/signin/factor", { code: app.code() });
  assert.equal(shown.status, 403);
  assert.match(textOf(shown), /This sign-in has expired/);
});
