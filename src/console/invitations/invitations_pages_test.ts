import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { textOf } from "../../testing/people/browser.ts";
import { browserOf, consoleBrowser } from "../../testing/people/console.ts";
import { mailboxOn } from "../../testing/mail/mailbox.ts";

const sentinel = await startSentinel({ lasting: false, settings: mailboxOn });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { browser, username } = await browserOf(sentinel, "admin");
const path = "/console/invitations";

test("an empty page of invitations explains them, and one is sent, listed and revoked in the console", async () => {
  const empty = await browser.open(path);
  assert.match(empty.html, /<ol class="chain" aria-label="How an invitation becomes an account">/);
  const email = `${crypto.randomUUID()}@example.com`;
  const refused = await browser.submit(empty, path, { email: "no address", role: "" });
  assert.deepEqual([refused.status, /value="no address"/.test(refused.html)], [422, true]);
  const unknown = await browser.submit(empty, path, { email, role: "no-such-role" });
  assert.deepEqual([unknown.status, /id="role-error"/.test(unknown.html)], [422, true]);
  const shown = await browser.submit(empty, path, { email, role: "" });
  assert.match(textOf(shown), new RegExp(`${email} user ${username}`));
  const [event] = await sentinel.db.query<{ facts: Record<string, unknown> }>(
    "test",
    "select facts from audit_events where action = 'invitation.created' order by id desc limit 1",
  );
  assert.equal(event!.facts.via, "console");
  const [, id] = /revoke\?id=([\w-]+)/.exec(shown.html)!;
  const asked = await browser.open(`${path}/revoke?id=${id}`);
  assert.match(textOf(asked), new RegExp(`Revoke the invitation of ${email}\\?`));
  const revoked = await browser.submit(asked, `${path}/revoke`);
  assert.doesNotMatch(revoked.html, new RegExp(email));
  assert.equal((await browser.open(`${path}/revoke?id=${id}`)).status, 404);
});

test("T173 the console invites an administrator after a fresh sign-in only, as the API does", async () => {
  const { browser, id } = await browserOf(sentinel, "admin");
  const form = await browser.open(path);
  const text = "update sessions set auth_time = now() - interval '601 seconds' where user_id = $1";
  await sentinel.db.query("test", text, [id]);
  const invite = (role: string) => browser.submit(form, path, { email: `${crypto.randomUUID()}@example.com`, role });
  const refused = await invite("admin");
  assert.equal(refused.status, 403);
  assert.match(refused.html, /href="\/signin\?next=%2Fconsole%2Finvitations&amp;again=1"/);
  const shown = await invite("user");
  const [, invited] = /revoke\?id=([\w-]+)/.exec(shown.html)!;
  await browser.submit(await browser.open(`${path}/revoke?id=${invited}`), `${path}/revoke`);
  const own = `/console/users/${id}/edit`;
  const edit = await browser.open(own);
  assert.equal((await browser.submit(edit, own, { email: `${crypto.randomUUID()}@example.com` })).status, 403);
  assert.equal((await browser.submit(edit, own, { username: `u${crypto.randomUUID()}` })).status, 200);
});

test("who may only see invitations gets no form", async () => {
  const { browser: reader } = await consoleBrowser(sentinel, "users:read");
  assert.doesNotMatch((await reader.open(path)).html, /<button class="primary"/);
  assert.equal((await reader.open(`${path}/revoke?id=${crypto.randomUUID()}`)).status, 403);
});

test("a user is created in the console, and a refused form keeps the names", async () => {
  const name = `u${crypto.randomUUID()}`;
  const form = await browser.open("/console/users/new");
  const refused = await browser.submit(form, "/console/users/new", { username: name, password: "short" });
  assert.deepEqual([refused.status, refused.html.includes(`value="${name}"`)], [422, true]);
  assert.match(refused.html, /id="password-error"/);
  const taken = await browser.submit(form, "/console/users/new", { username, password: `only ${name} knows` });
  assert.match(taken.html, /id="username-error"/);
  const shown = await browser.submit(form, "/console/users/new", { username: name, password: `only ${name} knows` });
  assert.match(shown.path, /^\/console\/users\/[0-9a-f-]{36}$/);
  assert.match(textOf(shown), new RegExp(name));
  const byEmail = `${crypto.randomUUID()}@example.com`;
  await browser.submit(form, "/console/users/new", { email: byEmail, password: `only ${name} knows` });
  assert.match(textOf(await browser.open(`/console/users?q=${byEmail.slice(0, 12)}`)), new RegExp(byEmail));
});
