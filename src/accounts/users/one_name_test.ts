import assert from "node:assert/strict";
import { localActor } from "../../vocabulary/actor.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { callsWith, newcomer } from "../../testing/people/people.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const password = "an unremarkable guest";
const asAda = callsWith(sentinel, await sentinel.tokenOf("ada"));
const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`;

type Names = { username?: string; email?: string };

/** A user with these names, who has just logged in. */
async function person(names: Names, roles = ["user"]) {
  const { id } = await sentinel.registrations.create({ ...names, password }, roles, localActor);
  const username = names.username ?? names.email!;
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  return { id, token: access_token as string, call: callsWith(sentinel, access_token) };
}

const byEmail = () => person({ email: `${unique("post")}@example.com` });
const byUsername = () => person({ username: unique("name") });

async function pointersOf(response: Response): Promise<[number, ...[pointer: string, code: string][]]> {
  const { errors } = await response.json();
  return [response.status, ...errors.map(({ pointer, code }: Record<string, string>) => [pointer, code])];
}

const namesOf = async (response: Response) => {
  assert.ok(response.ok, await response.clone().text());
  const { username, email } = await response.json();
  return [username, email];
};

/** The value of a metric without labels. */
async function metric(name: string): Promise<number> {
  const line = (await sentinel.instruments.expose()).split("\n").find((each) => each.startsWith(`${name} `));
  return Number(line?.split(" ")[1]);
}

test(
  "POST /register and POST /users accept a username, an e-mail address or both, and answer null for the other",
  async () => {
    const [name, email] = [unique("only"), `${unique("only")}@example.com`];
    for (const send of [sentinel.fetch, asAda]) {
      const path = send === asAda ? "/users" : "/register";
      const [own, address] = [`${name}${path.length}`, `${path.length}${email}`];
      assert.deepEqual(await namesOf(await send(path, { json: { username: own, password } })), [own, null]);
      assert.deepEqual(await namesOf(await send(path, { json: { email: address, password } })), [null, address]);
      assert.deepEqual(await pointersOf(await send(path, { json: { password } })), [422, ["#", "nameless"]]);
      for (const username of [own, address]) {
        assert.equal((await sentinel.fetch("/login", { form: { username, password } })).status, 200, username);
        assert.equal((await sentinel.fetch("/login", { form: { username, password: "not it" } })).status, 401);
      }
      assert.equal((await send(path, { json: { username: own.toUpperCase(), password } })).status, 409);
      assert.equal((await send(path, { json: { email: address.toUpperCase(), password } })).status, 409);
    }
  },
);

test(
  "the audit log has null for a name that the user does not have, and keeps neither after the deletion",
  async () => {
    const { id, call } = await byEmail();
    const details = () =>
      db.query<{ details: unknown }>(
        "test",
        `select d.details from audit_details d join audit_events e on e.id = d.event_id
       where e.subject_id = $1 and d.part = 'subject' and e.action = 'user.registered'`,
        [id],
      );
    const { email } = await (await call("/users/me")).json();
    assert.deepEqual(await details(), [{ details: { username: null, email } }]);
    assert.equal((await call("/users/me", { method: "DELETE", json: { current_password: password } })).status, 204);
    assert.deepEqual(await details(), []);
  },
);

test("GET /users lists all users by the name that they have, page by page", async () => {
  const label = "界".repeat(57);
  const long = `${"鯨".repeat(64)}@${label}.${label}.${label}.${"界".repeat(15)}`; // its page token is one of the longest
  const [first, last] = [`aaa${unique("a")}`, `zzz${unique("z")}@example.com`];
  await person({ username: first });
  await person({ email: last });
  await person({ email: long });
  const seen: string[] = [];
  for (let path: string | undefined = "/users?page_size=1"; path;) {
    const response = await asAda(path);
    assert.equal(response.status, 200);
    const { items: [item], next_page_token: token } = await response.json();
    if (item) seen.push(item.username ?? item.email);
    path = token && `/users?page_size=1&page_token=${token}`;
  }
  const rows = await db.query<{ name: string }>(
    "test",
    "select coalesce(username, email) as name from users order by coalesce(username_canonical, email_canonical)",
  );
  assert.deepEqual(seen, rows.map(({ name }) => name));
  for (const name of [first, last, long]) assert.ok(seen.includes(name), name);
  const found = await (await asAda(`/users?email=${encodeURIComponent(last.slice(0, 10))}`)).json();
  assert.deepEqual(found.items.map(({ email }: { email: string }) => email), [last]);
});

test("PATCH /users/me and /users/{id} remove a name while the other remains, and add one", async () => {
  for (const own of [true, false]) {
    const { id, call } = await byEmail();
    const path = own ? "/users/me" : `/users/${id}`;
    const patch = (json: object) =>
      (own ? call : asAda)(path, { method: "PATCH", json: { ...json, ...(own && { current_password: password }) } });
    const username = unique("new");
    const { email } = await (await call("/users/me")).json();
    assert.deepEqual(await pointersOf(await patch({ email: null })), [422, ["#", "nameless"]]);
    assert.deepEqual(await namesOf(await patch({ username })), [username, email]);
    assert.deepEqual(await namesOf(await patch({ username: null })), [null, email]);
    assert.deepEqual(await namesOf(await patch({ username, email: null })), [username, null]);
    assert.deepEqual(await pointersOf(await patch({ username: null })), [422, ["#", "nameless"]]);
    assert.deepEqual(await namesOf(await patch({ username: null, email })), [null, email]);
    assert.deepEqual(await namesOf(await patch({})), [null, email]);
  }
});

test("PATCH /users/me requires the current password for a first mailbox, and for removing the only one", async () => {
  const both = await person({ username: unique("both"), email: `${unique("both")}@example.com` });
  for (const [{ call }, email] of [[await byUsername(), `${unique("my")}@example.com`], [both, null]] as const) {
    const patch = (more: object) => call("/users/me", { method: "PATCH", json: { email, ...more } });
    assert.deepEqual(await pointersOf(await patch({})), [422, ["#/current_password", "invalid_type"]]);
    assert.equal((await patch({ current_password: "not theirs" })).status, 403);
    assert.equal((await namesOf(await patch({ current_password: password })))[1], email);
  }
});

test("of two changes at once that would together leave no name, one is refused", async () => {
  const { id } = await person({ username: unique("both"), email: `${unique("both")}@example.com` });
  const patch = (json: object) => asAda(`/users/${id}`, { method: "PATCH", json });
  const answers = await Promise.all([patch({ username: null }), patch({ email: null })]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 422]);
  const { username, email } = await (await asAda(`/users/${id}`)).json();
  assert.equal([username, email].filter((name) => name !== null).length, 1);
});

test("decisions, introspection and the admin area identify users by the name that they have", async () => {
  const email = `${unique("boss")}@example.com`;
  const { token, call, id } = await person({ email }, ["user", "admin"]);
  const question = { action: { name: "enter" }, resource: { type: "admin_area", id: "1" } };
  for (const subject of [email.toUpperCase(), id]) {
    const json = { ...question, subject: { type: "user", id: subject } };
    assert.deepEqual(await (await asAda("/access/v1/evaluation", { json })).json(), { decision: true }, subject);
  }
  const named = await byUsername();
  const { username } = await (await named.call("/users/me")).json();
  const json = {
    evaluations: [{ subject: { type: "user", id: username } }, { subject: { type: "user", id: "null" } }],
  };
  const { evaluations } = await (await asAda("/access/v1/evaluations", { json: { ...question, ...json } })).json();
  assert.deepEqual(evaluations, [{ decision: false }, { decision: false }]);
  assert.deepEqual(await (await call("/admin-only")).json(), { message: `Hello, Admin ${email}` });
  const told = await (await asAda("/oauth/introspect", { form: { token } })).json();
  assert.deepEqual([told.active, told.sub, "username" in told], [true, id, false]);
});

test("a user without a password is refused as an unknown name is, for one hash, and proves none to change the account", async () => {
  const { token, call, id } = await byUsername();
  const { username } = await (await callsWith(sentinel, token)("/users/me")).json();
  await db.query("test", "update users set password_hash = null where id = $1", [id]);
  const refusals: unknown[] = [];
  for (const name of [username, unique("nobody")]) {
    const hashes = await metric("sentinel_hash_duration_seconds_count");
    const response = await sentinel.fetch("/login", { form: { username: name, password } });
    const { request_id: _, ...refusal } = await response.json();
    refusals.push([response.status, refusal]);
    assert.equal(await metric("sentinel_hash_duration_seconds_count") - hashes, 1);
  }
  assert.deepEqual(refusals[0], refusals[1]);
  const change = { current_password: password, new_password: "seven seas and one harbour" };
  assert.equal((await call("/users/me/password", { method: "PUT", json: change })).status, 403);
  assert.equal((await call("/users/me", { method: "DELETE", json: { current_password: password } })).status, 403);
  assert.equal((await asAda(`/users/${id}`, { method: "PATCH", json: { password } })).status, 200);
  assert.equal((await sentinel.fetch("/login", { form: { username, password } })).status, 200);
});

test("the database refuses a user without a name, and names on a service account", async () => {
  const { id } = await newcomer(sentinel);
  const refused = [
    "update users set username = null, username_canonical = null, email = null, email_canonical = null where id = $1",
    "update users set username = null where id = $1",
    "update users set service_name = 'backup' where id = $1",
    "update users set kind = 'service', service_name = 'backup', service_description = '' where id = $1",
    "update users set kind = 'robot' where id = $1",
  ];
  for (const statement of refused) {
    await assert.rejects(db.query("test", statement, [id]), { constraint: "users_kind_check" }, statement);
  }
});
