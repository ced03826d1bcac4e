import assert from "node:assert/strict";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { type Browser, openBrowser, type Shown, textOf } from "../../testing/people/browser.ts";
import {
  answerIn,
  type Application,
  authorizePath,
  newApplication,
  othersApplication,
} from "../../testing/people/applications.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

type Changed = Parameters<typeof authorizePath>[1];
type Credentials = { username: string; password: string };

/** A new user and their password. */
async function newUser(): Promise<Credentials & { id: string }> {
  const given = { username: `u${crypto.randomUUID()}`, password: `words ${crypto.randomUUID()}` };
  const { id } = await sentinel.registrations.create(given, ["user"], localActor);
  return { ...given, id };
}

const signIn = (browser: Browser, shown: Shown, { username, password }: Credentials) =>
  browser.submit(shown, "/signin", { username, password });

/** A browser in which a new user is signed in. */
async function signedIn() {
  const user = await newUser();
  const browser = openBrowser(sentinel);
  await signIn(browser, await browser.open("/signin"), user);
  return { user, browser };
}

const ask = (browser: Browser, application: Application, changed: Changed = {}) =>
  browser.open(authorizePath(application, changed));

const decide = (browser: Browser, shown: Shown, decision: "allow" | "deny") =>
  browser.submit(shown, "/consent", { decision });

const isAsked = (shown: Shown) => {
  assert.equal(shown.status, 200, shown.html);
  assert.ok(shown.path.startsWith("/consent?flow="), shown.path);
};

/** What the application was told, which the browser was sent to. */
function told({ path }: Shown, { redirectUri }: Application) {
  assert.ok(path.startsWith(`${redirectUri}?`), path);
  return answerIn(path);
}

const isLetIn = (shown: Shown, application: Application) =>
  assert.match(told(shown, application).code ?? shown.path, /^snt_ac_/);

async function codeOf(shown: Shown, application: Application) {
  const { code } = told(shown, application);
  return (await db.transaction((tx) => sentinel.authorizationCodes.consumeIn(tx, code!)))!.code;
}

const events = async (id: string) =>
  (await db.query<{ action: string }>("test", "select action from audit_events where actor_id = $1 order by id", [id]))
    .map(({ action }) => action);

test("a first-party client lets a user in after the sign-in, which names it, and asks nothing", async () => {
  const application = await newApplication(sentinel, { name: "Ledger & <b>Sons</b>" });
  const browser = openBrowser(sentinel);
  const form = await ask(browser, application, { login_hint: "ada@example.com", ui_locales: "fr-CA de en" });
  assert.ok(form.path.startsWith("/signin?next=%2Fconsent%3Fflow%3D"), form.path);
  assert.match(form.html, /Danach geht es weiter zu <b>Ledger &amp; &lt;b&gt;Sons&lt;\/b&gt;<\/b>/);
  assert.match(form.html, /value="ada@example\.com"/);
  assert.ok(new TextEncoder().encode(form.html).length <= 20_000);
  const user = await newUser();
  const refused = await signIn(browser, form, { ...user, password: "wrong" });
  assert.equal(refused.status, 403);
  assert.match(refused.html, /<html lang="de">[^]*Danach geht es weiter zu/);
  const led = await signIn(browser, refused, user);
  isLetIn(led, application);
  assert.deepEqual(told(led, application).state, "a state");
  const code = await codeOf(led, application);
  assert.equal(code.userId, user.id);
  assert.deepEqual(await events(user.id), ["session.created"], "the sign-in in the application counts at the exchange");
});

