import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";
import { formsIn, openBrowser, textOf } from "../testing/people/browser.ts";
import { rowCounts } from "../testing/traffic/traces.ts";
import { localActor } from "../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const newPassword = () => `words ${crypto.randomUUID()}`;

/** A new user and their password. */
async function newUser() {
  const username = `u${crypto.randomUUID()}`;
  const password = newPassword();
  const { id } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  return { id, username, password };
}

/** A browser in which a new user is signed in, on the page of the account. */
async function signedIn(headers: Record<string, string> = {}) {
  const user = await newUser();
  const browser = openBrowser(sentinel, headers);
  const { username, password } = user;
  const page = await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  return { ...user, browser, page };
}

const events = async (id: string) =>
  (await db.query<{ action: string }>(
    "test",
    "select action from audit_events where actor_id = $1 or subject_id = $1::text order by id",
    [id],
  ))
    .map(({ action }) => action);

test("/signin leads a user by name and password to the account, and is known to the log and the metrics", async () => {
  const { id, username, page, browser } = await signedIn();
  assert.deepEqual([page.status, page.path], [200, "/account"]);
  assert.match(textOf(page), new RegExp(`Signed in as ${username}`));
  assert.match(textOf(page), /Firefox on Linux This device/);
  assert.deepEqual(await events(id), ["user.registered", "session.created"]);
  const [event] = await db.query<{ facts: Record<string, unknown> }>(
    "test",
    "select facts from audit_events where action = 'session.created' and actor_id = $1",
    [id],
  );
  assert.equal(event!.facts.kind, "browser");
  const metrics = await (await sentinel.fetch("/metrics")).text();
  assert.match(metrics, /sentinel_browser_sign_ins_total\{outcome="started"\} [1-9]/);
  const again = await browser.open("/signin");
  assert.equal(again.path, "/account", "who is signed in is led on");
  const [{ count }] = await db.query<{ count: number }>(
    "test",
    "select count(*)::int from tickets where consumed_at is null",
  ) as [{ count: number }];
  assert.equal(count, 0);
});

