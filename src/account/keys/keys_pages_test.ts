import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { formsIn, openBrowser, textOf } from "../../testing/people/browser.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({
  settings: { SENTINEL_API_KEY_TTL_MAX_DAYS: "100", SENTINEL_API_KEYS_PER_USER_MAX: "2" },
  lasting: false,
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

async function signedIn(role = "user") {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  const { id } = await sentinel.registrations.create({ username, password }, [role], localActor);
  const browser = openBrowser(sentinel);
  await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  return { id, browser };
}

const keyIn = ({ html }: { html: string }) => /<code id="key">(snt_pat_[\w-]+)<\/code>/.exec(html)?.[1];
const statusWith = async (key: string, path: string) =>
  (await sentinel.fetch(path, { headers: { authorization: `Bearer ${key}` } })).status;

test("/account/keys creates a key that is shown once, carries what was chosen, and is revoked", async () => {
  const { id, browser } = await signedIn("admin");
  assert.match(textOf(await browser.open("/account")), /API keys.*None\. Create one/);
  const asked = await browser.open("/account/keys/add");
  assert.match(asked.html, /value="users:read"/);
  assert.deepEqual(asked.html.match(/<option value="\w+"/g), ['<option value="30"', '<option value="90"']);
  const members = { ...formsIn(asked.html).at(-1)!.members, name: "<i>prometheus", days: "30", scopes: "users:read" };
  const shown = await browser.post("/account/keys/add", members);
  const key = keyIn(shown)!;
  assert.match(shown.html, /data-copy="#key"/);
  assert.equal(shown.response.headers.get("cache-control"), "no-store");
  assert.deepEqual([await statusWith(key, "/users"), await statusWith(key, "/roles")], [200, 403]);
  const list = await browser.open("/account");
  assert.match(list.html, /&lt;i&gt;prometheus/);
  assert.match(textOf(list), /1 key, the newest first.*users:read/);
  assert.ok(!list.html.includes(key));
  const link = /\/account\/keys\/revoke\?id=[\w-]+/.exec(list.html)![0];
  const revoked = await browser.submit(await browser.open(link), "/account/keys/revoke");
  assert.match(textOf(revoked), /Key revoked\./);
  assert.doesNotMatch(revoked.html, /prometheus/);
  assert.equal(await statusWith(key, "/users"), 401);
  const events = await sentinel.db.query<{ action: string }>(
    "test",
    "select action from audit_events where subject_id = $1 and action ~ 'api_key' order by id",
    [id],
  );
  assert.deepEqual(events.map(({ action }) => action), ["api_key.created", "api_key.revoked"]);
});

test("a key without a name, one too many and one that lives too long are refused beside the form", async () => {
  const { browser } = await signedIn();
  const asked = await browser.open("/account/keys/add");
  assert.match(textOf(asked), /You hold no permissions/);
  const late = await browser.submit(asked, "/account/keys/add", { name: "a", days: "never" });
  assert.equal(late.status, 422);
  for (const name of ["a", "b"]) await browser.submit(asked, "/account/keys/add", { name, days: "90" });
  const third = await browser.submit(asked, "/account/keys/add", { name: "third", days: "90" });
  assert.equal(third.status, 409);
  assert.match(textOf(third), /as many keys as this server allows/);
  assert.match(third.html, /value="third"/, "keeps what was typed");
});

test("T171 nobody sees or revokes the key of another user, and a permission that one lacks is not given", async () => {
  const [victim, thief] = [await signedIn(), await signedIn()];
  const { row } = await sentinel.apiKeys.create(
    { id: victim.id, kind: "person" },
    { name: "k", scopes: [] },
    localActor,
  );
  const path = `/account/keys/revoke?id=${row.id}`;
  assert.equal((await thief.browser.open(path)).status, 404);
  const own = await victim.browser.open(path);
  const { members } = formsIn(own.html).at(-1)!;
  assert.equal((await thief.browser.post("/account/keys/revoke", members)).status, 403);
  const asked = await thief.browser.open("/account/keys/add");
  const wanted = { ...formsIn(asked.html).at(-1)!.members, name: "k", days: "90", scopes: "users:write" };
  assert.equal((await thief.browser.post("/account/keys/add", wanted)).status, 403);
  assert.equal(keyIn(await thief.browser.open("/account")), undefined);
});
