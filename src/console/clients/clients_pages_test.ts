import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newApplication } from "../../testing/people/applications.ts";
import { textOf } from "../../testing/people/browser.ts";
import { browserOf, consoleBrowser } from "../../testing/people/console.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

/** Sends the browser to the application's address with this ending, as a request without PKCE. */
async function beginSignIn(id: string, redirectUri: string): Promise<void> {
  const query = new URLSearchParams({
    client_id: id,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid",
  });
  await sentinel.fetch(`/oauth/authorize?${query}`, { headers: { accept: "text/html" }, redirect: "manual" });
  await sentinel.clientRefusals.flush();
}

test("GET /console/clients/{id} explains why the shop's login fails, with the differing characters marked", async () => {
  const { id, redirectUri } = await newApplication(sentinel, { name: "Shop" });
  await beginSignIn(id, `${redirectUri}/`);
  const { browser } = await browserOf(sentinel, "admin");
  const list = await browser.open("/console/clients?q=shop");
  assert.match(list.html, new RegExp(`<a href="/console/clients/${id}">Shop</a>`));
  assert.match(list.html, /<span class="state bad">Address not registered<\/span>/);
  const page = await browser.open(`/console/clients/${id}`);
  assert.match(textOf(page), /Requests of this client were refused, last at \d{4}-\d\d-\d\d \d\d:\d\d UTC\./);
  assert.match(
    textOf(page),
    /Probably a typing error in the application: correct it there, or register this address \./,
  );
  assert.match(textOf(page), /It is mended when you try again and no newer refusal appears/);
  assert.match(textOf(page), /“Page”: the user saw a page of Sentinel, and nothing went to the application\./);
  assert.match(textOf(page), /It does not test what the application sends\./);
  assert.match(page.html, /<nav class="crumbs dim"[^>]*><a href="\/console\/clients">Clients<\/a><\/nav>/);
  assert.match(textOf(page), /The redirect_uri ends with a slash that the registered address does not have\./);
  assert.ok(page.html.includes(`<code>${redirectUri}<mark>/</mark></code>`));
  assert.ok(page.html.includes(`<code>${redirectUri}</code>`));
  const way = `/console/clients/${id}/edit?redirect_uris=${encodeURIComponent(`${redirectUri}/`)}`;
  assert.ok(page.html.includes(`<a href="${way}">register this address</a>`));
});

test("a refusal whose cause was mended alarms nobody, in the list and at the client", async () => {
  const { id, redirectUri } = await newApplication(sentinel, { name: "Mended" });
  await beginSignIn(id, `${redirectUri}/`);
  await sentinel.oauthClients.change(id, { redirect_uris: [redirectUri, `${redirectUri}/`] }, () => true, localActor);
  const { browser } = await browserOf(sentinel, "admin");
  assert.doesNotMatch((await browser.open("/console/clients?q=mended")).html, /state bad/);
  const text = textOf(await browser.open(`/console/clients/${id}`));
  assert.doesNotMatch(text, /Requests of this client were refused/);
  assert.match(text, /this would not be refused any more/);
});

test("a refusal of another address is no typing error, and where characters are missing those around are marked", async () => {
  const { id, redirectUri } = await newApplication(sentinel, { name: "Mistyped" });
  const { browser } = await browserOf(sentinel, "admin");
  await beginSignIn(id, redirectUri.slice(0, -1));
  const short = await browser.open(`/console/clients/${id}`);
  assert.ok(short.html.includes(`<code>${redirectUri.slice(0, -2)}<mark>${redirectUri.at(-2)}</mark></code>`));
  await beginSignIn(id, redirectUri.replace(/.(.)$/, "$1"));
  const gap = await browser.open(`/console/clients/${id}`);
  assert.ok(gap.html.includes(`<mark>${redirectUri.at(-3)}${redirectUri.at(-1)}</mark></code>`));
  const { id: other } = await newApplication(sentinel, { name: "Elsewhere" });
  await beginSignIn(other, "https://elsewhere.example.org/callback");
  const elsewhere = textOf(await browser.open(`/console/clients/${other}`));
  assert.match(elsewhere, /Change it in the application, or register this address \./);
});

test("a user who denies, or is not signed in, is nothing to mend", async () => {
  const { id } = await newApplication(sentinel, { name: "Silent" });
  sentinel.clientRefusals.note(id, "login_required: the user has to sign in");
  await sentinel.clientRefusals.flush();
  const { browser } = await browserOf(sentinel, "admin");
  const text = textOf(await browser.open(`/console/clients/${id}`));
  assert.match(text, /nobody was signed in/);
  assert.doesNotMatch(text, /Requests of this client were refused/);
});

test("a secret that was replaced is named by its last characters", async () => {
  const { id, secret } = await newApplication(sentinel, { name: "Rotated" });
  const [first] = await sentinel.clientSecrets.list(id);
  await sentinel.clientSecrets.remove(id, first!.id, localActor);
  await sentinel.fetch("/oauth/token", {
    form: { grant_type: "client_credentials", client_id: id, client_secret: secret },
  });
  await sentinel.clientRefusals.flush();
  const { browser } = await browserOf(sentinel, "admin");
  const page = await browser.open(`/console/clients/${id}`);
  assert.match(textOf(page), new RegExp(`not one that this client has.*The secret ends with ${secret.slice(-4)}\\.`));
  assert.match(textOf(page), /No secret: the client cannot authenticate\./);
});

test("a reader of clients sees no deed, a name is shown as text, and nobody else enters", async () => {
  const { id } = await newApplication(sentinel, { name: "<img src=x>" });
  const { browser } = await consoleBrowser(sentinel, "clients:read");
  const page = await browser.open(`/console/clients/${id}`);
  assert.equal(page.status, 200);
  assert.ok(!page.html.includes("<img"));
  assert.doesNotMatch(page.html, new RegExp(`/console/clients/${id}/(edit|delete|disable|secrets)`));
  assert.equal((await browser.open(`/console/clients/${crypto.randomUUID()}`)).status, 404);
  const { browser: other } = await consoleBrowser(sentinel, "users:read");
  assert.equal((await other.open("/console/clients")).status, 403);
});

test("the list of clients finds by the beginning of a name and by state, page by page", async () => {
  for (let n = 0; n < 52; n++) await newApplication(sentinel, { name: `Many ${n}` });
  const { browser } = await browserOf(sentinel, "admin");
  const first = await browser.open("/console/clients?q=many&state=enabled");
  assert.match(textOf(first), /The first 50, the newest first\./);
  const next = /rel="next"[^>]* href="([^"]*)"/.exec(first.html)![1]!.replaceAll("&amp;", "&");
  assert.match(textOf(await browser.open(next)), /The next 2, the newest first\./);
  assert.match(
    textOf(await browser.open("/console/clients?q=many&state=disabled")),
    /No client matches these filters\./,
  );
});
