import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";
import { openBrowser, textOf } from "../testing/people/browser.ts";
import { newSession } from "../testing/people/client_sessions.ts";
import { newClient } from "../testing/people/clients.ts";
import { localActor } from "../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const path = "/account/applications/remove";

/** A browser in which a new user is signed in. */
async function signedIn(headers: Record<string, string> = {}) {
  const username = `u${crypto.randomUUID()}`, password = `words ${crypto.randomUUID()}`;
  const { id } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  const browser = openBrowser(sentinel, headers);
  await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  return { id, browser };
}

/** An application of this name that the user allowed something, with a session. */
async function allow(userId: string, name: string) {
  const { id: clientId } = await newClient(sentinel, { name, redirect_uris: ["https://app.example.com/callback"] });
  const consent = { userId, clientId, scopes: ["openid", "email", "invoices:read"], resources: ["https://a.example"] };
  await db.transaction((tx) => sentinel.consents.rememberIn(tx, consent, localActor));
  const session = await newSession(sentinel, { userId, kind: "client", clientId });
  return { clientId, session };
}

test("/account lists the applications that the user allowed access, or says that there are none", async () => {
  const { id, browser } = await signedIn();
  assert.match(textOf(await browser.open("/account")), /Applications with access None\./);
  await allow(id, "<b>Ledger</b>");
  const page = await browser.open("/account");
  assert.match(page.html, /<b>&lt;b&gt;Ledger&lt;\/b&gt;<\/b>/);
  assert.match(textOf(page), /Allowed [\d-]{10} [\d:]{5} : who you are, your e-mail address, invoices:read, https:/);
  assert.match(textOf(page), /Signed in once\. Remove access…/);
});

test("/account/applications/remove asks first, then ends the access and the sessions of the application", async () => {
  const { id, browser } = await signedIn();
  const { clientId, session } = await allow(id, "Ledger");
  const asked = await browser.open(`${path}?client_id=${clientId}`);
  assert.match(textOf(asked), /Remove the access of Ledger\? Ledger loses: who you are, your e-mail address/);
  const isLive = async () => {
    const [row] = await db.query<{ live: boolean }>(
      "test",
      "select revoked_at is null as live from sessions where id = $1",
      [session],
    );
    return row!.live;
  };
  assert.equal(await isLive(), true, "a look changes nothing");
  const done = await browser.submit(asked, path);
  assert.match(textOf(done), /Access removed\. .* Applications with access None\./);
  assert.equal(await isLive(), false);
  const again = await browser.submit(asked, path);
  assert.equal(again.status, 404, "in another tab it is done already");
});

test("/account/applications/remove is in the language of the browser", async () => {
  const { id, browser } = await signedIn({ "accept-language": "de" });
  const { clientId } = await allow(id, "Ledger");
  assert.match(textOf(await browser.open("/account")), /Anwendungen mit Zugriff .* Einmal angemeldet\./);
  const asked = await browser.open(`${path}?client_id=${clientId}`);
  assert.match(textOf(asked), /Zugriff von Ledger entfernen\? Ledger verliert: wer Sie sind, Ihre E-Mail-Adresse/);
});

test("/account names a client that registered itself by where it leads, and only then what it calls itself, also in the sessions", async () => {
  for (const [language, removal] of [["en", "Remove the access of"], ["de", "Zugriff von"]] as const) {
    const { id, browser } = await signedIn({ "accept-language": language });
    const { clientId } = await allow(id, "Bank of Ledger");
    await db.query("test", "update clients set source = 'dynamic', own_api = false where id = $1", [clientId]);
    const known = "https://app.example.com (Bank of Ledger)";
    const account = await browser.open("/account");
    assert.equal(account.html.match(/Bank of Ledger/g)!.length, account.html.split(known).length - 1, account.html);
    assert.ok(account.html.includes(`<b>${known}</b>`));
    assert.match(account.html, /<th scope="row"><span title="[^"]*">https:\/\/app\.example\.com \(Bank of Ledger\)/);
    const asked = await browser.open(`${path}?client_id=${clientId}`);
    assert.ok(textOf(asked).includes(`${removal} ${known}`), textOf(asked));
    assert.match(textOf(await browser.submit(asked, path)), /None\.|Keine\./);
  }
});

test("/account/applications/remove concerns only the user's own, and takes no form of another page", async () => {
  const [one, other] = [await signedIn(), await signedIn()];
  const { clientId } = await allow(one.id, "Ledger");
  assert.equal((await other.browser.open(`${path}?client_id=${clientId}`)).status, 404);
  assert.equal((await other.browser.open(`${path}?client_id=x`)).status, 422);
  const signOut = (await one.browser.open("/account")).html.match(/name="form_token" value="([^"]+)"/)![1]!;
  const forged = await one.browser.post(path, { client_id: clientId, form_token: signOut });
  assert.equal(forged.status, 403);
  const crossSite = await one.browser.post(path, { client_id: clientId }, { "sec-fetch-site": "cross-site" });
  assert.equal(crossSite.status, 403);
  assert.match(textOf(await one.browser.open("/account")), /Ledger/);
});
