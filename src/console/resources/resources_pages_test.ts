import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newClient } from "../../testing/people/clients.ts";
import { textOf } from "../../testing/people/browser.ts";
import { browserOf, consoleBrowser } from "../../testing/people/console.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const newUri = () => `https://${crypto.randomUUID()}.example.com`;

test("an API is registered, changed and deleted in the console", async () => {
  const { browser } = await browserOf(sentinel, "admin");
  const uri = newUri();
  const form = { name: "Documents", uri, scopes: "documents:read  documents:write", alg: "ES256", ttl_seconds: "600" };
  const shown = await browser.submit(await browser.open("/console/resources/new"), "/console/resources/new", form);
  assert.match(textOf(shown), /The API is registered\..*documents:read documents:write/);
  assert.match(shown.html, new RegExp(`audience: &quot;${uri}&quot;`));
  const path = shown.path.split("?")[0]!;
  const changed = await browser.submit(await browser.open(`${path}/edit`), `${path}/edit`, {
    ...{ name: "Papers", alg: "EdDSA", ttl_seconds: "300" },
  });
  assert.match(textOf(changed), /The API is changed\..*Papers|Papers.*The API is changed\./);
  assert.match(textOf(await browser.open("/console/resources")), /Papers .* EdDSA 300 s/);
  await newClient(sentinel, { resources: [uri], scopes: [] });
  const used = await browser.submit(await browser.open(`${path}/delete`), `${path}/delete`);
  assert.equal(used.status, 409);
  assert.match(textOf(used), /A client may still get tokens for it\./);
  await sentinel.db.query("free", "delete from client_resources");
  assert.match(textOf(await browser.submit(used, `${path}/delete`)), /The API is deleted\./);
  const [event] = await sentinel.db.query<{ via: string }>(
    "event",
    "select facts->>'via' as via from audit_events where action = 'api_resource.deleted'",
  );
  assert.equal(event!.via, "console");
});

test("an API is opened to clients that registered themselves by a box, which stays checked, and closed again", async () => {
  const { browser } = await browserOf(sentinel, "admin");
  const sent = { name: "Open", uri: newUri(), scopes: "", alg: "ES256", ttl_seconds: "600" };
  const form = await browser.open("/console/resources/new");
  assert.match(
    textOf(form),
    /Clients that registered themselves, or describe themselves in a document, may get tokens for it/,
  );
  const opened = await browser.submit(form, "/console/resources/new", { ...sent, open_to_dynamic: "on" });
  assert.match(textOf(opened), /Self-registered clients Get tokens for it/);
  const path = opened.path.split("?")[0]!;
  const isOpen = async () => (await sentinel.apiResources.find(path.split("/").at(-1)!)).open_to_dynamic;
  assert.equal(await isOpen(), true);
  const edit = await browser.open(`${path}/edit`);
  assert.match(edit.html, /<input type="checkbox" id="open_to_dynamic"[^>]* checked/);
  const { uri: _, ...kept } = sent;
  const revision = /name="revision" value="([^"]+)"/.exec(edit.html)![1]!;
  const form_token = edit.html.split(`action="${path}/edit"`)[1]!.match(/name="form_token" value="([^"]+)"/)![1]!;
  await browser.post(`${path}/edit`, { ...kept, revision, form_token });
  assert.equal(await isOpen(), false);
  assert.match(textOf(await browser.open(path)), /Self-registered clients Get none/);
});

test("an API that is refused keeps the form, with the reason beside its field", async () => {
  const { browser } = await browserOf(sentinel, "admin");
  const uri = newUri();
  const send = async (more: object) =>
    await browser.submit(await browser.open("/console/resources/new"), "/console/resources/new", {
      ...{ name: "Documents", uri, scopes: "", alg: "ES256", ttl_seconds: "600", ...more },
    });
  assert.match(textOf(await send({ uri: "nothing" })), /An absolute URI in ASCII/);
  assert.match(
    (await send({ scopes: 'a"b' })).html,
    /id="scopes"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="scopes"/,
  );
  assert.equal((await send({ ttl_seconds: "1" })).status, 422);
  await send({});
  assert.match(textOf(await send({})), /An API with this address is registered already\./);
});

test("who may only see APIs changes none", async () => {
  const { browser } = await consoleBrowser(sentinel, "api_resources:read");
  const page = await browser.open("/console/resources");
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.html, /\/console\/resources\/new/);
  assert.equal((await browser.open("/console/resources/new")).status, 403);
});