test("T254 a user is asked once for each scope, and again for a new one", async () => {
  const application = await othersApplication(sentinel);
  const { user, browser } = await signedIn();
  const page = await ask(browser, application, { scope: "openid email" });
  isAsked(page);
  const text = textOf(page);
  assert.match(text, /Ledger wants access to your account/);
  assert.ok(text.includes(`Signed in as ${user.username} .`), text);
  assert.match(text, /See your e-mail address.* email .*you return to https:\/\/ledger\.example\.com/);
  assert.doesNotMatch(text, /offline_access|See your roles/);
  const led = await decide(browser, page, "allow");
  assert.match(led.html, /<h1>You return to Ledger<\/h1>[^]*<a class="button primary" href="https:\/\/ledger/);
  assert.deepEqual((await codeOf(led, application)).scopes, ["openid", "email"]);
  isLetIn(await ask(browser, application, { scope: "openid email" }), application);
  isLetIn(await ask(browser, application, { scope: "openid" }), application);
  const more = await ask(browser, application, { scope: "openid profile" });
  isAsked(more);
  isLetIn(await decide(browser, more, "allow"), application);
  isLetIn(await ask(browser, application, { scope: "openid email profile" }), application);
  isAsked(await ask(browser, application, { prompt: "consent" }));
  assert.deepEqual(await events(user.id), ["session.created", "consent.granted", "consent.granted"]);
});

test("a user who denies access returns with access_denied, and nothing is remembered", async () => {
  const application = await othersApplication(sentinel);
  const { user, browser } = await signedIn();
  const page = await ask(browser, application);
  const denied = await decide(browser, page, "deny");
  const { error, state, iss } = told(denied, application);
  assert.deepEqual([error, state, iss], ["access_denied", "a state", sentinel.settings.SENTINEL_PUBLIC_URL]);
  const again = await decide(browser, page, "allow");
  assert.deepEqual([again.status, /Start again/.test(again.html)], [403, true], "the flow is over");
  isAsked(await ask(browser, application));
  assert.deepEqual(await events(user.id), ["session.created"]);
});

test("T254 a consent that another site sends, or another browser, changes nothing", async () => {
  const application = await othersApplication(sentinel);
  const { browser } = await signedIn();
  const page = await ask(browser, application);
  const form_token = /name="form_token" value="([^"]*)"/.exec(page.html)![1]!;
  const other = await signedIn();
  const own = await ask(other.browser, application);
  const before = await rowCounts(sentinel);
  for (const headers of [{ "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }]) {
    const sent = await browser.post(page.path, { form_token, decision: "allow" }, headers);
    assert.equal(sent.status, 403);
  }
  const foreign = await other.browser.post(page.path, { form_token, decision: "allow" });
  assert.deepEqual([foreign.status, /form_refused/.test(foreign.html)], [403, true]);
  const ownToken = /name="form_token" value="([^"]*)"/.exec(own.html)![1]!;
  const taken = await other.browser.post(page.path, { form_token: ownToken, decision: "allow" });
  assert.deepEqual([taken.status, /Start again/.test(taken.html)], [403, true]);
  assert.deepEqual(await rowCounts(sentinel), before);
  isLetIn(await decide(browser, page, "allow"), application);
});

test("T255 a flow that an attacker began is of no use in the browser of a victim, signed in or not", async () => {
  const application = await newApplication(sentinel);
  const attacker = openBrowser(sentinel);
  const form = await ask(attacker, application);
  const next = decodeURIComponent(/next=([^&]+)/.exec(form.path)![1]!);
  const { browser: victim } = await signedIn();
  const stopped = await victim.open(next);
  assert.equal(stopped.status, 403);
  assert.match(textOf(stopped), /Start again.*was begun in another browser/);
  assert.equal(stopped.response.headers.get("location"), null);
  const fresh = openBrowser(sentinel);
  const shown = await fresh.open(`/signin?next=${encodeURIComponent(next)}`);
  assert.doesNotMatch(shown.html, /Ledger/, "nor does the sign-in say what it is for");
  const led = await signIn(fresh, shown, await newUser());
  assert.equal(led.status, 403);
  for (const flow of ["", crypto.randomUUID(), "x", "%00"]) {
    assert.equal((await victim.open(`/consent?flow=${flow}`)).status, 403, flow);
  }
  assert.equal((await victim.open("/consent")).status, 403);
  isLetIn(await signIn(attacker, form, await newUser()), application);
});