test("T144 the cookie of a sign-in is a new one, of this host only, and holds no token of the API", async () => {
  const { browser, page } = await signedIn();
  assert.deepEqual([...browser.cookies.keys()].sort(), ["browser", "session"]);
  const cookie = browser.cookies.get("session")!;
  assert.match(cookie, /^snt_sc_[\w-]{72}[0-9a-f]{8}$/);
  assert.ok(!page.html.includes(cookie));
  const asBearer = await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${cookie}` } });
  assert.equal(asBearer.status, 401);
  for (const token of [cookie, cookie.replace("snt_sc_", "snt_rt_")]) {
    const form = { grant_type: "refresh_token", refresh_token: token };
    assert.equal((await sentinel.fetch("/oauth/token", { form })).status, 400);
  }
  assert.equal((await browser.open("/account")).status, 200, "and that ended nothing");
});

test("T097 the cookies from before a sign-in are worth nothing after it", async () => {
  const { username, password } = await newUser();
  const browser = openBrowser(sentinel);
  const form = await browser.open("/signin");
  const before = browser.cookies.get("browser")!;
  browser.cookies.set("session", "snt_sc_chosen-by-an-attacker");
  await browser.submit(form, "/signin", { username, password });
  assert.notEqual(browser.cookies.get("browser"), before);
  assert.match(browser.cookies.get("session")!, /^snt_sc_[\w-]{80}$/);
  const stale = await browser.submit(form, "/signin", { username, password });
  assert.deepEqual([stale.status, /form_refused/.test(stale.html)], [403, true], "the form of another tab is stale");
});

test("a refused sign-in says the same for an unknown name as for a wrong password, and keeps the name only", async () => {
  const { username } = await newUser();
  const disabled = await newUser();
  await sentinel.users.change(disabled.id, { disabled: true }, () => true, localActor);
  const shown = [];
  for (
    const [name, password] of [[username, "wrong"], ["nobody-of-this-name", "wrong"], [
      disabled.username,
      disabled.password,
    ]]
  ) {
    const browser = openBrowser(sentinel);
    const page = await browser.submit(await browser.open("/signin"), "/signin", {
      username: name!,
      password: password!,
    });
    assert.equal(page.status, 403);
    assert.ok(!browser.cookies.has("session"));
    assert.ok(!page.html.includes(password!));
    assert.match(page.html, new RegExp(`value="${name}"`));
    shown.push(page.html.replaceAll(name!, "").replaceAll(/(?:value|data-token)="[\w-]{43}"/g, ""));
  }
  assert.equal(new Set(shown).size, 1);
  assert.match(shown[0]!, /Wrong username or password/);
  assert.match(shown[0]!, /<title>Error: Sign in/);
  const [event] = await db.query<{ facts: Record<string, unknown> }>(
    "test",
    "select facts from audit_events where action = 'login.failed' order by id desc",
  );
  assert.equal(event!.facts.via, "page");
});

test("T216 a sign-in leads only to pages of this server", async () => {
  const { username, password } = await newUser();
  const wishes = [
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "\t//evil.example",
    "https://localhost:8000@evil.example",
    "/account\r\nset-cookie: a=b",
    "/account//evil.example",
    "/../evil",
    "/signout",
    "/docs",
    "/accounts",
  ];
  for (const next of wishes) {
    const browser = openBrowser(sentinel);
    const page = await browser.open(`/signin?next=${encodeURIComponent(next)}`);
    assert.match(page.html, /action="\/signin\?next=%2Faccount"/, next);
    const { members } = formsIn(page.html)[0]!;
    const led = await browser.post(`/signin?next=${encodeURIComponent(next)}`, { ...members, username, password });
    assert.deepEqual([led.status, led.path], [200, "/account"], next);
  }
  const browser = openBrowser(sentinel);
  const led = await browser.submit(await browser.open("/account?done=session_ended"), "/signin", {
    username,
    password,
  });
  assert.equal(led.path, "/account?done=session_ended");
});

test("/account and what is below it lead to the sign-in, and back after it", async () => {
  const { username, password } = await newUser();
  for (const path of ["/account", "/account/password", "/account/delete"]) {
    const browser = openBrowser(sentinel);
    const asked = await browser.open(path);
    assert.equal(asked.path, `/signin?next=${encodeURIComponent(path)}`);
    assert.equal((await browser.submit(asked, "/signin", { username, password })).path, path);
  }
});

test("/signout ends the session, by a form and never by a link", async () => {
  const { id, browser } = await signedIn();
  const asked = await browser.open("/signout");
  assert.equal((await browser.open("/account")).path, "/account");
  const cookie = browser.cookies.get("session")!;
  const left = await browser.submit(asked, "/signout");
  assert.match(textOf(left), /You are signed out/);
  assert.ok(!browser.cookies.has("session"));
  browser.cookies.set("session", cookie);
  assert.match((await browser.open("/account")).path, /^\/signin/, "the cookie is worth nothing");
  assert.equal((await events(id)).at(-1), "session.revoked");
});

test("T167 a user ends one session or all others, and never one of another user", async () => {
  const { id, username, password, browser } = await signedIn();
  const stranger = await signedIn();
  const login = async () => await (await sentinel.fetch("/login", { form: { username, password } })).json();
  const [first, second] = [await login(), await login()];
  const page = await browser.open("/account");
  assert.match(textOf(page), /3 sessions, the newest first/);
  await db.query("test", "update sessions set amr = '{pwd,pop,mfa}' where user_id = $1", [id]);
  assert.match(textOf(await browser.open("/account")), /Device Address Signed in with .* Password, Passkey /);
  const ids = [...page.html.matchAll(/name="id" value="([^"]+)"/g)].map(([, each]) => each!);
  assert.equal(ids.length, 2, "this one has no button");
  const [strangers] = await db.query<{ id: string }>("test", "select id from sessions where user_id = $1", [
    stranger.id,
  ]);
  assert.equal((await browser.submit(page, "/account/sessions/end", { id: strangers!.id })).status, 404);
  assert.equal((await stranger.browser.open("/account")).path, "/account");
  const one = await browser.submit(page, "/account/sessions/end", { id: ids[0]! });
  assert.match(textOf(one), /Session ended/);
  const statusOf = async ({ access_token }: { access_token: string }) =>
    (await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${access_token}` } })).status;
  assert.deepEqual([await statusOf(first), await statusOf(second)], [200, 401]);
  const others = await browser.submit(one, "/account/sessions/end-others");
  assert.match(textOf(others), /Signed out everywhere else/);
  assert.deepEqual([await statusOf(first), others.path], [401, "/account?done=others_ended"]);
  assert.ok(id);
});

