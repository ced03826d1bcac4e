import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { type Authenticator, createAuthenticator } from "../../testing/factors/authenticator.ts";
import { type Browser, openBrowser, type Shown, textOf } from "../../testing/people/browser.ts";
import { newApp, totpCode } from "../../testing/factors/factors.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false, settings: { SENTINEL_MFA: "required" } });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, clock } = sentinel;

/** A user without a factor, whose password a browser has sent. */
async function halfSignedIn(language = "en") {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  const { id } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  const browser = openBrowser(sentinel, { "accept-language": language });
  const opened = await browser.open("/signin?next=/account/factors");
  const page = await browser.submit(opened, "/signin", { username, password });
  return { id, username, password, browser, page };
}

const secretIn = ({ html }: Shown) => /<code>((?:[A-Z2-7]{4} ?)+)<\/code>/.exec(html)?.[1]?.replaceAll(" ", "");
const codeOf = (shown: Shown, steps = 0) => totpCode(secretIn(shown)!, Math.floor(clock.now() / 30_000) + steps);
const codesIn = ({ html }: Shown) =>
  [...html.matchAll(/<code>((?:[0-9A-Z]{4}-?){6})<\/code>/g)].map(([, code]) => code);

const sessionsOf = async (id: string) =>
  await db.query<{ aal: number }>("test", "select aal from sessions where user_id = $1", [id]);

test("T268 a sign-in without a required factor sets one up without JavaScript, and no session exists before", async () => {
  const { id, username, browser, page } = await halfSignedIn();
  assert.match(page.path, /^\/signin\/enrol\?/);
  assert.match(textOf(page), /Your account takes two steps to sign in/);
  assert.match(page.html, /<form [^>]*data-passkey="create"[^>]* hidden>/, "the script shows it");
  assert.deepEqual([browser.cookies.has("session"), await sessionsOf(id)], [false, []]);
  assert.match((await browser.open("/account")).path, /^\/signin/, "the account is closed");
  const shown = await browser.submit(page, "/signin/enrol");
  assert.match(shown.response.headers.get("cache-control")!, /no-store/);
  assert.ok(shown.html.includes("<svg role"));
  const wrong = await browser.submit(shown, "/signin/enrol/confirm", { code: "000000" });
  assert.deepEqual([wrong.status, secretIn(wrong)], [403, undefined], "the secret is shown once");
  const enrolled = await browser.submit(wrong, "/signin/enrol/confirm", { code: codeOf(shown) });
  assert.deepEqual([enrolled.status, codesIn(enrolled).length], [200, 10]);
  assert.match(enrolled.html, /<a class="button primary" href="\/account\/factors">/);
  assert.deepEqual(await sessionsOf(id), [{ aal: 2 }]);
  assert.match(textOf(await browser.open("/account")), new RegExp(username));
});

/** What the script of the page asks for when the button for a passkey is pressed. */
async function askForPasskey(browser: Browser, page: Shown): Promise<Shown> {
  const [, path, token] = /data-options="(\/[^"]+)" data-token="([\w-]{43})"/.exec(page.html)!;
  return await browser.post(path!.replaceAll("&amp;", "&"), {}, { "x-form-token": token! });
}

const submitPasskey = (browser: Browser, page: Shown, passkey: object) =>
  browser.submit(page, "/signin/enrol/passkey", { challenge_id: "", credential: JSON.stringify(passkey) });

async function addPasskey(browser: Browser, page: Shown, device: Authenticator, odd = {}): Promise<Shown> {
  const { publicKey } = JSON.parse((await askForPasskey(browser, page)).html);
  return await submitPasskey(browser, page, device.create(publicKey, odd));
}

test("T268 a passkey is the required factor of a sign-in, after another try", async () => {
  const { id, username, browser, page } = await halfSignedIn();
  const device = createAuthenticator();
  const refused = await addPasskey(browser, page, device, { origin: "https://sentinel.example.com" });
  assert.deepEqual([refused.status, /The passkey was not accepted/.test(textOf(refused))], [422, true]);
  assert.deepEqual([browser.cookies.has("session"), await sessionsOf(id)], [false, []]);
  const enrolled = await addPasskey(browser, refused, device);
  assert.deepEqual([enrolled.status, codesIn(enrolled).length], [200, 10]);
  assert.match(enrolled.html, /<a class="button primary" href="\/account\/factors">/);
  assert.deepEqual(await sessionsOf(id), [{ aal: 2 }]);
  assert.match(textOf(await browser.open("/account")), new RegExp(username));
});

