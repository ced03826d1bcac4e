import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { type Init, startSentinel, test } from "../../testing/harness.ts";

/** The limits are per user and per session, so no test affects another. */
const sentinel = await startSentinel({
  lasting: false,
  settings: {
    SENTINEL_RATE_LIMIT: "on",
    SENTINEL_RATE_LIMIT_ACCOUNT_CHANGE: "3/3600",
    SENTINEL_RATE_LIMIT_LOGIN_ACCOUNT: "2/900",
    SENTINEL_RATE_LIMIT_LOGIN_ADDRESS: "10000/900",
  },
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const password = "an unremarkable guest";

/** A new user who has just logged in at `at`. */
async function guest(username: string, roles = ["user"]) {
  const registration = { username, email: `${username}@example.com`, password };
  const { id } = await sentinel.registrations.create(registration, roles, localActor);
  const { access_token } = await (await sentinel.fetch("/login", { form: { username, password } })).json();
  const headers = { authorization: `Bearer ${access_token}` };
  return {
    id,
    call: (path: string, init: Init = {}) =>
      sentinel.fetch(path, { ...init, headers: { ...init.headers, ...headers } }),
  };
}

const emailOf = async (id: string) =>
  (await sentinel.db.query<{ email: string }>("test", "select email from users where id = $1", [id]))[0]?.email;

async function actionsOf(id: string): Promise<string[]> {
  const sql = "select action from audit_events where subject_id = $1 order by id";
  const rows = await sentinel.db.query<{ action: string }>("test", sql, [id]);
  return rows.map(({ action }) => action).filter((action) => !action.startsWith("session."));
}

async function problem(response: Response): Promise<[status: number, code: string, ...pointers: string[]]> {
  const { type, errors = [] } = await response.json();
  return [response.status, type.split("/").at(-1), ...errors.map(({ pointer }: { pointer: string }) => pointer)];
}

const patch = (json: unknown) => ({ method: "PATCH", json });
const remove = (json: unknown) => ({ method: "DELETE", json });

test(
  "X75 PATCH /users/me requires the current password for another mailbox, and changes nothing without it",
  async () => {
    const { id, call } = await guest("mover");
    const email = "mover.new@example.com";
    assert.deepEqual(await problem(await call("/users/me", patch({ email }))), [
      422,
      "invalid_request",
      "#/current_password",
    ]);
    assert.deepEqual(await problem(await call("/users/me", patch({ email, current_password: "not theirs" }))), [
      403,
      "wrong_password",
    ]);
    assert.equal(await emailOf(id), "mover@example.com");
    assert.deepEqual(await actionsOf(id), ["user.registered", "user.password_refused"]);
    assert.equal((await call("/users/me", patch({ email, current_password: password }))).status, 200);
    assert.equal(await emailOf(id), email);
    assert.deepEqual((await actionsOf(id)).slice(2), ["user.changed"]);
  },
);

test(
  "X75 PATCH /users/me requires no password for a username, nor for the same mailbox in another spelling",
  async () => {
    const { id, call } = await guest("speller");
    assert.equal((await call("/users/me", patch({ email: "Speller@Example.com" }))).status, 200);
    assert.equal(await emailOf(id), "Speller@Example.com");
    assert.equal((await call("/users/me", patch({ username: "speller2", email: "speller@example.com" }))).status, 200);
  },
);

test("PATCH /users/me makes another address unproved, even one that only looks alike, but not another case", async () => {
  const { id, call } = await guest("proven_ss");
  const shown = async (change: Record<string, unknown>) => {
    const { status } = await call("/users/me", patch({ ...change, current_password: password }));
    return [status, await verified()];
  };
  const verified = async () => (await (await call("/users/me")).json()).email_verified;
  const prove = async () => {
    await sentinel.db.query("test", "update users set email_verified_at = now() where id = $1", [id]);
    sentinel.principals.forgetUser(id);
    assert.equal(await verified(), true);
  };
  assert.equal(await verified(), false);
  await prove();
  assert.deepEqual(await shown({ username: "Proven_ss", email: "Proven_SS@Example.com" }), [200, true]);
  assert.deepEqual(await shown({ email: "proven_\u00df@example.com" }), [200, false]);
  await prove();
  assert.deepEqual(await shown({ email: null }), [200, false]);
});

test("X75 PATCH /users/me requires the password even if the cached address is stale", async () => {
  const { id, call } = await guest("latecomer");
  assert.equal((await call("/users/me")).status, 200);
  await sentinel.db.query(
    "test",
    "update users set email = 'moved@example.com', email_canonical = 'moved@example.com' where id = $1",
    [id],
  );
  const response = await call("/users/me", patch({ email: "latecomer@example.com" }));
  assert.deepEqual(await problem(response), [422, "invalid_request", "#/current_password"]);
  assert.equal(await emailOf(id), "moved@example.com");
});

test(
  "T137 PATCH and DELETE /users/me change nothing for a user who was disabled, even if the cache is stale",
  async () => {
    const { id, call } = await guest("suspended");
    assert.equal((await call("/users/me")).status, 200);
    await sentinel.db.query("test", "alter table users disable trigger user");
    await sentinel.db.query("test", "update users set disabled_at = now() where id = $1", [id]);
    await sentinel.db.query("test", "alter table users enable trigger user");
    const before = await actionsOf(id);
    for (const username of ["suspended", "suspended2"]) {
      assert.equal((await call("/users/me", patch({ username }))).status, 401);
    }
    assert.equal((await call("/users/me", remove({ current_password: password }))).status, 401);
    assert.equal(await emailOf(id), "suspended@example.com");
    assert.deepEqual(await actionsOf(id), before);
  },
);

test("T166 PATCH /users/me checks If-Match against the user's ETag", async () => {
  const { id, call } = await guest("careful");
  const etag = (await call("/users/me", patch({ username: "careful2" }))).headers.get("etag")!;
  const expecting = { ...patch({ username: "careful3" }), headers: { "if-match": '"another"' } };
  assert.equal((await call("/users/me", expecting)).status, 412);
  assert.equal((await call("/users/me", { ...expecting, headers: { "if-match": etag } })).status, 200);
  const [row] = await sentinel.db.query<{ username: string }>("test", "select username from users where id = $1", [id]);
  assert.equal(row!.username, "careful3");
});

test("X75 PATCH /users/me is limited per user, and refusals that reveal a name count too", async () => {
  await sentinel.settled("grace");
  const prober = await guest("prober");
  const taken = { email: "grace@example.com", current_password: password };
  for (const json of [taken, { username: "grace" }]) {
    assert.equal((await prober.call("/users/me", patch(json))).status, 409);
  }
  assert.equal((await prober.call("/users/me", patch({ username: "prober2" }))).status, 200);
  const refused = await prober.call("/users/me", patch(taken));
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  assert.match(refused.headers.get("ratelimit-policy")!, /^"account_change";q=3;w=3600$/);
  assert.deepEqual(await problem(refused), [429, "rate_limited"]);
  assert.deepEqual(await actionsOf(prober.id), ["user.registered", "user.changed"]);
  const other = await guest("bystander");
  assert.equal((await other.call("/users/me", patch({ username: "bystander2" }))).status, 200);
});

test("X25 DELETE /users/me deletes the account and erases personal data, with the current password only", async () => {
  const { id, call } = await guest("leaver");
  for (const json of [{}, { current_password: "" }]) {
    assert.deepEqual(await problem(await call("/users/me", remove(json))), [
      422,
      "invalid_request",
      "#/current_password",
    ]);
  }
  assert.deepEqual(await problem(await call("/users/me", remove({ current_password: "not theirs" }))), [
    403,
    "wrong_password",
  ]);
  assert.equal(await emailOf(id), "leaver@example.com");
  assert.equal((await call("/users/me")).status, 200);

  assert.equal((await call("/users/me", remove({ current_password: password }))).status, 204);
  assert.equal(await emailOf(id), undefined);
  assert.equal((await call("/users/me")).status, 401);
  assert.equal((await sentinel.fetch("/login", { form: { username: "leaver", password } })).status, 401);
  assert.deepEqual(await actionsOf(id), ["user.registered", "user.password_refused", "user.deleted"]);
  const [{ details }] = await sentinel.db.query<{ details: number }>(
    "test",
    "select count(*)::int as details from audit_details d join audit_events e on e.id = d.event_id where e.subject_id = $1",
    [id],
  ) as [{ details: number }];
  assert.equal(details, 0);
});

test("X25 DELETE /users/me keeps the last administrator", async () => {
  await sentinel.db.query("test", "delete from grants where role = 'admin'");
  const { id, call } = await guest("only.chief", ["user", "admin"]);
  const response = await call("/users/me", remove({ current_password: password }));
  assert.deepEqual(await problem(response), [409, "last_admin"]);
  assert.equal(await emailOf(id), "only.chief@example.com");
  await guest("second.chief", ["user", "admin"]);
  assert.equal((await call("/users/me", remove({ current_password: password }))).status, 204);
});

test(
  "X25 guesses at the password of DELETE and PATCH /users/me are limited like those of a password change",
  async () => {
    const { id, call } = await guest("guessed");
    const wrong = { current_password: "not theirs" };
    assert.equal((await call("/users/me", remove(wrong))).status, 403);
    assert.equal((await call("/users/me", patch({ ...wrong, email: "x@example.com" }))).status, 403);
    assert.equal((await call("/users/me", remove(wrong))).status, 429);
    assert.equal((await call("/users/me", remove({ current_password: password }))).status, 429);
    const change = { method: "PUT", json: { ...wrong, new_password: "seven seas and one harbour" } };
    assert.equal((await call("/users/me/password", change)).status, 429);
    assert.equal(await emailOf(id), "guessed@example.com");
  },
);

test("X11 a username from before the rules may stay, and can be changed to one that obeys them", async () => {
  const { id, call } = await guest("oldname");
  await sentinel.db.query(
    "test",
    "update users set username = 'gr\u0430ce', username_canonical = 'gr\u0430ce' where id = $1",
    [
      id,
    ],
  );
  assert.equal((await sentinel.fetch("/login", { form: { username: "gr\u0430ce", password } })).status, 200);
  const whole = { username: "gr\u0430ce", email: "whole@example.com", current_password: password };
  assert.equal((await call("/users/me", patch(whole))).status, 200);
  const path = `/users/${id}`;
  const byAda = await sentinel.fetch(path, patch({ username: "gr\u0430ce", email: "whole2@example.com" }), "ada");
  assert.equal(byAda.status, 200);
  for (const username of ["r\u03bfot", "admin", "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e"]) {
    const own = await call("/users/me", patch({ username }));
    assert.deepEqual(await problem(own), [422, "invalid_request", "#/username"]);
    const others = await sentinel.fetch(path, patch({ username }), "ada");
    assert.deepEqual(await problem(others), [422, "invalid_request", "#/username"]);
  }
  assert.equal((await call("/users/me", patch({ username: "newname" }))).status, 200);
});
