import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, registrations } = sentinel;
const old = "seven seas and one harbour";
const fresh = "eight rivers and no bridge";

type Tokens = { access_token: string; refresh_token: string };

async function person(username: string): Promise<string> {
  const { id } = await registrations.create(
    { username, email: `${username}@example.com`, password: old },
    ["user"],
    localActor,
  );
  return id;
}

const attempt = (username: string, password: string) => sentinel.fetch("/login", { form: { username, password } });

const login = async (username: string): Promise<Tokens> => await (await attempt(username, old)).json();

const change = ({ access_token }: Tokens, current_password: string, new_password: string) =>
  sentinel.fetch("/users/me/password", {
    method: "PUT",
    json: { current_password, new_password },
    headers: { authorization: `Bearer ${access_token}` },
  });

const meStatus = async ({ access_token }: Tokens) =>
  (await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${access_token}` } })).status;

const refreshStatus = async ({ refresh_token }: Tokens) =>
  (await sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } })).status;

test("T136 PUT /users/me/password replaces the password, ends the other sessions and keeps this one", async () => {
  const id = await person("amelia");
  const [mine, other] = [await login("amelia"), await login("amelia")];
  const strangers = await sentinel.login("nobody");
  assert.equal((await change(mine, old, fresh)).status, 204);
  assert.deepEqual([await meStatus(mine), await refreshStatus(mine)], [200, 200]);
  assert.deepEqual([await meStatus(other), await refreshStatus(other)], [401, 400]);
  assert.equal(await meStatus(strangers), 200);
  assert.equal((await attempt("amelia", old)).status, 401);
  assert.equal((await attempt("amelia", fresh)).status, 200);
  const events = await db.query<{ action: string; actor_id: string }>(
    "test",
    `select action, actor_id from audit_events where subject_id = $1 and actor_id is not null order by occurred_at`,
    [id],
  );
  assert.deepEqual(events, [
    { action: "user.sessions_revoked", actor_id: id },
    { action: "user.password_changed", actor_id: id },
  ]);
});

test("T136 PUT /users/me/password with a wrong current password or an invalid new one changes nothing", async () => {
  await person("bessie");
  const [mine, other] = [await login("bessie"), await login("bessie")];
  const before = await rowCounts(sentinel);
  assert.equal((await change(mine, "not the one", fresh)).status, 403);
  before.audit_events!++; // the failure
  for (const bad of ["short", "password123", "bessie", "", "x".repeat(2000)]) {
    const response = await change(mine, old, bad);
    assert.equal(response.status, 422);
    assert.equal((await response.json()).errors[0].pointer, "#/new_password");
  }
  assert.deepEqual(await rowCounts(sentinel), before);
  assert.deepEqual([await meStatus(mine), await meStatus(other)], [200, 200]);
  assert.equal((await attempt("bessie", old)).status, 200);
});

test(
  "T136 of two changes of one password at once, one succeeds and the other answers that the password is wrong",
  async () => {
    await person("bell");
    const [one, other] = [await login("bell"), await login("bell")];
    const answers = await Promise.all([change(one, old, fresh), change(other, old, "nine lakes and one boat")]);
    const statuses = answers.map(({ status }) => status).toSorted();
    assert.ok(statuses[0] === 204 && statuses[1]! >= 401, String(statuses));
    assert.equal((await attempt("bell", old)).status, 401);
    const [first, second] = [await attempt("bell", fresh), await attempt("bell", "nine lakes and one boat")];
    assert.deepEqual([first.status, second.status].toSorted(), [200, 401]);
  },
);