test("T244 prompt=none never shows a page", async () => {
  const application = await newApplication(sentinel);
  const asking = await othersApplication(sentinel);
  const { browser } = await signedIn();
  const nobody = openBrowser(sentinel);
  const before = await rowCounts(sentinel);
  const errorOf = async (who: Browser, of: Application, changed: Changed) =>
    told(await ask(who, of, { prompt: "none", ...changed }), of).error;
  assert.equal(await errorOf(nobody, application, {}), "login_required");
  assert.equal(await errorOf(nobody, application, { max_age: "10000" }), "login_required");
  assert.equal(await errorOf(browser, asking, {}), "consent_required");
  assert.equal(await errorOf(browser, application, { max_age: "0" }), "login_required");
  for (const prompt of ["none login", "none consent", "login none", "never", "Login", "none  none x"]) {
    assert.equal(await errorOf(browser, application, { prompt }), "invalid_request", prompt);
  }
  assert.deepEqual(await rowCounts(sentinel), before, "nothing was stored");
  isLetIn(await ask(browser, application, { prompt: "none" }), application);
});

test("T244 prompt=login, select_account and max_age ask for a sign-in since then, of whatever user", async () => {
  const application = await newApplication(sentinel);
  const { user, browser } = await signedIn();
  const age = (seconds: number) =>
    db.query("test", "update sessions set auth_time = now() - make_interval(secs => $2) where user_id = $1", [
      user.id,
      seconds,
    ]);
  await age(5_000);
  isLetIn(await ask(browser, application, { max_age: "10000" }), application);
  isLetIn(await ask(browser, application, { max_age: "9999999999" }), application);
  for (const changed of [{ prompt: "login" }, { max_age: "0" }, { max_age: "1" }, { max_age: "4900" }]) {
    await age(5_000);
    const form = await ask(browser, application, changed);
    assert.match(form.path, /^\/signin\?next=%2Fconsent%3Fflow%3D[^&]+&again=1$/, JSON.stringify(changed));
    assert.match(form.html, new RegExp(`<h1>Sign in again</h1>[^]*value="${user.username}"`));
    const next = decodeURIComponent(/next=([^&]+)/.exec(form.path)![1]!);
    assert.match((await browser.open(next)).path, /^\/signin\?/, "without it, nothing goes on");
    isLetIn(await signIn(browser, form, user), application);
  }
  const choose = await ask(browser, application, { prompt: "select_account" });
  assert.doesNotMatch(choose.html, new RegExp(user.username));
  const other = await newUser();
  const led = await signIn(browser, choose, other);
  assert.equal((await codeOf(led, application)).userId, other.id);
  for (const max_age of ["-1", "1.5", "abc", String(2 ** 53), "1e3", " 1"]) {
    assert.equal(told(await ask(browser, application, { max_age }), application).error, "invalid_request", max_age);
  }
});

test("T244 an id_token_hint of another user is login_required, one of nobody is refused", async () => {
  const application = await newApplication(sentinel);
  const { user, browser } = await signedIn();
  const other = await newUser();
  const now = Math.floor(Date.now() / 1_000);
  const hint = (sub: string, aud = application.id) =>
    sentinel.idTokens.sign(
      { sub, aud, sid: crypto.randomUUID(), iat: now - 7_200, exp: now - 3_600, auth_time: now - 7_200, user: {} },
      "ES256",
    );
  const [own, others] = [await hint(user.id), await hint(other.id)];
  const answer = async (id_token_hint: string, more: Changed = {}) =>
    told(await ask(browser, application, { id_token_hint, ...more }), application);
  assert.match((await answer(own)).code!, /^snt_ac_/);
  assert.match((await answer(own, { prompt: "none" })).code!, /^snt_ac_/);
  assert.equal((await answer(others)).error, "login_required");
  assert.equal((await answer(others, { prompt: "none" })).error, "login_required");
  for (const wrong of ["x", `${own}x`, own.split(".").slice(0, 2).join(".") + ".", await hint(user.id, other.id)]) {
    assert.equal((await answer(wrong)).error, "invalid_request", wrong);
  }
  const nobody = openBrowser(sentinel);
  const form = await ask(nobody, application, { id_token_hint: own });
  const led = await signIn(nobody, form, other);
  assert.equal(told(led, application).error, "login_required", "another user than the hint's has signed in");
  const logs = await sentinel.logs();
  for (const token of [own, others]) assert.ok(!logs.includes(token.split(".")[2]!));
});

