import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newApplication } from "../../testing/people/applications.ts";
import { formsIn, textOf } from "../../testing/people/browser.ts";
import { browserOf, consoleBrowser } from "../../testing/people/console.ts";
import { newKeyClient, newKeyPair } from "../../testing/people/key_clients.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

/** What the log says of the latest event about the client. */
async function lastEvent(id: string) {
  const [event] = await sentinel.db.query<{ action: string; via: string }>(
    "event",
    `select action, facts->>'via' as via from audit_events where subject_type = 'client' and subject_id = $1
     order by occurred_at desc, id desc limit 1`,
    [id],
  );
  return event;
}

test("the way out of a refusal opens the form with the address in it, and saving it mends the sign-in", async () => {
  const { id, redirectUri } = await newApplication(sentinel, { name: "Shop" });
  const { browser } = await browserOf(sentinel, "admin");
  const path = `/console/clients/${id}/edit`;
  const form = await browser.open(`${path}?redirect_uris=${encodeURIComponent(`${redirectUri}/`)}`);
  assert.match(textOf(form), new RegExp(`Added to the form, not saved yet: ${redirectUri}/`));
  assert.deepEqual((await sentinel.oauthClients.find(id)).redirect_uris, [redirectUri]);
  const values = [...form.html.matchAll(/name="redirect_uris"[^>]*|value="([^"]*)"[^>]*name="redirect_uris"/g)];
  assert.equal(values.length, 3);
  const { revision, form_token } = formsIn(form.html).find(({ action }) => action === path)!.members;
  const members = {
    name: "Shop",
    grant_types: ["authorization_code", "refresh_token"],
    scopes: "openid",
    revision,
    form_token,
  };
  const saved = await browser.post(path, { ...members, redirect_uris: [redirectUri, `${redirectUri}/`, ""] } as never);
  assert.match(textOf(saved), /The client is changed\./);
  const changed = await sentinel.oauthClients.find(id);
  assert.deepEqual(changed.redirect_uris, [redirectUri, `${redirectUri}/`]);
  assert.deepEqual(await lastEvent(id), { action: "client.changed", via: "console" });
  const stale = await browser.post(path, { ...members, redirect_uris: [redirectUri] } as never);
  assert.equal(stale.status, 412);
  assert.match(textOf(stale), /The client was changed meanwhile\./);
});

test("an address that cannot be registered is refused beside its field, and what was typed stays", async () => {
  const { id, redirectUri } = await newApplication(sentinel, { name: "Shop" });
  const { browser } = await browserOf(sentinel, "admin");
  const path = `/console/clients/${id}/edit`;
  const { revision, form_token } =
    formsIn((await browser.open(path)).html).find(({ action }) => action === path)!.members;
  const refused = await browser.post(path, {
    ...{ name: "Shop", grant_types: "authorization_code", revision, form_token },
    redirect_uris: [redirectUri, "http://shop.example.com/callback"],
  } as never);
  assert.equal(refused.status, 422);
  assert.match(refused.html, /id="redirect_uris-1"[^>]*aria-invalid="true"/);
  assert.match(textOf(refused), /A web application needs https/);
  assert.match(refused.html, /value="http:\/\/shop\.example\.com\/callback"/);
  assert.match(refused.html, /<title>Error: Edit Shop/);
});

test("the form sets where an application is told that sessions have ended, and refuses an address without TLS", async () => {
  const { id, redirectUri } = await newApplication(sentinel, { name: "Shop" });
  const { browser } = await browserOf(sentinel, "admin");
  const path = `/console/clients/${id}/edit`;
  const logoutOf = async () => {
    const { backchannel_logout_uri, backchannel_logout_session_required } = await sentinel.oauthClients.find(id);
    return [backchannel_logout_uri, backchannel_logout_session_required];
  };
  const members = {
    ...{ redirect_uris: redirectUri, grant_types: "authorization_code" },
    backchannel_logout_session_required: "on",
  };
  const save = async (uri: string) =>
    await browser.submit(await browser.open(path), path, { ...members, backchannel_logout_uri: uri });
  const refused = await save("http://shop.example.com/logout");
  assert.equal(refused.status, 422);
  assert.match(refused.html, /id="backchannel_logout_uri"[^>]*aria-invalid="true"/);
  assert.deepEqual(await logoutOf(), [null, false]);
  assert.match(textOf(await save("https://shop.example.com/logout")), /The client is changed\./);
  assert.deepEqual(await logoutOf(), ["https://shop.example.com/logout", true]);
  assert.match((await browser.open(path)).html, /value="https:\/\/shop\.example\.com\/logout"/);
  await save("");
  assert.equal((await logoutOf())[0], null);
});

