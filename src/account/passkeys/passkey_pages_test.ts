import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { type Authenticator, createAuthenticator } from "../../testing/factors/authenticator.ts";
import { type Browser, formsIn, openBrowser, type Shown, textOf } from "../../testing/people/browser.ts";
import { newPasskey } from "../../testing/factors/passkeys.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

async function newUser() {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  const { id } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  return { id, username, password };
}

async function signedIn(user: { username: string; password: string }): Promise<Browser> {
  const { username, password } = user;
  const browser = openBrowser(sentinel);
  await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  return browser;
}

/** What the form for a passkey asks the browser. */
const optionsIn = ({ html }: Shown) => JSON.parse(/data-options="(\{[^"]*)"/.exec(html)![1]!.replaceAll("&quot;", '"'));

const credentialOf = (answer: object) => ({ credential: JSON.stringify(answer) });

/** Does what the script of the page does with the form that is sent to `action`. */
async function submitPasskey(browser: Browser, shown: Shown, action: string, by: Authenticator, more = {}) {
  const { challenge_id = "", publicKey } = optionsIn(shown);
  const does = /data-passkey="(\w+)"/.exec(shown.html)![1];
  const answer = does === "create" ? by.create(publicKey) : by.get(publicKey);
  return await browser.submit(shown, action, { challenge_id, ...credentialOf(answer), ...more });
}

/** Signs in with a passkey alone, by the page. */
async function signInByPasskey(browser: Browser, by: Authenticator, odd = {}) {
  const page = await browser.open("/signin");
  const [, path, token] = /data-options="(\/[\w/]+)" data-token="([\w-]{43})"/.exec(page.html)!;
  const headers = { "x-form-token": token!, "sec-fetch-site": "same-origin", cookie: cookiesOf(browser) };
  const asked = await sentinel.fetch(path!, { method: "POST", headers, form: {} });
  const { challenge_id, publicKey } = await asked.json();
  assert.deepEqual(publicKey.allowCredentials, []);
  return await browser.submit(page, "/signin/passkey", { challenge_id, ...credentialOf(by.get(publicKey, odd)) });
}

const cookiesOf = ({ cookies }: Browser) => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");

const sessionsOf = async (id: string) =>
  await db.query<{ aal: number; amr: string[] }>("test", "select aal, amr from sessions where user_id = $1", [id]);

test("T274 /account/factors/passkeys adds a passkey for the password, with recovery codes to print, and renames it", async () => {
  const user = await newUser();
  const browser = await signedIn(user);
  const device = createAuthenticator();
  const add = await browser.open("/account/factors/passkeys/add");
  const wrong = await browser.submit(add, "/account/factors/passkeys/add", { current_password: "another", name: "x" });
  assert.deepEqual([wrong.status, /data-passkey/.test(wrong.html)], [403, false]);
  const asked = await browser.submit(wrong, "/account/factors/passkeys/add", {
    current_password: user.password,
    name: "<b>Laptop",
  });
  assert.match(asked.html, /<form [^>]*data-passkey="create"[^>]* hidden>/);
  assert.match(asked.html, /data-without-passkeys/);
  const shown = await submitPasskey(browser, asked, "/account/factors/passkeys/create", device);
  assert.equal([...shown.html.matchAll(/<li><code>/g)].length, 10);
  assert.match(shown.html, /<button type="button" data-print hidden>/);
  const list = await browser.open("/account");
  assert.match(textOf(list), /Passkey <b>Laptop.*10 of 10 left/);
  const rename = await browser.open(/\/account\/factors\/passkeys\/rename\?id=[\w-]+/.exec(list.html)![0]);
  const renamed = await browser.submit(rename, "/account/factors/passkeys/rename", { name: "Desk" });
  assert.match(textOf(renamed), /Passkey renamed\..*Passkey Desk/);
  const again = await browser.submit(
    asked,
    "/account/factors/passkeys/create",
    credentialOf(device.create(optionsIn(asked).publicKey)),
  );
  assert.equal(again.status, 422, "the form of a challenge that was used, without it");
});

test("T276 a user signs in on the page with a passkey alone, with the user verified, and in the browser that asked", async () => {
  const user = await newUser();
  const { authenticator } = await newPasskey(sentinel, user.id);
  const browser = openBrowser(sentinel);
  const page = await browser.open("/signin");
  assert.match(page.html, /autocomplete="username webauthn"/);
  assert.match(page.html, /data-autofill/);
  const unverified = await signInByPasskey(browser, authenticator, { uv: false });
  assert.deepEqual([unverified.status, /does not sign you in/.test(textOf(unverified))], [403, true]);
  assert.deepEqual(await sessionsOf(user.id), []);
  const shown = await signInByPasskey(browser, authenticator);
  assert.equal(shown.path, "/account");
  assert.deepEqual(await sessionsOf(user.id), [{ aal: 2, amr: ["pop", "user", "mfa"] }]);
  const fresh = await browser.open("/account/data");
  assert.ok(fresh.response.headers.has("content-disposition"), "it is a sign-in with two factors");
});

