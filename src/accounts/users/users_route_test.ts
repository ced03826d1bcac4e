import assert from "node:assert/strict";
import { type Init, startSentinel, test } from "../../testing/harness.ts";
import { people } from "../../testing/people/people.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db } = sentinel;

const withToken = (token: string) => (path: string, init: Init = {}) =>
  sentinel.fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
const asAda = withToken(await sentinel.tokenOf("ada"));

const codeOf = async (response: Response) => (await response.json()).type.replace("/problems/", "");

/** A user created by Ada, with a password. */
async function newUser(username: string, more: Record<string, unknown> = {}) {
  const password = `only ${crypto.randomUUID()} knows`;
  const made = await asAda("/users", { json: { username, email: `${username}@example.com`, password, ...more } });
  assert.equal(made.status, 201, await made.clone().text());
  return { ...await made.json(), password };
}

const login = (username: string, password: string) => sentinel.fetch("/login", { form: { username, password } });

const actionsOn = async (id: string) =>
  (await db.query<{ action: string }>("test", "select action from audit_events where subject_id = $1 order by id", [
    id,
  ]))
    .map(({ action }) => action);

test("POST /users creates an account that can log in, with the role user by default", async () => {
  const { id, password, ...user } = await newUser("barbara");
  assert.deepEqual([user.roles, user.disabled_at, user.grants[0].expires_at], [["user"], null, null]);
  assert.equal((await login("barbara", password)).status, 200);
  assert.deepEqual(await actionsOn(id), ["user.registered"]);
  assert.deepEqual((await newUser("radia", { roles: ["admin", "user", "admin"] })).roles, ["admin", "user"]);
  assert.deepEqual((await newUser("guest", { roles: [] })).roles, []);
});