test("the form of a device asks nothing of redirections, and keeps what it does not show", async () => {
  const device = await newApplication(sentinel, {
    ...{ name: "TV", redirect_uris: [], token_endpoint_auth_method: "none" },
    grant_types: ["urn:ietf:params:oauth:grant-type:device_code"],
  });
  const { browser } = await browserOf(sentinel, "admin");
  const path = `/console/clients/${device.id}/edit`;
  const form = await browser.open(path);
  assert.doesNotMatch(form.html, /name="(redirect_uris|backchannel_logout_uri|require_pkce)"/);
  const grant_types = "urn:ietf:params:oauth:grant-type:device_code";
  await browser.submit(form, path, { grant_types, first_party: "on" });
  const { first_party, require_pkce } = await sentinel.oauthClients.find(device.id);
  assert.deepEqual([first_party, require_pkce], [true, true]);
});

test("the wizard registers each kind of application, and shows its secret once, within blocks to paste", async () => {
  const { browser } = await browserOf(sentinel, "admin");
  const first = await browser.open("/console/clients/new");
  const kinds = [...first.html.matchAll(/\/console\/clients\/new\?kind=(\w+)/g)].map(([, kind]) => kind!);
  assert.deepEqual(kinds, ["web", "single_page", "native", "mcp", "device", "machine"]);
  for (const kind of kinds) {
    const form = await browser.open(`/console/clients/new?kind=${kind}`);
    const hasAddress = kind !== "machine" && kind !== "device";
    const isOnDevice = kind === "native" || kind === "mcp";
    const uri = isOnDevice
      ? `http://${kind === "mcp" ? "localhost" : "127.0.0.1"}/callback`
      : `https://${kind}.example.com/callback`;
    const made = await browser.submit(form, "/console/clients/new", {
      name: `The ${kind}`,
      ...(hasAddress && { redirect_uris: uri }),
    });
    assert.equal(made.status, 200, made.html);
    assert.match(textOf(made), new RegExp(`The ${kind} is registered`));
    const hasSecret = kind === "web" || kind === "machine";
    assert.equal(/snt_cs_[0-9A-Za-z]{60,}/.test(made.html), hasSecret, kind);
    const id = /href="\/console\/clients\/([0-9a-f-]{36})"/.exec(made.html)![1]!;
    const client = await sentinel.oauthClients.find(id);
    assert.deepEqual(client.redirect_uris, hasAddress ? [uri] : []);
    assert.equal(client.application_type, isOnDevice ? "native" : "web");
    assert.equal(client.native_localhost, kind === "mcp");
    assert.equal(client.token_endpoint_auth_method, hasSecret ? "client_secret_basic" : "none");
    assert.equal(client.service_account_id !== null, kind === "machine");
    const isDevice = client.grant_types.includes("urn:ietf:params:oauth:grant-type:device_code");
    assert.equal(isDevice, kind === "device");
    assert.doesNotMatch((await browser.open(`/console/clients/${id}`)).html, /snt_cs_[0-9A-Za-z]{60,}/);
    assert.deepEqual((await lastEvent(id))!.via, "console");
  }
});

test("the wizard keeps what was typed when the application is refused", async () => {
  const { browser } = await browserOf(sentinel, "admin");
  const refused = await browser.submit(
    await browser.open("/console/clients/new?kind=web"),
    "/console/clients/new",
    { name: "Typed", redirect_uris: "https://app.example.com/#x" },
  );
  assert.equal(refused.status, 422);
  assert.match(textOf(refused), /No fragment/);
  assert.match(refused.html, /value="Typed"/);
});

