import assert from "node:assert/strict";
import { anyRevision } from "../../access/grants/grants.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { textOf } from "../../testing/people/browser.ts";
import { newSession } from "../../testing/people/client_sessions.ts";
import { newClient } from "../../testing/people/clients.ts";
import { browserOf, consoleBrowser } from "../../testing/people/console.ts";
import { createRole } from "../../testing/people/people.ts";
import { begun } from "../../testing/people/sessions.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

/** A permission on a resource of its own, which no role holds yet. */
async function newPermission(action = "delete"): Promise<string> {
  const name = `r${crypto.randomUUID()}:${action}`;
  await sentinel.permissionRegistry.register(name, "", localActor);
  return name;
}

async function newUser(...roles: string[]) {
  const username = `u${crypto.randomUUID()}`;
  const { id } = await sentinel.registrations.create({ username, password: `only ${username} knows` }, [
    "user",
    ...roles,
  ], localActor);
  return { id, username };
}

/** The names of the stops of the drawn chain. */
const chainIn = (html: string) =>
  [.../<ol class="chain"[^]*?<\/ol>/.exec(html)![0].matchAll(/<li(?: class="(bad)")?>.*?<b>(.*?)<\/b>/gs)]
    .map(([, bad, name]) => `${bad ? "✗ " : ""}${name!.replaceAll(/<[^>]+>/g, "")}`);

const administrator = await browserOf(sentinel, "admin");
const { browser } = administrator;

test("the page of a user answers why they may do something with the whole path, and who granted it", async () => {
  const permission = await newPermission();
  const parent = await createRole(sentinel, { permissions: [permission] });
  const role = await createRole(sentinel, { parents: [parent] });
  const { id, username } = await newUser();
  await sentinel.grants.grant(id, role, null, anyRevision, { ...localActor, actor_id: administrator.id });
  const page = await browser.open(`/console/users/${id}?permission=${permission}&resource=2026-1042`);
  assert.match(textOf(page), new RegExp(`Yes\\. ${username} may do ${permission} on .* 2026-1042 *\\.`));
  assert.deepEqual(chainIn(page.html), [username, `by ${administrator.username}`, role, parent, permission]);
  const { decision } = await (await sentinel.fetch("/access/v1/evaluation", {
    json: {
      subject: { type: "user", id },
      action: { name: permission.split(":")[1] },
      resource: { type: permission.split(":")[0], id: "2026-1042" },
    },
  }, "ada")).json();
  assert.equal(decision, true);
  assert.match(page.html, new RegExp(`<th scope="row"><code>${permission}</code></th>`));
  assert.match(page.html, new RegExp(`href="/console/roles/${role}"`));
});

test("a second way to the permission, and one that has expired, are told below the shortest", async () => {
  const permission = await newPermission();
  const parent = await createRole(sentinel, { permissions: [permission] });
  const [near, far, ended] = [
    parent,
    await createRole(sentinel, { parents: [parent] }),
    await createRole(sentinel, { permissions: [permission] }),
  ];
  const { id, username } = await newUser();
  for (const role of [near, far, ended]) await sentinel.grants.grant(id, role, null, anyRevision, localActor);
  await sentinel.db.query("test", "update grants set expires_at = now() - interval '1 day' where role = $1", [ended]);
  sentinel.principals.forgetUser(id);
  const page = await browser.open(`/console/users/${id}?permission=${permission}`);
  assert.deepEqual(chainIn(page.html), [username, "by Command line or setup", near, permission]);
  assert.match(textOf(page), /2 more paths/);
  assert.match(textOf(page), new RegExp(`${username} → ${far} → ${parent} → ${permission} would also allow it`));
  assert.match(textOf(page), new RegExp(`${username} → ${ended} → ${permission} expired on \\d{4}-\\d\\d-\\d\\d\\.`));
});