test("POST /users refuses an invalid registration, an unknown role, and unknown members", async () => {
  const json = { username: "hedy", email: "hedy@example.com", password: "frequencies that hop about" };
  const before = await rowCounts(sentinel);
  for (
    const wrong of [{ username: "h" }, { email: "no" }, { password: "short" }, { roles: ["nothing"] }, { id: "1" }]
  ) {
    assert.equal((await asAda("/users", { json: { ...json, ...wrong } })).status, 422, JSON.stringify(wrong));
  }
  const { errors } = await (await asAda("/users", { json: { ...json, roles: ["user", "nothing"] } })).json();
  assert.deepEqual(errors, [{ pointer: "#/roles", code: "unknown_role", detail: 'There is no role "nothing".' }]);
  assert.equal(await codeOf(await asAda("/users", { json: { ...json, username: "ADA" } })), "username_taken");
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("T151 GET /users shows users page by page, and nothing of their passwords", async () => {
  const seen: string[] = [];
  let text = "";
  for (let path: string | undefined = "/users?page_size=2"; path;) {
    const response = await asAda(path);
    text += await response.clone().text();
    seen.push(...(await response.json()).items.map(({ username }: { username: string }) => username.toLowerCase()));
    path = /^<(.*)>/.exec(response.headers.get("link") ?? "")?.[1];
  }
  assert.deepEqual(seen, seen.toSorted());
  assert.deepEqual(new Set(seen).size, (await rowCounts(sentinel)).users);
  assert.doesNotMatch(text, /argon2|hash|seed|secret|canonical/);
});

test("T076 GET /users filters by the beginning of a name, literally, in any spelling", async () => {
  for (const username of ["per_cent", "perxcent", "per.cent", "holds.user"]) await newUser(username);
  await newUser("holds.admin", { roles: ["admin"] });
  const found = async (query: string) => {
    const { items } = await (await asAda(`/users?${query}`)).json();
    return items.map(({ username }: { username: string }) => username);
  };
  assert.deepEqual(await found("username=per"), ["per.cent", "per_cent", "perxcent"]);
  assert.deepEqual(await found("username=per_"), ["per_cent"]);
  assert.deepEqual(await found("username=PER_C"), ["per_cent"]);
  assert.deepEqual(await found("username=%25"), []);
  assert.deepEqual(await found("username=%5C"), []);
  assert.deepEqual(await found("email=per_cent%40EX"), ["per_cent"]);
  assert.deepEqual(await found("username=holds&role=admin"), ["holds.admin"]);
  assert.deepEqual(await found("role=nothing"), []);
  assert.deepEqual(await found("username=per&disabled=true"), []);
  assert.deepEqual(await found("username=per&disabled=false&role=user"), ["per.cent", "per_cent", "perxcent"]);
  for (const query of [`username=${"x".repeat(300)}`, "username=", "disabled=perhaps", "sort=id", "page_size=201"]) {
    assert.equal((await asAda(`/users?${query}`)).status, 422, query);
  }
});

test("GET /users filters by exactly one external id, which getUser shows", async () => {
  const { id } = await newUser("foreigner");
  await db.query("test", "update users set external_id = 'old|42' where id = $1", [id]);
  const found = async (external_id: string) => {
    const { items } = await (await asAda(`/users?external_id=${encodeURIComponent(external_id)}`)).json();
    return items.map((user: { username: string; external_id: string }) => [user.username, user.external_id]);
  };
  assert.deepEqual(await found("old|42"), [["foreigner", "old|42"]]);
  assert.deepEqual(await found("old|4"), []);
  assert.equal((await (await asAda(`/users/${id}`)).json()).external_id, "old|42");
  assert.equal((await asAda(`/users?external_id=${"x".repeat(256)}`)).status, 422);
  assert.equal((await asAda("/users", { json: { username: "smuggler", external_id: "x" } })).status, 422);
});

test("T077 a page token of one filter is invalid for another", async () => {
  for (const username of ["page.one", "page.two"]) await newUser(username);
  const { next_page_token } = await (await asAda("/users?username=page&page_size=1")).json();
  assert.equal((await asAda(`/users?username=page&page_token=${next_page_token}`)).status, 200);
  for (const query of ["", "username=pa&", "role=user&"]) {
    assert.equal((await asAda(`/users?${query}page_token=${next_page_token}`)).status, 400, query);
  }
});

test("PATCH /users/{id} changes what it names, and records the state before and after", async () => {
  const { id, password } = await newUser("grete");
  const changed = await asAda(`/users/${id}`, { method: "PATCH", json: { username: "Grete.H", email: "g@h.example" } });
  const { username, email } = await changed.json();
  assert.deepEqual([changed.status, username, email], [200, "Grete.H", "g@h.example"]);
  await db.query("test", "update users set email_verified_at = now() where id = $1", [id]);
  assert.equal((await (await asAda(`/users/${id}`)).json()).email_verified, true);
  const moved = await asAda(`/users/${id}`, { method: "PATCH", json: { email: "g2@h.example" } });
  assert.equal((await moved.json()).email_verified, false);
  assert.equal((await login("grete", password)).status, 401);
  assert.equal((await login("grete.h", password)).status, 200);
  assert.equal(
    await codeOf(await asAda(`/users/${id}`, { method: "PATCH", json: { username: "ADA" } })),
    "username_taken",
  );
  assert.equal((await asAda(`/users/${id}`, { method: "PATCH", json: { roles: ["admin"] } })).status, 422);
  assert.equal((await asAda(`/users/${id}`, { method: "PATCH", json: {} })).status, 200);
  assert.deepEqual(await actionsOn(id), ["user.registered", "user.changed", "user.changed"]);
});

test("T136 T137 PATCH /users/{id} with a password, or disabled, ends every session at once", async () => {
  const { id, username, password } = await newUser("lovelace");
  const sessionOf = async (password: string) => (await (await login(username, password)).json()).access_token;
  const me = async (token: string) => (await withToken(token)("/users/me")).status;
  const before = await sessionOf(password);
  assert.equal(await me(before), 200);
  await asAda(`/users/${id}`, { method: "PATCH", json: { password: "another one, by Ada" } });
  assert.equal(await me(before), 401);
  assert.equal((await login(username, password)).status, 401);
  const after = await sessionOf("another one, by Ada");
  assert.equal(await me(after), 200);
  const disabled = await asAda(`/users/${id}`, { method: "PATCH", json: { disabled: true } });
  assert.ok((await disabled.json()).disabled_at);
  assert.equal(await me(after), 401);
  assert.equal((await login(username, "another one, by Ada")).status, 401);
  await asAda(`/users/${id}`, { method: "PATCH", json: { disabled: false } });
  assert.equal(await me(after), 401);
  assert.equal(await me(await sessionOf("another one, by Ada")), 200);
});

test("an administrator vouches for a user's address, once, and for no address that is not there", async () => {
  const { id } = await newUser("hopper");
  const vouch = (json: unknown) => asAda(`/users/${id}`, { method: "PATCH", json });
  const refused = await vouch({ email: null, email_verified: true });
  assert.deepEqual([refused.status, (await refused.json()).errors[0].pointer], [422, "#/email_verified"]);
  const email = `${crypto.randomUUID()}@example.com`;
  assert.equal((await (await vouch({ email })).json()).email_verified, false);
  for (let i = 0; i < 2; i++) assert.equal((await (await vouch({ email_verified: true })).json()).email_verified, true);
  assert.equal((await vouch({ email_verified: false })).status, 422);
  assert.deepEqual(await actionsOn(id), ["user.registered", "user.changed", "user.email_verified"]);
  const moved = await vouch({ email: `${crypto.randomUUID()}@example.com` });
  assert.equal((await moved.json()).email_verified, false, "another address is another mailbox");
});

test("PATCH /users/{id} does not replace the caller's own password without the current one", async () => {
  const ada = await sentinel.settled("ada");
  const refused = await asAda(`/users/${ada}`, { method: "PATCH", json: { password: "whoever has my token has me" } });
  assert.equal(refused.status, 403);
  assert.equal((await login("ada", people.ada.password)).status, 200);
});

test("PATCH and DELETE /users/{id} check If-Match", async () => {
  const { id } = await newUser("konrad");
  const etag = (await asAda(`/users/${id}`)).headers.get("etag")!;
  const headers = { "if-match": etag };
  assert.equal((await asAda(`/users/${id}`, { method: "PATCH", json: { email: "k@z.example" }, headers })).status, 200);
  assert.equal((await asAda(`/users/${id}`, { method: "PATCH", json: { email: "z@k.example" }, headers })).status, 412);
  assert.equal((await asAda(`/users/${id}`, { method: "DELETE", headers })).status, 412);
  assert.equal((await (await asAda(`/users/${id}`)).json()).email, "k@z.example");
  const fresh = { "if-match": (await asAda(`/users/${id}`)).headers.get("etag")! };
  assert.equal((await asAda(`/users/${id}`, { method: "DELETE", headers: fresh })).status, 204);
});

test("T138 T312 DELETE /users/{id} leaves nothing of the user but the events, by id", async () => {
  const { id, username, password } = await newUser("ephemera");
  const { access_token, refresh_token } = await (await login(username, password)).json();
  assert.equal((await asAda(`/users/${id}`, { method: "DELETE" })).status, 204);
  assert.equal((await withToken(access_token)("/users/me")).status, 401);
  const refresh = await sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });
  assert.equal(refresh.status, 400);
  assert.equal((await login(username, password)).status, 401);
  for (const path of [`/users/${id}`, `/users/${id}/permissions`, `/users/${id}/sessions`]) {
    assert.equal((await asAda(path)).status, 404, path);
  }
  assert.equal((await asAda(`/users/${id}`, { method: "DELETE" })).status, 404);
  assert.deepEqual(await actionsOn(id), ["user.registered", "user.deleted"]);
  const details = await db.query(
    "test",
    `select from audit_events e join audit_details d on d.event_id = e.id
     where e.actor_id = $1::uuid or e.subject_id = $1::text and (e.actor_id is null or d.part = 'subject')`,
    [id],
  );
  assert.equal(details.length, 0);
  assert.equal((await newUser("ephemera")).username, "ephemera");
});