test("/account/password changes the password, ends other sessions and keeps this one", async () => {
  const { username, password, browser } = await signedIn();
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  const page = await browser.open("/account/password");
  const wrong = await browser.submit(page, "/account/password", {
    current_password: "wrong",
    new_password: newPassword(),
  });
  assert.deepEqual([wrong.status, /This is not your current password/.test(wrong.html)], [403, true]);
  const short = await browser.submit(page, "/account/password", { current_password: password, new_password: "short" });
  assert.equal(short.status, 422);
  assert.match(
    short.html,
    /id="new_password"[^>]*aria-invalid="true" aria-describedby="new_password-error new_password-hint"/,
  );
  const new_password = newPassword();
  const done = await browser.submit(page, "/account/password", { current_password: password, new_password });
  assert.match(textOf(done), /Password changed/);
  assert.equal(
    (await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${access_token}` } })).status,
    401,
  );
  assert.equal((await sentinel.fetch("/login", { form: { username, password: new_password } })).status, 200);
});

test("T173 a change of the password asks for a sign-in of the last 10 minutes, in the same session", async () => {
  const { id, username, password, browser } = await signedIn();
  const page = await browser.open("/account/password");
  const before = browser.cookies.get("session")!;
  await db.query("test", "update sessions set auth_time = now() - interval '10 minutes 1 second' where user_id = $1", [
    id,
  ]);
  const late = await browser.submit(page, "/account/password", {
    current_password: password,
    new_password: newPassword(),
  });
  assert.deepEqual([late.status, /sign_in_required/.test(late.html)], [403, true]);
  assert.equal((await sentinel.fetch("/login", { form: { username, password } })).status, 200, "nothing was changed");
  const asked = await browser.open("/account/password");
  assert.equal(asked.path, "/signin?next=%2Faccount%2Fpassword&again=1");
  assert.match(asked.html, new RegExp(`value="${username}"`));
  const led = await browser.submit(asked, "/signin", { password });
  assert.deepEqual([led.status, led.path], [200, "/account/password"]);
  assert.deepEqual((await events(id)).filter((action) => action.startsWith("session.")), [
    "session.created",
    "session.created",
    "session.reauthenticated",
  ]);
  const after = browser.cookies.get("session")!;
  const rows = await db.query("test", "select from sessions where user_id = $1 and kind = 'browser'", [id]);
  assert.equal(rows.length, 1);
  browser.cookies.set("session", before);
  assert.match((await browser.open("/account")).path, /^\/signin/, "an older counter is refused");
  browser.cookies.set("session", after);
  assert.equal((await browser.open("/account")).path, "/account", "and is no theft");
});

test("another user who signs in again in the same browser ends the session of the first", async () => {
  const { id, browser } = await signedIn();
  const other = await newUser();
  const first = browser.cookies.get("session")!;
  const page = await browser.open("/signin?again=1");
  const led = await browser.submit(page, "/signin", { username: other.username, password: other.password });
  assert.match(textOf(led), new RegExp(`Signed in as ${other.username}`));
  browser.cookies.set("session", first);
  assert.match((await browser.open("/account")).path, /^\/signin/);
  const [{ revoked }] = await db.query<{ revoked: boolean }>(
    "test",
    "select revoked_at is not null as revoked from sessions where user_id = $1",
    [id],
  ) as [{ revoked: boolean }];
  assert.equal(revoked, true);
});

test("/account/delete deletes the account for its password", async () => {
  const { id, username, password, browser } = await signedIn();
  const page = await browser.open("/account/delete");
  assert.equal((await browser.submit(page, "/account/delete", { current_password: "wrong" })).status, 403);
  await browser.submit(page, "/account/delete", { current_password: password });
  assert.deepEqual(await db.query("test", "select from users where id = $1", [id]), []);
  assert.ok(!browser.cookies.has("session"));
  assert.equal((await sentinel.fetch("/login", { form: { username, password } })).status, 401);
});

test("/signup creates an account by the rules of POST /register, and signs in", async () => {
  const browser = openBrowser(sentinel);
  const username = `u${crypto.randomUUID()}`;
  const page = await browser.open("/signup?next=/account/password");
  const refused: [Record<string, string>, RegExp][] = [
    [{ username, password: "short" }, /id="password"[^>]*aria-invalid/],
    [{ username: "admin", password: newPassword() }, /id="username"[^>]*aria-invalid/],
    [{ username: "no spaces", password: newPassword() }, /id="username"[^>]*aria-invalid/],
    [{ username: "", email: "", password: newPassword() }, /id="username"[^>]*aria-invalid/],
    [{ email: "no address", password: newPassword() }, /id="email"[^>]*aria-invalid/],
  ];
  for (const [members, expected] of refused) {
    const shown = await browser.submit(page, "/signup", members);
    assert.equal(shown.status, 422, JSON.stringify(members));
    assert.match(shown.html, expected);
  }
  const password = newPassword();
  const led = await browser.submit(page, "/signup", { username, email: `${username}@example.com`, password });
  assert.equal(led.path, "/account/password");
  assert.match(textOf(led), new RegExp(`Signed in as ${username}`));
  const again = openBrowser(sentinel);
  const taken = await again.submit(await again.open("/signup"), "/signup", { username, password: newPassword() });
  assert.deepEqual([taken.status, /Choose another one/.test(textOf(taken))], [409, true]);
});

test("T217 no page changes anything for a form of another site, and T218 for a GET", async () => {
  const { browser } = await signedIn();
  const pages = sentinel.app.operations.filter(({ success }) => success.kind === "html");
  const before = await rowCounts(sentinel);
  for (const { method, path: pattern, body } of pages) {
    const path = pattern.replaceAll(/\{\w+\}/g, crypto.randomUUID());
    if (method === "get") await browser.open(path);
    else if (body!.foreign) await browser.post(path, {}, { "sec-fetch-site": "cross-site" });
    else {
      for (const site of ["cross-site", "same-site"]) {
        const shown = await browser.post(path, { form_token: "x".repeat(43) }, { "sec-fetch-site": site });
        assert.equal(shown.status, 403, path);
      }
      assert.equal((await browser.post(path, { form_token: "x".repeat(43) })).status, 403, path);
    }
  }
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("every page answers HTML with its headers, to everybody and in both languages", async () => {
  const pages = sentinel.app.operations.filter(({ success, method }) => success.kind === "html" && method === "get");
  assert.ok(pages.length >= 6);
  for (const language of ["en", "de"]) {
    const { browser } = await signedIn({ "accept-language": language });
    for (const visitor of [openBrowser(sentinel, { "accept-language": language }), browser]) {
      for (const { path } of pages) {
        const { html, response } = await visitor.open(path); // the contract of a page is checked by the harness
        if (response.headers.has("content-disposition")) continue;
        assert.match(html, new RegExp(`<html lang="${language}">`), path);
        assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
      }
    }
  }
});

test("every operation of the API answers a cookie alone as it answers nobody", async () => {
  const { browser } = await signedIn();
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const guarded = sentinel.app.operations.filter(({ success, access }) =>
    success.kind !== "html" && !["anyone", "optional"].includes(access.kind)
  );
  assert.ok(guarded.length > 40);
  for (const { method, path } of guarded) {
    const concrete = path.replaceAll(/\{\w+\}/g, crypto.randomUUID());
    const body = method === "post" && path.startsWith("/oauth/") ? { form: { token: "x" } } : {}; // clients may authenticate in the form
    const response = await sentinel.fetch(concrete, { method: method.toUpperCase(), headers: { cookie }, ...body });
    assert.equal(response.status, 401, `${method} ${path}`);
  }
});

test("a session that ends elsewhere ends in the browser, at once", async () => {
  const deeds: [string, (user: { id: string }) => Promise<unknown>][] = [
    ["revoked", ({ id }) => db.transaction((tx) => sentinel.sessionRevocation.revokeSessionsIn(tx, id, localActor))],
    ["disabled", ({ id }) => sentinel.users.change(id, { disabled: true }, () => true, localActor)],
    ["another password", ({ id }) => sentinel.users.change(id, { password: newPassword() }, () => true, localActor)],
    ["too old", ({ id }) => db.query("test", "update sessions set expires_at = now() where user_id = $1", [id])],
    [
      "idle",
      ({ id }) =>
        db.query("test", "update sessions set last_seen_at = now() - interval '366 days' where user_id = $1", [id]),
    ],
    ["deleted", ({ id }) => sentinel.users.remove(id, () => true, localActor)],
  ];
  for (const [name, deed] of deeds) {
    const { id, browser } = await signedIn();
    await deed({ id });
    assert.match((await browser.open("/account")).path, /^\/signin/, name);
  }
});

test("a use of the session is stored once a minute, and sets its cookie anew", async () => {
  const { id, browser } = await signedIn();
  const seen = async () =>
    (await db.query<{ at: Date }>("test", "select last_seen_at as at from sessions where user_id = $1", [id]))[0]!.at
      .getTime();
  const first = await seen();
  const fresh = await browser.open("/account");
  assert.deepEqual([await seen(), fresh.response.headers.getSetCookie()], [first, []]);
  await db.query("test", "update sessions set last_seen_at = now() - interval '61 seconds' where user_id = $1", [id]);
  const later = await browser.open("/account");
  assert.ok(await seen() >= first);
  assert.match(
    later.response.headers.getSetCookie().join(),
    /^session=snt_sc_[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/,
  );
});

test("docs/sign-in-pages.md names every page for users", async () => {
  const guide = await Deno.readTextFile(new URL("../../docs/sign-in-pages.md", import.meta.url));
  for (const { path, success } of sentinel.app.operations) {
    if (success.kind === "html" && !path.startsWith("/console")) assert.ok(guide.includes(`\`${path}\``), path);
  }
});
