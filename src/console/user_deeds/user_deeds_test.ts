import assert from "node:assert/strict";
import { anyRevision } from "../../access/grants/grants.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { type Browser, formsIn, type Shown, textOf } from "../../testing/people/browser.ts";
import { browserOf, consoleBrowser } from "../../testing/people/console.ts";
import { newApp } from "../../testing/factors/factors.ts";
import { createRole } from "../../testing/people/people.ts";
import { begun } from "../../testing/people/sessions.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { id: administratorId, browser } = await browserOf(sentinel, "admin");

async function newUser() {
  const username = `u${crypto.randomUUID()}`;
  const password = `only ${username} knows`;
  const email = `${username}@example.com`;
  const { id } = await sentinel.registrations.create({ username, email, password }, ["user"], localActor);
  return { id, username, email, path: `/console/users/${id}` };
}

/** The latest event about the subject. */
async function lastEvent(subject: string) {
  const [event] = await sentinel.db.query<{ action: string; actor_id: string; facts: Record<string, unknown> }>(
    "test",
    "select action, actor_id, facts from audit_events where subject_id = $1 order by id desc limit 1",
    [subject],
  );
  return event!;
}

/** Opens the page of a deed, and sends its form with what else is filled in. */
async function perform(path: string, members: Record<string, string> = {}, by: Browser = browser) {
  const page = await by.open(path);
  assert.equal(page.status, 200, page.html);
  return await by.submit(page, path.split("?")[0]!, members);
}

/** Sends the form of the page that grants; the one above it only chooses the role. */
async function grantOn(page: Shown, path: string, members: Record<string, string>, by: Browser = browser) {
  const granting = formsIn(page.html).find(({ action, members }) => action === path && "form_token" in members);
  return await by.post(path, { ...granting!.members, ...members });
}

test("an administrator disables and enables a user, and the record says that it was done in the console", async () => {
  const { id, username, path } = await newUser();
  await begun(sentinel, id);
  const asked = await browser.open(`${path}/disable`);
  assert.match(textOf(asked), new RegExp(`Disable user ${username}\\?`));
  assert.match(textOf(asked), /1 session ends/);
  const shown = await perform(`${path}/disable`);
  assert.deepEqual([shown.status, shown.path], [200, path]);
  assert.match(textOf(shown), /Disabled since/);
  const { action, actor_id, facts } = await lastEvent(id);
  assert.deepEqual([action, actor_id, facts.via], ["user.sessions_revoked", administratorId, "console"]);
  assert.doesNotMatch(textOf(await perform(`${path}/enable`)), /Disabled since/);
  assert.deepEqual((await lastEvent(id)).facts, { via: "console" });
});

test("all sessions of a stolen laptop are revoked from the page of its user", async () => {
  const { id, path } = await newUser();
  for (let count = 0; count < 3; count++) await begun(sentinel, id);
  const page = await browser.open(path);
  assert.match(page.html, new RegExp(`href="${path}/revoke-sessions">Revoke all…`));
  const asked = textOf(await browser.open(`${path}/revoke-sessions`));
  assert.match(asked, /To sign out one device alone, revoke its session in the table\..*3 sessions end/);
  assert.doesNotMatch(asked, /second factor/);
  await newApp(sentinel, id);
  assert.match(
    textOf(await browser.open(`${path}/revoke-sessions`)),
    /sign in again, with the password and the second/,
  );
  const shown = await perform(`${path}/revoke-sessions`);
  assert.match(textOf(shown), /The user is not signed in anywhere/);
  assert.equal((await lastEvent(id)).facts.via, "console");
});

test("one session of a user is revoked by the button of its row, and no session of another user", async () => {
  const [user, other] = [await newUser(), await newUser()];
  for (const { id } of [user, user, other]) await begun(sentinel, id);
  const sessionsOf = async (id: string) => (await sentinel.sessionLists.page(id, null, 10)).map((row) => row.id);
  const [kept, ended] = await sessionsOf(user.id);
  const page = await browser.open(user.path);
  const shown = await browser.submit(page, `${user.path}/sessions/revoke`, { id: ended! });
  assert.equal(shown.status, 200);
  assert.match(textOf(shown), new RegExp(`of ${user.username} is signed out\\. Access tokens .* have ended too\\.`));
  const done = (session: string) => `${user.path}?done=session_revoked&session=${session}`;
  assert.doesNotMatch(textOf(await browser.open(done(kept!))), /is signed out/);
  assert.deepEqual(await sessionsOf(user.id), [kept]);
  const [foreign] = await sessionsOf(other.id);
  assert.equal((await browser.submit(page, `${user.path}/sessions/revoke`, { id: foreign! })).status, 404);
  assert.deepEqual(await sessionsOf(other.id), [foreign]);
});

test("a form of a user who has changed meanwhile is refused, and leads to the page as it is now", async () => {
  const { id, path } = await newUser();
  const page = await browser.open(`${path}/disable`);
  await sentinel.users.change(id, { email: "another@example.com" }, () => true, localActor);
  const refused = await browser.submit(page, `${path}/disable`);
  assert.equal(refused.status, 412);
  assert.match(textOf(refused), /It has changed meanwhile/);
  assert.match(refused.html, new RegExp(`href="${path}/disable">Open the page again`));
  assert.equal((await sentinel.users.find(id)).disabled_at, null);
});