test("T179 deleted and unknown users are answered alike", async () => {
  const { id } = await newUser("transient");
  await asAda(`/users/${id}`, { method: "DELETE" });
  const [gone, never] = [await asAda(`/users/${id}`), await asAda(`/users/${crypto.randomUUID()}`)];
  const told = async (response: Response) => {
    const { instance: _, request_id: __, ...body } = await response.json();
    return [response.status, body];
  };
  assert.deepEqual(await told(gone), await told(never));
});

test("T148 Grace, who holds nothing, learns nothing of other users, whether they exist or not", async () => {
  const asGrace = withToken(await sentinel.tokenOf("grace"));
  const before = await rowCounts(sentinel);
  for (const id of [await sentinel.settled("ada"), crypto.randomUUID(), "x"]) {
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const init = method === "PATCH" ? { method, json: { disabled: true } } : { method };
      assert.equal((await asGrace(`/users/${id}`, init)).status, 403, `${method} ${id}`);
    }
  }
  assert.deepEqual(await rowCounts(sentinel), before);
});

test("PATCH /users/me changes the caller's names only, also in the caller's open sessions", async () => {
  const asGrace = withToken(await sentinel.tokenOf("grace"));
  const current_password = people.grace.password;
  const changed = await asGrace("/users/me", { method: "PATCH", json: { username: "Amazing.Grace" } });
  assert.deepEqual((await changed.json()).username, "Amazing.Grace");
  assert.equal((await (await asGrace("/users/me")).json()).username, "Amazing.Grace");
  assert.equal(
    await codeOf(await asGrace("/users/me", { method: "PATCH", json: { email: "ADA@example.com", current_password } })),
    "email_taken",
  );
  await asGrace("/users/me", { method: "PATCH", json: { username: people.grace.username } });
});