test("T255 a passkey is asked for and added only in the browser in which the sign-in was begun", async () => {
  const [own, other] = [await halfSignedIn(), await halfSignedIn()];
  const [ownStep, otherStep] = [own, other].map(({ page }) => /step=([\w-]{36})/.exec(page.path)![1]!);
  const page = { ...other.page, html: other.page.html.replaceAll(otherStep!, ownStep!) };
  const asked = await askForPasskey(other.browser, page);
  assert.deepEqual([asked.status, /login_expired/.test(textOf(asked))], [403, true]);
  const { publicKey } = JSON.parse((await askForPasskey(own.browser, own.page)).html);
  const passkey = createAuthenticator().create(publicKey);
  const posted = await submitPasskey(other.browser, page, passkey);
  assert.deepEqual([posted.status, /This sign-in has expired/.test(textOf(posted))], [403, true]);
  assert.deepEqual([await sessionsOf(own.id), await sessionsOf(other.id)], [[], []]);
  assert.equal((await submitPasskey(own.browser, own.page, passkey)).status, 200);
});

test("a set-up page that was left open leads to a new picture, and the way back stays", async () => {
  const { browser, page } = await halfSignedIn();
  const [first, second] = [await browser.submit(page, "/signin/enrol"), await browser.submit(page, "/signin/enrol")];
  const stale = await browser.submit(first, "/signin/enrol/confirm", { code: codeOf(first) });
  assert.deepEqual([stale.status, /Wrong code/.test(textOf(stale))], [403, true], "the step has a newer secret");
  assert.match(stale.html, /\/signin\/enrol\?step=/);
  assert.equal((await browser.submit(second, "/signin/enrol/confirm", { code: codeOf(second) })).status, 200);
});

test("a set-up that was replaced in another browser says so, and begins anew", async () => {
  const { username, password, browser, page } = await halfSignedIn();
  const shown = await browser.submit(page, "/signin/enrol");
  const other = openBrowser(sentinel);
  const there = await other.submit(await other.open("/signin"), "/signin", { username, password });
  await other.submit(there, "/signin/enrol");
  const stale = await browser.submit(shown, "/signin/enrol/confirm", { code: codeOf(shown) });
  assert.deepEqual([stale.status, /This picture no longer counts/.test(textOf(stale))], [409, true]);
  const again = await browser.submit(stale, "/signin/enrol");
  assert.equal((await browser.submit(again, "/signin/enrol/confirm", { code: codeOf(again) })).status, 200);
});

test("T255 a set-up goes on only in the browser in which it was begun", async () => {
  const { id, browser, page } = await halfSignedIn();
  const shown = await browser.submit(page, "/signin/enrol");
  const other = openBrowser(sentinel);
  await other.open("/signin");
  assert.match((await other.open(page.path)).path, /^\/signin\?/);
  const posted = await other.post(page.path.replace("enrol?", "enrol/confirm?"), { code: codeOf(shown) });
  assert.equal(posted.status, 403);
  assert.deepEqual(await sessionsOf(id), []);
});

test("T268 a factor that was added meanwhile ends the set-up, and the sign-in asks for it", async () => {
  const { id, username, password, browser, page } = await halfSignedIn();
  const shown = await browser.submit(page, "/signin/enrol");
  await newApp(sentinel, id);
  const refused = await browser.submit(shown, "/signin/enrol/confirm", { code: codeOf(shown) });
  assert.deepEqual([refused.status, /This sign-in has expired/.test(textOf(refused))], [403, true]);
  const next = await browser.submit(refused, "/signin", { username, password });
  assert.match(next.path, /^\/signin\/factor/);
});

test("the pages of the set-up exist in German", async () => {
  const { browser, page } = await halfSignedIn("de");
  assert.match(textOf(page), /Zweistufige Anmeldung einrichten/);
  assert.match(textOf(await browser.submit(page, "/signin/enrol")), /Einschalten und anmelden/);
});

test("T268 a new account signs in only after the set-up, by the page and by the API", async () => {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  const browser = openBrowser(sentinel);
  const page = await browser.submit(await browser.open("/signup"), "/signup", { username, password });
  assert.match(page.path, /^\/signin\/enrol\?/);
  assert.ok(!browser.cookies.has("session"));
  const registered = await sentinel.fetch("/register", { json: { username: `${username}2`, password } });
  assert.deepEqual([registered.status, "access_token" in await registered.json()], [201, false]);
  const login = await sentinel.fetch("/login", { json: { username: `${username}2`, password } });
  assert.deepEqual([login.status, (await login.json()).enrolment], [403, true]);
  const names = [username, `${username}2`];
  const rows = await db.query(
    "test",
    "select from sessions s join users u on u.id = s.user_id where u.username = any($1)",
    [names],
  );
  assert.equal(rows.length, 0);
});
