import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { formsIn, openBrowser, type Shown, textOf } from "../../testing/people/browser.ts";
import { totpCode } from "../../testing/factors/factors.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, clock } = sentinel;

const password = "seven seas and one harbour";
const code = (secret: string, steps = 0) => totpCode(secret, Math.floor(clock.now() / 30_000) + steps);
const secretIn = (page: Shown) => /<code>([A-Z2-7 ]{39})<\/code>/.exec(page.html)?.[1]?.replaceAll(" ", "");
const codesIn = ({ html }: Shown) =>
  [...html.matchAll(/<code>((?:[0-9A-Z]{4}-){5}[0-9A-Z]{4})<\/code>/g)].map((m) => m[1]!);

async function signedIn(language = "en") {
  const username = `u${crypto.randomUUID()}`;
  const { id } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  const browser = openBrowser(sentinel, { "accept-language": language });
  await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  return { id, username, browser };
}

/** A user who has set up an app by the pages. */
async function withApp() {
  const user = await signedIn();
  const add = await user.browser.open("/account/factors/add");
  const setup = await user.browser.submit(add, "/account/factors/add", { name: "phone", current_password: password });
  const secret = secretIn(setup)!;
  const shown = await user.browser.submit(setup, "/account/factors/confirm", { code: code(secret) });
  return { ...user, secret, shown, codes: codesIn(shown) };
}

test("T270 /account/factors sets up an app without JavaScript: password, secret shown once, first code, recovery codes", async () => {
  const { browser } = await signedIn();
  const account = await browser.open("/account");
  assert.match(account.html, /href="\/account\/factors\/add"/);
  assert.match(textOf(await browser.open("/account/factors")), /Your password alone signs you in/);
  const add = await browser.open("/account/factors/add");
  const wrong = await browser.submit(add, "/account/factors/add", { name: "phone", current_password: "another" });
  assert.equal(wrong.status, 403);
  assert.match(textOf(wrong), /This is not your current password/);
  assert.equal(secretIn(wrong), undefined);
  const setup = await browser.submit(wrong, "/account/factors/add", { name: "phone", current_password: password });
  const secret = secretIn(setup)!;
  assert.match(setup.html, /<svg role="img" aria-label="QR code[^"]*" width="(\d+)" height="\1"/);
  assert.equal(setup.response.headers.get("cache-control"), "no-store");
  const refused = await browser.submit(setup, "/account/factors/confirm", { code: "000000" });
  assert.equal(refused.status, 403);
  assert.match(textOf(refused), /Wrong code/);
  assert.ok(!refused.html.includes("<svg role") && secretIn(refused) === undefined, "the secret is shown once");
  const shown = await browser.submit(refused, "/account/factors/confirm", { code: code(secret) });
  assert.deepEqual([shown.status, codesIn(shown).length], [200, 10]);
  const list = await browser.open("/account/factors?done=added");
  assert.match(textOf(list), /Two-step sign-in is on.*phone.*10 of 10 left/);
  assert.deepEqual(codesIn(list), []);
});

test("T268 the next sign-in asks for a code, and an app is removed by a code, not by the password", async () => {
  const { username, browser, codes, id } = await withApp();
  const other = openBrowser(sentinel);
  const asked = await other.submit(await other.open("/signin"), "/signin", { username, password });
  assert.match(asked.path, /^\/signin\/factor/);
  assert.ok(!other.cookies.has("session"));
  const link = /\/account\/factors\/remove\?id=[\w-]+/.exec((await browser.open("/account/factors")).html)![0];
  const removal = await browser.open(link);
  assert.ok(!("current_password" in formsIn(removal.html).at(-1)!.members));
  assert.match(textOf(removal), /your recovery codes stop working/);
  const refused = await browser.submit(removal, "/account/factors/remove", { code: "0000-0000" });
  assert.deepEqual([refused.status, await sentinel.factors.kindsOf(db, id)], [403, ["totp", "recovery_code"]]);
  const removed = await browser.submit(refused, "/account/factors/remove", { code: codes[0]! });
  assert.match(textOf(removed), /App removed/);
  assert.deepEqual(await sentinel.factors.kindsOf(db, id), []);
});

test("T272 new recovery codes replace the earlier ones, after a code of the app", async () => {
  const { browser, secret, codes, id } = await withApp();
  const asked = await browser.open("/account/factors/codes");
  const shown = await browser.submit(asked, "/account/factors/codes", { code: code(secret, 1) });
  const fresh = codesIn(shown);
  assert.equal(new Set([...fresh, ...codes]).size, 20);
  const client = { ip: null, user_agent: null, request_id: null };
  const prove = (given: string) =>
    db.transaction((tx) => sentinel.factors.verifyIn(tx, id, { type: "recovery_code", code: given }, client));
  assert.deepEqual([await prove(codes[0]!), await prove(fresh[0]!)], [undefined, { amr: ["otp"] }]);
});

test("a second app takes a code of the first, and another name", async () => {
  const { browser, codes } = await withApp();
  const add = await browser.open("/account/factors/add");
  const taken = await browser.submit(add, "/account/factors/add", { name: "phone", code: codes[0]! });
  assert.equal(taken.status, 409);
  assert.match(textOf(taken), /You have an app of this name/);
  const setup = await browser.submit(taken, "/account/factors/add", { name: "<b>tablet", code: codes[1]! });
  const list = await browser.submit(setup, "/account/factors/confirm", { code: code(secretIn(setup)!) });
  assert.equal(list.path, "/account/factors?done=added");
  assert.match(textOf(list), /phone.*<b>tablet/);
  assert.match(list.html, /&lt;b&gt;tablet/);
});

test("the pages of factors exist in German, and those of other users' factors do not", async () => {
  const [{ browser }, { browser: german }] = [await withApp(), await signedIn("de")];
  assert.match(textOf(await german.open("/account/factors")), /Ihr Passwort allein genügt/);
  const link = /\/account\/factors\/remove\?id=[\w-]+/.exec((await browser.open("/account/factors")).html)![0];
  assert.equal((await german.open(link)).status, 404);
});