test("a user is deleted only by typing their name, and keeps the name that was typed", async () => {
  const { id, username, path } = await newUser();
  const refused = await perform(`${path}/delete`, { confirm: "hedi" });
  assert.equal(refused.status, 422);
  assert.match(refused.html, new RegExp(`“hedi” is not the name. Type ${username}`));
  assert.match(refused.html, /<title>Error: /);
  const shown = await browser.submit(refused, `${path}/delete`, { confirm: username });
  assert.deepEqual([shown.status, shown.path], [200, "/console/users"]);
  assert.equal((await browser.open(path)).status, 404);
  assert.equal((await lastEvent(id)).facts.via, "console");
});

test("a role is granted until a day after the page says what it gives, and revoked after it says what is lost", async () => {
  const { id, username, path } = await newUser();
  const permission = `r${crypto.randomUUID()}:read`;
  await sentinel.permissionRegistry.register(permission, "", localActor);
  const role = await createRole(sentinel, { permissions: [permission] });
  const unknown = await browser.open(`${path}/grant?role=no-such-role`);
  assert.deepEqual([unknown.status, /There is no role “no-such-role”/.test(textOf(unknown))], [422, true]);
  const page = await browser.open(`${path}/grant?role=${role}`);
  assert.match(textOf(page), new RegExp(`The user gains 1 permission: ${permission}`));
  for (const expires of ["2020-01-31", "tomorrow", "2026-13-40"]) {
    const refused = await grantOn(page, `${path}/grant`, { expires });
    assert.deepEqual([refused.status, /Enter a day in the future/.test(textOf(refused))], [422, true], expires);
  }
  await grantOn(page, `${path}/grant`, { expires: "2099-01-31" });
  const { grants } = await sentinel.users.find(id);
  assert.deepEqual(
    grants.filter((grant) => grant.role === role).map(({ expires_at }) => expires_at),
    ["2099-01-31T23:59:59.000Z"],
  );
  assert.equal((await lastEvent(id)).facts.via, "console");
  assert.match(textOf(await browser.open(path)), new RegExp(`${permission} ${username} → ${role} `));
  assert.match(
    textOf(await browser.open(`${path}/revoke?role=${role}`)),
    new RegExp(`The user loses 1 permission: ${permission}`),
  );
  await perform(`${path}/revoke?role=${role}`);
  assert.deepEqual((await sentinel.users.find(id)).roles, ["user"]);
});

test("second factors are reset, a key is revoked, an address is verified, and names are edited", async () => {
  const { id, username, path } = await newUser();
  await newApp(sentinel, id);
  assert.match(textOf(await browser.open(path)), /authenticator app/);
  await perform(`${path}/reset-factors`);
  assert.deepEqual(await sentinel.factors.kindsOf(sentinel.db, id), []);
  const owner = { id, kind: "person" } as const;
  const { row } = await sentinel.apiKeys.create(owner, { name: "deploy", scopes: [] }, { ...localActor, actor_id: id });
  await perform(`${path}/revoke-key?key=${row.id}`);
  assert.notEqual((await sentinel.apiKeys.find(owner, row.id)).revoked_at, null);
  await perform(`${path}/verify-email`);
  assert.equal((await sentinel.users.find(id)).email_verified, true);
  const renamed = `${username}x`;
  assert.match(textOf(await perform(`${path}/edit`, { username: renamed })), new RegExp(renamed));
  const taken = await newUser();
  const refused = await perform(`${path}/edit`, { username: taken.username, email: "no address" });
  assert.deepEqual([refused.status, refused.html.includes(`value="${taken.username}"`)], [422, true]);
  const { action, facts } = await lastEvent(id);
  assert.deepEqual([action, facts.via], ["user.changed", "console"]);
});

test("deeds are refused to administrators who may not do them, or hold less than the user", async () => {
  const { id, path } = await newUser();
  const { browser: reader } = await consoleBrowser(sentinel, "users:read", "sessions:read");
  for (const deed of ["disable", "delete", "revoke-sessions", "reset-factors", "grant", "edit", "revoke?role=user"]) {
    assert.equal((await reader.open(`${path}/${deed}`)).status, 403, deed);
  }
  const { browser: helper } = await consoleBrowser(sentinel, "users:read", "users:write", "roles:grant");
  const role = await createRole(sentinel, { permissions: ["audit:read"] });
  await sentinel.grants.grant(id, role, null, anyRevision, localActor);
  assert.equal((await perform(`${path}/disable`, {}, helper)).status, 403);
  const page = await helper.open(`${path}/grant?role=admin`);
  const refused = await grantOn(page, `${path}/grant`, {}, helper);
  assert.deepEqual([refused.status, /<code>forbidden<\/code>/.test(refused.html)], [403, true]);
  assert.deepEqual((await sentinel.users.find(id)).roles, [role, "user"]);
  const stale = await browser.submit(await browser.open(`${path}/disable`), `${path}/disable`, { form_token: "x" });
  assert.deepEqual([stale.status, /form_refused/.test(stale.html)], [403, true]);
});