test("the page of a user says where the path ends, and how to allow it", async () => {
  const permission = await newPermission();
  const holder = await createRole(sentinel, { permissions: [permission] });
  const near = await newPermission("read");
  const role = await createRole(sentinel, { permissions: [near] });
  const { id, username } = await newUser(role);
  const ask = async (asked: string) => await browser.open(`/console/users/${id}?permission=${asked}`);
  const denied = await ask(permission);
  assert.match(textOf(denied), new RegExp(`No\\. ${username} may not do ${permission} *\\. 2 grants checked, no path`));
  assert.deepEqual(chainIn(denied.html).at(-1), `✗ ${permission}`);
  assert.match(denied.html, new RegExp(`href="/console/users/${id}/grant\\?role=${holder}"`));
  const unknown = await ask(`${permission.split(":")[0]}:destroy`);
  assert.match(textOf(unknown), /There is no permission of this name/);
  assert.match(unknown.html, new RegExp(`permission=${encodeURIComponent(permission)}#ask`));
  await sentinel.grants.grant(id, holder, null, anyRevision, localActor);
  await sentinel.db.query("test", "update grants set expires_at = now() - interval '1 day' where role = $1", [holder]);
  sentinel.principals.forgetUser(id);
  const expired = await ask(permission);
  assert.deepEqual(chainIn(expired.html), [username, "✗ by Command line or setup"]);
  assert.match(textOf(expired), new RegExp(`The grant of ${holder} has expired\\.`));
  await sentinel.users.change(id, { disabled: true }, () => true, localActor);
  assert.deepEqual(chainIn((await ask(near)).html), [`✗ ${username}`]);
});

test("a reader sees of a user only what they may see", async () => {
  const { id } = await newUser();
  await begun(sentinel, id);
  const headings = async (...permissions: Parameters<typeof consoleBrowser>[1][]) => {
    const reader = await consoleBrowser(sentinel, "users:read", ...permissions);
    const { html } = await reader.browser.open(`/console/users/${id}`);
    return [...html.matchAll(/<h2 id="([a-z]+)"/g)].map(([, name]) => name);
  };
  assert.deepEqual(await headings(), ["effective", "grants", "applications"]);
  assert.deepEqual(
    await headings("decisions:evaluate", "sessions:read", "api_keys:read", "audit:read"),
    ["ask", "effective", "grants", "sessions", "keys", "applications", "events"],
  );
  const { browser: reader } = await consoleBrowser(sentinel, "users:read", "sessions:read");
  const { html } = await reader.open(`/console/users/${id}`);
  assert.doesNotMatch(html, /Revoke|Disable|Delete|Grant a role/);
  assert.equal((await reader.open(`/console/users/${crypto.randomUUID()}`)).status, 404);
});

test("all permissions of a user have a page of their own, continued by keyset", async () => {
  const permissions = [];
  for (let count = 0; count < 55; count++) permissions.push(await newPermission());
  const role = await createRole(sentinel, { permissions });
  const { id } = await newUser(role);
  const first = await browser.open(`/console/users/${id}/permissions`);
  assert.match(textOf(first), /The first 50, by name/);
  const next = /rel="next"[^>]* href="([^"]+)"/.exec(first.html)![1]!.replaceAll("&amp;", "&");
  const second = await browser.open(next);
  assert.match(textOf(second), /The next 5, by name/);
  assert.match(second.html, new RegExp(`rel="first" data-key="f" href="/console/users/${id}/permissions"`));
});

test("the page of a user says who granted a role, also when that was a command or a user who is gone", async () => {
  const [first, second] = [await createRole(sentinel), await createRole(sentinel)];
  const [{ id }, gone] = [await newUser(), await newUser("admin")];
  await sentinel.grants.grant(id, first, null, anyRevision, localActor);
  await sentinel.grants.grant(id, second, null, anyRevision, { ...localActor, actor_id: gone.id });
  await sentinel.users.remove(gone.id, () => true, localActor);
  const text = textOf(await browser.open(`/console/users/${id}`));
  assert.match(text, new RegExp(`${first} Command line or setup`));
  assert.match(text, new RegExp(`${second} A deleted user`));
});

test("GET /console/users/{id} names a client that registered itself by where it leads, in the applications and the sessions", async () => {
  const { id: userId } = await browserOf(sentinel);
  const { id: clientId } = await newClient(sentinel, {
    ...{ name: "Bank of Ledger", own_api: false, redirect_uris: ["https://app.example.com/callback"] },
  });
  await sentinel.db.query("test", "update clients set source = 'dynamic' where id = $1", [clientId]);
  const consent = { userId, clientId, scopes: ["openid"], resources: [] };
  await sentinel.db.transaction((tx) => sentinel.consents.rememberIn(tx, consent, localActor));
  await newSession(sentinel, { userId, kind: "client", clientId });
  const { browser } = await browserOf(sentinel, "admin");
  const known = "https://app.example.com (Bank of Ledger)";
  for (const path of [`/console/users/${userId}`, `/console/users/${userId}/revoke-sessions`]) {
    const { html } = await browser.open(path);
    assert.ok(html.includes(known), html);
    assert.equal(html.match(/Bank of Ledger/g)!.length, html.split(known).length - 1, html);
  }
});
