import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";
import { textOf } from "../testing/people/browser.ts";
import { localActor } from "../vocabulary/actor.ts";
import { browserOf, consoleBrowser } from "../testing/people/console.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

/** What the navigation of a page leads to. */
const linksOf = (html: string) =>
  [.../<nav id="menu"[^]*?<\/nav>/.exec(html)![0].matchAll(/<a href="(\/console[^"]*)"/g)].map(([, path]) => path);

test("the console shows each user the sections that they may open, and refuses users who may not enter", async () => {
  const { browser: plain } = await browserOf(sentinel);
  const refused = await plain.open("/console");
  assert.equal(refused.status, 403);
  assert.match(refused.html, /<code>forbidden<\/code>/);
  const { browser: auditor } = await consoleBrowser(sentinel, "audit:read");
  assert.deepEqual(linksOf((await auditor.open("/console")).html), ["/console", "/console/audit"]);
  assert.equal((await auditor.open("/console/users")).status, 403);
  const { browser: administrator } = await browserOf(sentinel, "admin");
  assert.equal(linksOf((await administrator.open("/console")).html).length, 13);
});

test("every page about one thing requires the permission that reads it in the API, also where it asks before a deed", () => {
  const readers = {
    users: "users:read",
    roles: "roles:read",
    "service-accounts": "service_accounts:read",
    clients: "clients:read",
    resources: "api_resources:read",
  } as const;
  for (const [noun, reads] of Object.entries(readers)) {
    const pages = sentinel.app.operations.filter(({ method, path }) =>
      method === "get" && new RegExp(`^/console/${noun}/\\{`).test(path)
    );
    assert.ok(pages.length > 1, noun);
    for (const { path, access } of pages) {
      const { permissions = [] } = access as { permissions?: readonly string[] };
      assert.ok(permissions.includes(reads), path);
    }
  }
});

test("a page that asks before a deed shows nobody to whom their name is not shown otherwise", async () => {
  const { id, username } = await browserOf(sentinel);
  const { browser } = await consoleBrowser(sentinel, "sessions:revoke", "roles:grant", "users:write");
  for (const deed of ["revoke-sessions", "grant", "disable", "edit"]) {
    const shown = await browser.open(`/console/users/${id}/${deed}`);
    assert.deepEqual([shown.status, shown.html.includes(username)], [403, false], deed);
  }
});

test("GET /console/users finds users by the beginning of a name, page by page", async () => {
  const { browser, username } = await browserOf(sentinel, "admin");
  const found = await browser.open(`/console/users?q=${username.toUpperCase()}&role=&state=active`);
  assert.match(textOf(found), /1 user, by username\. Times are UTC\./);
  assert.match(found.html, new RegExp(`<th scope="row"[^>]*><a href="/console/users/[0-9a-f-]+">${username}</a>`));
  const none = await browser.open(`/console/users?q=${username}&state=disabled`);
  assert.match(textOf(none), /No user matches these filters\./);
});

test("GET / leads users where they belong, and a browser whose session has ended to the page for visitors", async () => {
  const accept = { accept: "text/html" };
  for (const [roles, path] of [[[], "/account"], [["admin"], "/console"]] as const) {
    const { id, browser } = await browserOf(sentinel, ...roles);
    const shown = await browser.open("/", accept);
    assert.deepEqual([shown.path, shown.status], [path, 200]);
    assert.equal((await browser.open("/account")).html.includes('href="/console"'), path === "/console");
    await sentinel.db.transaction((tx) => sentinel.sessionRevocation.revokeSessionsIn(tx, id, localActor));
    const ended = await browser.open("/", accept);
    assert.deepEqual([ended.path, browser.cookies.has("session")], ["/", false]);
    assert.match(ended.html, /This server signs users in for/);
  }
});