test(
  "T047 T164 PATCH /users/me accepts a username and an e-mail address, and nothing that adds permissions",
  async () => {
    const asGrace = withToken(await sentinel.tokenOf("grace"));
    const before = await (await asGrace("/users/me")).json();
    const forbidden = [
      "role",
      "roles",
      "permissions",
      "isAdmin",
      "id",
      "email_verified",
      "status",
      "disabled",
      "password",
    ];
    for (const member of [...forbidden, "password_hash", "created_at", "__proto__x", "grants", "mfa"]) {
      const response = await asGrace("/users/me", { method: "PATCH", json: { [member]: "admin" } });
      assert.equal(response.status, 422, member);
    }
    assert.deepEqual(await (await asGrace("/users/me")).json(), before);
  },
);

test("no caller can disable or delete the last administrator", async () => {
  const ada = await sentinel.settled("ada");
  await newUser("second.in.command", { roles: ["admin"] });
  for (const { id } of (await (await asAda("/users?role=admin")).json()).items) {
    if (id !== ada) assert.equal((await asAda(`/users/${id}`, { method: "DELETE" })).status, 204);
  }
  const attempts: [string, Init][] = [
    [`/users/${ada}`, { method: "DELETE" }],
    [`/users/${ada}`, { method: "PATCH", json: { disabled: true } }],
    [`/users/${ada}/roles/admin`, { method: "DELETE" }],
    [`/users/${ada}/roles/admin`, { method: "PUT", json: { expires_at: "2100-01-01T00:00:00Z" } }],
  ];
  for (const [path, init] of attempts) {
    const refused = await asAda(path, init);
    assert.deepEqual([refused.status, await codeOf(refused)], [409, "last_admin"], path);
  }
  assert.equal((await asAda("/users/me")).status, 200);
});
