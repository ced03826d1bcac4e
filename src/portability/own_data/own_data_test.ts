import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newKey } from "../../testing/people/api_keys.ts";
import { openBrowser } from "../../testing/people/browser.ts";
import { newApp } from "../../testing/factors/factors.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function newUser() {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  const { id } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  return { id, username, password };
}

test("GET /users/me/export answers what is stored about the caller, without secrets and without others", async () => {
  const [{ id, username, password }, other] = [await newUser(), await newUser()];
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  const { key } = await newKey(sentinel, id);
  await newKey(sentinel, other.id);
  const answer = await sentinel.fetch("/users/me/export", { headers: bearer(access_token) });
  assert.equal(answer.status, 200);
  const text = await answer.text();
  const data = JSON.parse(text);
  assert.equal(data.user.username, username);
  assert.deepEqual(data.user.grants.map(({ role }: { role: string }) => role), ["user"]);
  assert.deepEqual([data.sessions.length, data.api_keys.length, data.applications], [1, 1, []]);
  assert.deepEqual(data.factors, { items: [], recovery_codes_left: 0 });
  assert.deepEqual(data.events.map(({ action }: { action: string }) => action), ["session.created"]);
  for (const secret of [other.id, key, "$2", "hash_", "refresh_seed"]) assert.ok(!text.includes(secret), secret);
});

test("GET /users/me/export names nobody else, whatever its user did as an administrator", async () => {
  const [{ id, username, password }, other] = [await newUser(), await newUser()];
  await sentinel.grants.grant(id, "admin", null, () => Promise.resolve(), localActor);
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  const renamed = `r${crypto.randomUUID()}`;
  const headers = { ...bearer(access_token), "if-match": "*" };
  const json = { username: renamed };
  assert.equal((await sentinel.fetch(`/users/${other.id}`, { method: "PATCH", headers, json })).status, 200);
  assert.equal(
    (await sentinel.fetch("/users/me", { method: "PATCH", headers, json: { username: `${username}x` } })).status,
    200,
  );
  const data = await (await sentinel.fetch("/users/me/export", { headers: bearer(access_token) })).json();
  const changes = data.events.filter(({ action }: { action: string }) => action === "user.changed");
  assert.deepEqual(changes.map(({ subject_id }: { subject_id: string }) => subject_id).sort(), [id, other.id].sort());
  const text = JSON.stringify(data);
  assert.ok(text.includes(`${username}x`));
  for (const name of [renamed, other.username]) assert.ok(!text.includes(name), name);
});

test("GET /users/me/export answers no API key, and /account/data a file after a fresh sign-in", async () => {
  const { id, username, password } = await newUser();
  const { key } = await newKey(sentinel, id);
  const refused = await sentinel.fetch("/users/me/export", { headers: bearer(key) });
  assert.equal(refused.status, 403);
  const browser = openBrowser(sentinel);
  await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  const app = await newApp(sentinel, id);
  assert.ok(app);
  const { html, response } = await browser.open("/account/data");
  assert.equal(response.headers.get("content-disposition"), null, "a second factor was added since the sign-in");
  assert.match(html, /Sign in again/);
  const stepped = openBrowser(sentinel);
  const asked = await stepped.submit(await stepped.open("/signin"), "/signin", { username, password });
  await stepped.submit(asked, "/signin/factor", { code: app.code() });
  const file = await stepped.open("/account/data");
  assert.equal(file.response.headers.get("content-disposition"), 'attachment; filename="account.json"');
  assert.equal(JSON.parse(file.html).factors.recovery_codes_left, 10);
});
