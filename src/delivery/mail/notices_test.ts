import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newKey } from "../../testing/people/api_keys.ts";
import { mailboxOn, mailsTo, mailTo } from "../../testing/mail/mailbox.ts";
import { refresh } from "../../testing/people/sessions.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({
  settings: {
    ...mailboxOn,
    SENTINEL_REFRESH_GRACE_SECONDS: "0",
    SENTINEL_BRAND_NAME: "Example",
    SENTINEL_LANGUAGE: "de",
  },
  lasting: false,
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, registrations, users } = sentinel;
const password = "seven seas and one harbour";
const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 " +
  "Safari/537.36";

async function person() {
  const username = `u${crypto.randomUUID()}`;
  const email = `${username}@example.com`;
  const { id } = await registrations.create({ username, email, password }, ["user"], localActor);
  const age = "update users set created_at = now() - interval '2 hours' where id = $1";
  await db.query("test", age, [id]);
  return { id, username, email };
}

const login = async (username: string, peer: string, agent = chrome) =>
  await (await sentinel.fetch("/login", {
    form: { username, password },
    peer,
    headers: { "user-agent": agent },
  })).json();

test("T104 a sign-in from a network that the account has not used is told, with time, address and device; a known one is not", async () => {
  const { username, email } = await person();
  await login(username, "203.0.113.7");
  const mail = await mailTo(sentinel, email, "new_sign_in");
  assert.equal(mail.subject, "Neue Anmeldung bei Example");
  assert.match(mail.text, /Wann: \d{4}-\d\d-\d\d \d\d:\d\d UTC\. Von: 203\.0\.113\.7, Chrome, Windows\./);
  await login(username, "203.0.113.7");
  assert.equal((await mailsTo(sentinel, email)).length, 1);
  await login(username, "198.51.100.9", `Visit http://evil.example\r\n <a href="x">`.replace(/\r\n/, ""));
  const other = await mailTo(sentinel, email, "new_sign_in");
  assert.match(other.text, /198\.51\.100\.9,\s+ein unbekanntes Gerät/);
  assert.doesNotMatch(other.text + other.html, /evil/);
});

test("the first sign-in of a new account is told to nobody", async () => {
  const { username, email, id } = await person();
  await db.query("test", "update users set created_at = now() where id = $1", [id]);
  await login(username, "203.0.113.8");
  assert.deepEqual(await mailsTo(sentinel, email), []);
});

test("a session that is revoked because its refresh token was used twice is told", async () => {
  const { username, email } = await person();
  const { refresh_token } = await login(username, "203.0.113.9");
  const { refresh_token: next } = await (await refresh(sentinel, refresh_token)).json();
  await refresh(sentinel, next);
  assert.equal((await refresh(sentinel, refresh_token)).status, 400);
  assert.match((await mailTo(sentinel, email, "session_reused")).text, /zweimal verwendet/);
});

test("a password, an address and a deletion are told to the address that the account had before", async () => {
  const { id, email } = await person();
  await users.change(id, { password: "changed by an administrator" }, () => true, localActor);
  await users.change(id, { email: `new-${email}` }, () => true, localActor);
  const letters = (await mailsTo(sentinel, email)).map(({ letter }) => letter);
  assert.deepEqual(letters.toSorted(), ["email_changed", "password_changed"]);
  await users.remove(id, () => true, localActor);
  assert.deepEqual((await mailsTo(sentinel, `new-${email}`)).map(({ letter }) => letter), ["account_deleted"]);
});

test("both changes in one request are told to the old address", async () => {
  const { id, email } = await person();
  await users.change(id, { password: "changed by an administrator", email: `new-${email}` }, () => true, localActor);
  assert.deepEqual((await mailsTo(sentinel, email)).map(({ letter }) => letter), ["email_changed"]);
  assert.deepEqual((await mailsTo(sentinel, `new-${email}`)).map(({ letter }) => letter), ["password_changed"]);
});

test("a new API key is told, and one that leaked, by its name and without the key", async () => {
  const { id, email } = await person();
  const { key } = await newKey(sentinel, id);
  assert.match((await mailTo(sentinel, email, "api_key_created")).text, /API-Schlüssel/);
  await sentinel.fetch("/api-keys/revoke-leaked", { json: { token: key } });
  const { text } = await mailTo(sentinel, email, "api_key_leaked");
  assert.match(text, /widerrufen/);
  assert.doesNotMatch(text, /snt_pat_/);
});

test("T081 a name is literal in a mail, and what is HTML in it is not", async () => {
  const { id, email } = await person();
  const name = '{{7*7}} ${7*7} %s <img src=x onerror="alert(1)"> & \u201equote';
  await sentinel.apiKeys.create({ id, kind: "person" }, { name, scopes: [] }, localActor);
  const { text, html } = await mailTo(sentinel, email, "api_key_created");
  assert.ok(text.replaceAll("\n", " ").includes(name), text);
  assert.ok(html.includes("{{7*7}} ${7*7} %s &lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp;"), html);
});
