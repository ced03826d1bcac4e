import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newApplication } from "../../testing/people/applications.ts";
import { openBrowser, textOf } from "../../testing/people/browser.ts";
import { browserOf, consoleBrowser } from "../../testing/people/console.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

test("the start page tells the state of the server, what is wrong first, and links to it", async () => {
  const { browser } = await browserOf(sentinel, "admin");
  const well = await browser.open("/console");
  assert.match(textOf(well), /Nothing\. All checks below are normal\./);
  assert.match(textOf(well), /11 checks, worst first/);
  assert.match(textOf(well), /Sign-ins [1-9]/);
  assert.match(well.html, /href="\/console\/audit\?action=login\.failed"/);
  await sentinel.db.query(
    "test",
    `insert into outbox (id, kind, payload, dead_at) values ($1, 'mail', '{}', now())`,
    [crypto.randomUUID()],
  );
  const ill = await browser.open("/console");
  assert.match(ill.html, /<span class="state bad">Mail: 1 failed<\/span>/);
  assert.match(textOf(ill), /What it means Mail Failing 1 failed/);
  assert.match(textOf(ill), /Logout tokens Normal 0 failed/);
  await sentinel.db.query(
    "test",
    `insert into outbox (id, kind, payload, dead_at) values ($1, 'http', '{}', now())`,
    [crypto.randomUUID()],
  );
  const untold = await browser.open("/console");
  assert.match(untold.html, /<span class="state bad">Logout tokens: 1 failed<\/span>/);
  assert.match(untold.html, /href="\/console\/logout-tokens" aria-label="See why: Logout tokens"/);
});

test("the start page shows only what its reader may see", async () => {
  const { browser: guest } = await consoleBrowser(sentinel);
  assert.doesNotMatch((await guest.open("/console")).html, /<table|class="facts tiles"/);
  const { browser: auditor } = await consoleBrowser(sentinel, "audit:read");
  assert.match(textOf(await auditor.open("/console")), /2 checks, worst first/);
});

test("the start page names three clients that were refused within the hour, until they are mended", async () => {
  const { browser } = await consoleBrowser(sentinel, "clients:read");
  assert.match(textOf(await browser.open("/console")), /Nothing\. No client is refused\./);
  const clients: { id: string; redirectUri: string }[] = [];
  for (let n = 1; n <= 5; n++) {
    const client = await newApplication(sentinel, { name: `Shop ${n}` });
    clients.push(client);
    sentinel.clientRefusals.note(client.id, `redirect_uri not registered: ${client.redirectUri}/`);
  }
  await sentinel.clientRefusals.flush();
  const refused = await browser.open("/console");
  assert.match(
    textOf(refused),
    /Needs attention Refused clients: Shop \d \([^)]*\), Shop \d \([^)]*\), Shop \d \([^)]*\) and 2 more/,
  );
  assert.match(refused.html, /<a href="\/console\/clients\/[-0-9a-f]{36}">Shop \d<\/a>/);
  const { browser: auditor } = await consoleBrowser(sentinel, "audit:read");
  assert.doesNotMatch((await auditor.open("/console")).html, /Shop/);
  await sentinel.db.query("test", "update client_refusals set last_at = last_at - interval '61 minutes'");
  assert.match(textOf(await browser.open("/console")), /Nothing\. No client is refused\./);
  const [{ id, redirectUri }] = clients as [{ id: string; redirectUri: string }];
  sentinel.clientRefusals.note(id, `redirect_uri not registered: ${redirectUri}/`);
  sentinel.clientRefusals.note(clients[1]!.id, "access_denied: the user did not allow it");
  await sentinel.clientRefusals.flush();
  assert.match(textOf(await browser.open("/console")), /Refused clients: Shop 1 \([^)]*\) Their requests/);
  await sentinel.oauthClients.change(id, { redirect_uris: [`${redirectUri}/`] }, () => true, localActor);
  assert.match(textOf(await browser.open("/console")), /Nothing\. No client is refused\./);
});

test("whoever signs in from the start page lands where they belong", async () => {
  const home = await openBrowser(sentinel).open("/", { accept: "text/html" });
  const [href] = /(?<=href=")signin\?[^"]*/.exec(home.html)!;
  for (const [roles, path] of [[["admin"], "/console"], [[], "/account"]] as const) {
    const { username, password, browser } = await browserOf(sentinel, ...roles);
    browser.cookies.clear();
    const signedIn = await browser.submit(await browser.open(`/${href}`), "/signin", { username, password });
    assert.deepEqual([signedIn.status, signedIn.path], [200, path]);
  }
});
