import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newApplication } from "../../testing/people/applications.ts";
import { textOf } from "../../testing/people/browser.ts";
import { browserOf, consoleBrowser } from "../../testing/people/console.ts";
import { localActor } from "../../vocabulary/actor.ts";

const settings = { SENTINEL_CLIENT_REGISTRATION: "open" };
const sentinel = await startSentinel({ lasting: false, settings });
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

/** A client that registered itself over the wire; answers its id. */
async function registeredItself(client_name: string): Promise<string> {
  const answer = await sentinel.fetch("/oauth/register", {
    json: {
      client_name,
      client_uri: "https://about.example.net/notes",
      redirect_uris: ["https://notes.example.com/a", "https://notes.example.com/b", "https://other.example.org/c"],
    },
  });
  return (await answer.json()).client_id;
}

test("the list of clients finds by source, and names no client that registered itself without its hosts", async () => {
  const id = await registeredItself("Bank of Self");
  await newApplication(sentinel, { name: "Bank of Admin" });
  const { browser } = await browserOf(sentinel, "admin");
  const known = "https://notes.example.com, https://other.example.org (Bank of Self)";
  const found = await browser.open("/console/clients?q=bank+of&source=dynamic");
  assert.ok(found.html.includes(`<a href="/console/clients/${id}">${known}</a>`), found.html);
  assert.match(found.html, /<option value="dynamic" selected>Registered itself<\/option>/);
  assert.doesNotMatch(textOf(found), /Bank of Admin/);
  const others = textOf(await browser.open("/console/clients?q=bank+of&source=admin"));
  assert.deepEqual([/Bank of Self/.test(others), /Bank of Admin/.test(others)], [false, true]);
  const none = await browser.open("/console/clients?q=bank+of&source=document");
  assert.match(textOf(none), /No client matches these filters\./);
  const page = await browser.open(`/console/clients/${id}`);
  assert.ok(page.html.includes(`<h1>${known}</h1>`));
  assert.match(
    textOf(page),
    /Source Registered itself Home page, as it says itself about\.example\.net Last used Never/,
  );
});

test("GET /console/clients/{id} shows the URL of a client that describes itself, and when it was last used", async () => {
  const id = await registeredItself("Described");
  const url = "https://app.example.net/client.json";
  await sentinel.db.query(
    "test",
    "update clients set source = 'document', url = $2, last_used_at = '2026-01-02T03:00:00Z' where id = $1",
    [id, url],
  );
  const { browser } = await browserOf(sentinel, "admin");
  const page = await browser.open(`/console/clients/${id}`, { "accept-language": "de" });
  assert.ok(page.html.includes("<h1>app.example.net (Described)</h1>"));
  assert.match(
    textOf(page),
    new RegExp(`Client-ID ${url.replaceAll(".", "\\.")} Herkunft Durch sein Dokument beschrieben`),
  );
  assert.match(textOf(page), /Zuletzt benutzt 2026-01-02 03:00/);
});

test("the page of a client that an administrator created says nothing of a source", async () => {
  const { id } = await newApplication(sentinel, { name: "Own" });
  const { browser } = await browserOf(sentinel, "admin");
  assert.doesNotMatch(textOf(await browser.open(`/console/clients/${id}`)), /Source|Home page/);
});