test("two applications in two tabs both let the user in, whichever form is sent first, or is stale", async () => {
  const [ledger, diary] = [
    await newApplication(sentinel),
    await newApplication(sentinel, { name: "Diary", redirect_uris: ["https://diary.example.com/"] }),
  ];
  const user = await newUser();
  const browser = openBrowser(sentinel);
  const first = await ask(browser, ledger);
  const second = await ask(browser, diary);
  isLetIn(await signIn(browser, first, user), ledger);
  const stale = await signIn(browser, second, user);
  assert.equal(stale.status, 403);
  assert.match(textOf(stale), /This form is too old/);
  const [, again] = /<a class="button primary" href="([^"]+)">Open the page again/.exec(stale.html)!;
  isLetIn(await browser.open(again!.replaceAll("&amp;", "&")), diary);
  const third = await ask(browser, ledger, { prompt: "login" });
  await signIn(browser, await browser.open("/signin?again=1"), user);
  isLetIn(await browser.open(decodeURIComponent(/next=([^&]+)/.exec(third.path)![1]!)), ledger);
});

test("a consent is asked for again where any program could be the client, unless it is first-party", async () => {
  const wish = { application_type: "native" as const, isPublic: true };
  const loopback = await othersApplication(sentinel, { ...wish, redirect_uris: ["http://127.0.0.1/callback"] });
  const own = await othersApplication(sentinel, { ...wish, redirect_uris: ["com.example.app:/callback"] });
  const claimed = await othersApplication(sentinel, wish);
  const firstParty = await newApplication(sentinel, { ...wish, redirect_uris: ["http://[::1]/cb"] });
  const { browser } = await signedIn();
  for (const application of [loopback, own]) {
    for (let time = 0; time < 2; time++) {
      const page = await ask(browser, application);
      isAsked(page);
      const led = await decide(browser, page, "allow");
      if (application === loopback) isLetIn(led, application);
      else {
        assert.doesNotMatch(led.html, /http-equiv="refresh"/, "a browser opens an application only by a click");
        assert.match(led.html, /<a class="button primary" href="com\.example\.app:\/callback\?code=snt_ac_/);
      }
    }
    const silent = await ask(browser, application, { prompt: "none" });
    assert.match(silent.path, /error=consent_required/);
  }
  isLetIn(await decide(browser, await ask(browser, claimed), "allow"), claimed);
  isLetIn(await ask(browser, claimed, { prompt: "none" }), claimed);
  isLetIn(await ask(browser, firstParty), firstParty);
});

test("offline_access counts only by prompt=consent, or by a consent that lists it", async () => {
  for (const firstParty of [false, true]) {
    const application = await newApplication(sentinel, { first_party: firstParty });
    const { browser } = await signedIn();
    const scope = "openid offline_access";
    const first = await ask(browser, application, { scope });
    assert.doesNotMatch(first.html, /offline_access/);
    const without = await codeOf(firstParty ? first : await decide(browser, first, "allow"), application);
    assert.deepEqual([without.scopes, without.offline], [["openid"], false]);
    const page = await ask(browser, application, { scope, prompt: "consent" });
    isAsked(page);
    assert.match(textOf(page), /Keep its access while you are signed out/);
    const asked = await codeOf(await decide(browser, page, "allow"), application);
    assert.deepEqual([asked.scopes, asked.offline], [["openid", "offline_access"], true]);
    const remembered = await codeOf(await ask(browser, application, { scope }), application);
    assert.deepEqual([remembered.scopes, remembered.offline], [["openid", "offline_access"], true]);
    const all = await codeOf(await ask(browser, application, { scope: "openid" }), application);
    assert.equal(all.offline, false);
  }
});

test("form_post answers a consent by a form too, and an error as well", async () => {
  const application = await othersApplication(sentinel);
  const { browser } = await signedIn();
  for (const [decision, member] of [["deny", "error"], ["allow", "code"]] as const) {
    const page = await ask(browser, application, { response_mode: "form_post" });
    const form = await decide(browser, page, decision);
    assert.match(form.html, /<form method="post" action="https:\/\/ledger\.example\.com\/callback">/);
    assert.match(form.html, new RegExp(`<input type="hidden" name="${member}" value="`));
  }
});

test("prompt=create leads to the sign-up and back, with somebody signed in or not", async () => {
  const application = await newApplication(sentinel);
  const { user, browser } = await signedIn();
  for (const visitor of [openBrowser(sentinel), browser]) {
    const form = await ask(visitor, application, { prompt: "create" });
    assert.match(form.path, /^\/signup\?next=%2Fconsent%3Fflow%3D/);
    assert.match(form.html, /Afterwards you go on to <b>Ledger<\/b>/);
    const username = `u${crypto.randomUUID()}`;
    const led = await visitor.submit(form, "/signup", {
      username,
      email: "",
      password: `words ${crypto.randomUUID()}`,
    });
    const { userId } = await codeOf(led, application);
    const [row] = await db.query<{ username: string }>("test", "select username from users where id = $1", [userId]);
    assert.equal(row!.username, username);
    assert.notEqual(userId, user.id);
  }
});

test("what has changed since a flow began counts: the client, its addresses and its scopes", async () => {
  const { browser } = await signedIn();
  const changes: [string, RegExp][] = [
    ["disabled_at = now()", /disabled_client/],
    ["redirect_uris = '{https://other.example.com/}'", /redirect_uri_not_registered/],
    ["scopes = '{openid}'", /error=invalid_scope/],
  ];
  for (const [change, expected] of changes) {
    const application = await othersApplication(sentinel);
    const page = await ask(browser, application, { scope: "openid email" });
    isAsked(page);
    await db.query("test", `update clients set ${change} where id = $1`, [application.id]);
    sentinel.clients.forget(application.id);
    const led = await decide(browser, page, "allow");
    assert.match(led.html + led.path, expected);
    assert.doesNotMatch(led.html + led.path, /snt_ac_/);
  }
});

test("of two answers at once only one counts", async () => {
  const application = await othersApplication(sentinel);
  const { browser } = await signedIn();
  const page = await ask(browser, application);
  const answers = await Promise.all([1, 2, 3].map(() => decide(browser, page, "allow")));
  assert.equal(answers.filter(({ path }) => path.includes("code=")).length, 1);
  assert.equal(answers.filter(({ status }) => status === 403).length, 2);
});

testOnPostgres("a flow goes on at another process: after a restart, or at another replica", async () => {
  const application = await othersApplication(sentinel);
  const browser = openBrowser(sentinel);
  const form = await ask(browser, application);
  await using other = await startSentinel({ lasting: false, schema: sentinel.schema });
  const there = openBrowser(other);
  for (const [name, value] of browser.cookies) there.cookies.set(name, value);
  const page = await signIn(there, form, await newUser());
  isAsked(page);
  for (const [name, value] of there.cookies) browser.cookies.set(name, value);
  isLetIn(await decide(browser, page, "allow"), application);
});