test("the wizard registers a client with keys in place of a secret: one JWK, or the address of its keys", async () => {
  const { browser } = await browserOf(sentinel, "admin");
  const { jwk, kid } = await newKeyPair();
  const path = "/console/clients/new";
  const register = async (kind: string, members: Record<string, string>) =>
    await browser.submit(await browser.open(`${path}?kind=${kind}`), path, { name: "Settlement", ...members });
  const clientIn = async ({ html }: { html: string }) => {
    assert.doesNotMatch(html, /snt_cs_/);
    return await sentinel.oauthClients.find(/href="\/console\/clients\/([0-9a-f-]{36})"/.exec(html)![1]!);
  };
  const machine = await clientIn(await register("machine", { jwks: JSON.stringify(jwk) }));
  assert.deepEqual([machine.token_endpoint_auth_method, machine.jwks?.keys.map((key) => key.kid)], [
    ...["private_key_jwt", [kid]],
  ]);
  assert.deepEqual(await sentinel.clientSecrets.list(machine.id), []);
  const redirect_uris = "https://settlement.example.com/callback", jwks_uri = "https://settlement.example.com/jwks";
  const web = await clientIn(await register("web", { redirect_uris, jwks_uri }));
  assert.deepEqual([web.token_endpoint_auth_method, web.jwks, web.jwks_uri], ["private_key_jwt", null, jwks_uri]);
  assert.doesNotMatch((await browser.open(`${path}?kind=native`)).html, /name="jwks/);
});

test("keys that cannot be registered are refused beside their field, and no client is created", async () => {
  const { browser } = await browserOf(sentinel, "admin");
  const { jwk } = await newKeyPair();
  const path = "/console/clients/new";
  const both = { jwks: JSON.stringify({ keys: [jwk] }), jwks_uri: "https://settlement.example.com/jwks" };
  const refusals: [Record<string, string>, "jwks" | "jwks_uri", RegExp][] = [
    [{ jwks: "<not json>" }, "jwks", /This is no JSON/],
    [{ jwks: JSON.stringify({ ...jwk, d: "x" }) }, "jwks", /a private or symmetric key must never leave its owner/],
    [{ jwks: "[]" }, "jwks", /./],
    [{ jwks_uri: "ftp://settlement.example.com/" }, "jwks_uri", /A URL with https/],
    [both, "jwks", /needs jwks or jwks_uri, and not both/],
  ];
  const name = `refused ${crypto.randomUUID()}`;
  for (const [members, field, message] of refusals) {
    const form = await browser.open(`${path}?kind=machine`);
    assert.match(form.html, /<details>\s*<summary>Keys in place of a secret/);
    const refused = await browser.submit(form, path, { name, ...members });
    assert.equal(refused.status, 422, JSON.stringify(members));
    assert.match(refused.html, /<details open>\s*<summary>Keys in place of a secret/);
    assert.match(
      refused.html,
      new RegExp(`id="${field}"[^>]*aria-invalid="true"[^>]*aria-describedby="${field}-error`),
    );
    const error = new RegExp(`id="${field}-error">([^<]*)<`).exec(refused.html)![1]!;
    assert.match(error, message);
  }
  const kept = await browser.submit(await browser.open(`${path}?kind=machine`), path, { name, jwks: "<not json>" });
  assert.match(kept.html, />&lt;not json&gt;<\/textarea>/, "what was typed stays");
  assert.ok((await sentinel.oauthClients.page(null, 100)).every((client) => client.name !== name));
});

test("the form of a client changes its keys, and one that takes keys loses its secrets", async () => {
  const keyed = await newKeyClient(sentinel);
  const { browser } = await browserOf(sentinel, "admin");
  const path = `/console/clients/${keyed.id}/edit`;
  const kids = async (id: string) => (await sentinel.oauthClients.find(id)).jwks?.keys.map(({ kid }) => kid);
  await browser.submit(await browser.open(path), path, { name: "Renamed" });
  const { name } = await sentinel.oauthClients.find(keyed.id);
  assert.deepEqual([name, await kids(keyed.id)], ["Renamed", [keyed.kid]], "the form has the keys");
  const { jwk, kid } = await newKeyPair();
  await browser.submit(await browser.open(path), path, { jwks: JSON.stringify({ keys: [jwk] }) });
  assert.deepEqual(await kids(keyed.id), [kid]);
  const none = await browser.submit(await browser.open(path), path, { jwks: "" });
  assert.equal(none.status, 422);
  assert.match(textOf(none), /private_key_jwt needs jwks or jwks_uri/);
  assert.deepEqual(await kids(keyed.id), [kid]);
  const jwks_uri = "https://settlement.example.com/jwks";
  await browser.submit(await browser.open(path), path, { jwks: "", jwks_uri });
  const moved = await sentinel.oauthClients.find(keyed.id);
  assert.deepEqual([moved.jwks, moved.jwks_uri], [null, jwks_uri]);
  const shop = await newApplication(sentinel, { name: "Shop" });
  const ofShop = `/console/clients/${shop.id}/edit`;
  await browser.submit(await browser.open(ofShop), ofShop, { name: "Shop 2" });
  assert.equal((await sentinel.clientSecrets.list(shop.id)).length, 1, "no keys: the secret stays");
  await browser.submit(await browser.open(ofShop), ofShop, { jwks: JSON.stringify(jwk) });
  assert.deepEqual(await kids(shop.id), [kid]);
  assert.deepEqual(await sentinel.clientSecrets.list(shop.id), []);
});

test("the form of a client with keys asks for a fresh sign-in before it takes new ones", async () => {
  const keyed = await newKeyClient(sentinel);
  const { browser, id } = await browserOf(sentinel, "admin");
  const path = `/console/clients/${keyed.id}/edit`;
  const form = await browser.open(path);
  await sentinel.db.query("test", "update sessions set auth_time = now() - interval '601 seconds' where user_id = $1", [
    id,
  ]);
  assert.match((await browser.open(path)).path, /^\/signin\?.*&again=1$/);
  const { jwk } = await newKeyPair();
  await browser.submit(form, path, { jwks: JSON.stringify(jwk) });
  assert.deepEqual((await sentinel.oauthClients.find(keyed.id)).jwks?.keys.map(({ kid }) => kid), [keyed.kid]);
});

test("a secret is rotated with an overlap, shown once, and revoked after its last use was told", async () => {
  const { id, secret } = await newApplication(sentinel, { name: "Shop" });
  const { browser } = await browserOf(sentinel, "admin");
  const path = `/console/clients/${id}/secrets`;
  const issued = await browser.submit(await browser.open(`${path}/new`), `${path}/new`, { overlap: "3600" });
  assert.match(textOf(issued), /The new secret of Shop/);
  assert.ok(!issued.html.includes(secret));
  const full = await browser.submit(await browser.open(`${path}/new`), `${path}/new`, { overlap: "3600" });
  assert.equal(full.status, 409);
  assert.match(textOf(full), /The client has two secrets\. Revoke one first\./);
  const [, older] = await sentinel.clientSecrets.list(id);
  const question = await browser.open(`${path}/revoke?secret_id=${older!.id}`);
  assert.match(
    textOf(question),
    new RegExp(`Revoke the secret that ends with ${older!.hint}\\? .* It was never used\\.`),
  );
  assert.match(textOf(await browser.submit(question, `${path}/revoke`)), /The secret is revoked\./);
  assert.equal((await sentinel.clientSecrets.list(id)).length, 1);
});

test("disabling, enabling, revoking tokens and deleting name their effects and are in the audit log", async () => {
  const { id } = await newApplication(sentinel, { name: "Shop" });
  const { browser } = await browserOf(sentinel, "admin");
  const path = `/console/clients/${id}`;
  const asked = await browser.open(`${path}/disable`);
  assert.match(textOf(asked), /Disable Shop\? .* Nobody can sign in to it/);
  const disabled = await browser.submit(asked, `${path}/disable`);
  assert.match(textOf(disabled), /The client is disabled\./);
  assert.deepEqual(await lastEvent(id), { action: "client.disabled", via: "console" });
  assert.match(textOf(await browser.submit(disabled, `${path}/enable`)), /The client is enabled\./);
  await browser.submit(await browser.open(`${path}/end-tokens`), `${path}/end-tokens`);
  assert.deepEqual(await lastEvent(id), { action: "client.tokens_revoked", via: "console" });
  const question = await browser.open(`${path}/delete`);
  const mistyped = await browser.submit(question, `${path}/delete`, { confirm: "Shap" });
  assert.equal(mistyped.status, 422);
  assert.equal((await browser.submit(question, `${path}/delete`, { confirm: "Shop" })).path, "/console/clients");
  assert.equal((await browser.open(path)).status, 404);
});

test("who may only read clients changes none, and a client that holds more than the reader is not theirs", async () => {
  const { id } = await newApplication(sentinel, { name: "Shop" });
  const { browser } = await consoleBrowser(sentinel, "clients:read");
  for (const page of ["edit", "disable", "delete", "end-tokens", "secrets/new", `secrets/revoke?secret_id=${id}`]) {
    assert.equal((await browser.open(`/console/clients/${id}/${page}`)).status, 403, page);
  }
  assert.equal((await browser.open("/console/clients/new")).status, 403);
  const { browser: writer } = await consoleBrowser(sentinel, "clients:read", "clients:write");
  const refused = await writer.submit(
    await writer.open("/console/clients/new?kind=machine"),
    "/console/clients/new",
    { name: "Reader", scopes: "users:read" },
  );
  assert.equal(refused.status, 403);
  assert.match(textOf(refused), /A client gets only permissions that you hold yourself/);
});