test("a challenge is answered only in the browser that asked for it, and only by the form of this server", async () => {
  const user = await newUser();
  const { authenticator } = await newPasskey(sentinel, user.id);
  const [browser, other] = [openBrowser(sentinel), openBrowser(sentinel)];
  const page = await browser.open("/signin");
  const token = /data-token="([\w-]{43})"/.exec(page.html)![1]!;
  const ask = (headers: Record<string, string>) =>
    sentinel.fetch("/signin/passkey/options", { method: "POST", form: {}, headers });
  const [site, cookie] = [{ "sec-fetch-site": "same-origin" }, cookiesOf(browser)];
  assert.equal((await ask({ ...site, cookie })).status, 403, "no token");
  assert.equal((await ask({ "sec-fetch-site": "cross-site", cookie, "x-form-token": token })).status, 403);
  assert.equal((await ask({ ...site, "x-form-token": token })).status, 403, "no cookie");
  const { challenge_id, publicKey } = await (await ask({ ...site, cookie, "x-form-token": token })).json();
  const answer = { challenge_id, ...credentialOf(authenticator.get(publicKey)) };
  const there = await other.submit(await other.open("/signin"), "/signin/passkey", answer);
  assert.deepEqual([there.status, /does not sign you in/.test(textOf(there))], [403, true]);
  assert.deepEqual(await sessionsOf(user.id), []);
});

test("T275 a passkey is the second factor on the page, and proves who removes it", async () => {
  const user = await newUser();
  const { authenticator } = await newPasskey(sentinel, user.id, { uv: false });
  const browser = openBrowser(sentinel);
  const { username, password } = user;
  const asked = await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  assert.match(textOf(asked), /Prove that it is you/);
  assert.ok(!browser.cookies.has("session"));
  const [stranger, strange] = [createAuthenticator(), await newUser()];
  await newPasskey(sentinel, strange.id, {}, stranger);
  const { publicKey } = optionsIn(asked);
  const forged = stranger.get({ ...publicKey, allowCredentials: [] });
  const refused = await browser.submit(asked, "/signin/factor", credentialOf(forged));
  assert.deepEqual([refused.status, /The passkey was not accepted/.test(textOf(refused))], [403, true]);
  const shown = await submitPasskey(browser, refused, "/signin/factor", authenticator);
  assert.equal(shown.path, "/account");
  assert.deepEqual(await sessionsOf(user.id), [{ aal: 2, amr: ["pwd", "pop", "mfa"] }]);
  const link = /\/account\/factors\/remove\?id=[\w-]+/.exec(shown.html)![0];
  const removal = await browser.open(link);
  const wrong = await browser.submit(removal, "/account/factors/remove", {
    ...{ challenge_id: optionsIn(removal).challenge_id },
    ...credentialOf(forged),
  });
  assert.deepEqual([wrong.status, /The passkey was not accepted/.test(textOf(wrong))], [403, true]);
  const removed = await submitPasskey(browser, wrong, "/account/factors/remove", authenticator);
  assert.match(textOf(removed), /Your password alone signs you in/);
  assert.deepEqual(await sentinel.factors.kindsOf(db, user.id), []);
});

test("without JavaScript the second step with a passkey leads to a recovery code, and to what to do after a loss", async () => {
  const user = await newUser();
  await newPasskey(sentinel, user.id);
  const { replaceRecoveryCodes } = await import("../../credentials/recovery_codes/recovery_codes.ts");
  const [code] = await db.transaction((tx) => replaceRecoveryCodes(tx, user.id));
  const browser = openBrowser(sentinel);
  const { username, password } = user;
  const asked = await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  const links = [...asked.html.matchAll(/<li><a href="([^"]+)"/g)].map(([, href]) => href!.replaceAll("&amp;", "&"));
  const lost = await browser.open(links.find((href) => href.startsWith("/signin/lost"))!);
  assert.match(textOf(lost), /An administrator can remove your second factors/);
  const way = /href="(\/signin\/factor[^"]+)"/.exec(lost.html)![1]!.replaceAll("&amp;", "&");
  const shown = await browser.submit(await browser.open(way), "/signin/factor", { code: code! });
  assert.equal(shown.path, "/account");
  assert.match(textOf(await openBrowser(sentinel).open("/signin/lost")), /Lost your phone or passkey/);
});

test("T171 nobody renames the passkey of another user, or finishes what another session began", async () => {
  const [victim, thief] = [await newUser(), await newUser()];
  const { id } = await newPasskey(sentinel, victim.id);
  const browser = await signedIn(thief);
  assert.equal((await browser.open(`/account/factors/passkeys/rename?id=${id}`)).status, 404);
  const [mine, theirs] = [browser, await signedIn(await newUser())];
  const add = await theirs.open("/account/factors/passkeys/add");
  assert.ok(formsIn(add.html).length > 0);
  const own = await mine.open("/account/factors/passkeys/add");
  const asked = await mine.submit(own, "/account/factors/passkeys/add", { current_password: thief.password });
  const { challenge_id, publicKey } = optionsIn(asked);
  const form = await theirs.open("/account/factors/passkeys/add");
  const token = formsIn(form.html).at(-1)!.members;
  const posted = await theirs.post("/account/factors/passkeys/create", {
    form_token: token.form_token!,
    challenge_id,
    ...credentialOf(createAuthenticator().create(publicKey)),
  });
  assert.equal(posted.status, 403);
});
