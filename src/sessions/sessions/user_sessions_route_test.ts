import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import type { PersonName } from "../../testing/people/people.ts";
import { waitsBehind } from "../../testing/people/sessions.ts";
import { parseRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, registrations, evaluator } = sentinel;

const idOf = (refreshToken: string) => parseRefreshToken(refreshToken)!.sessionId;

const meStatus = async (token: string) =>
  (await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${token}` } })).status;

/** A user who may only administer sessions. */
async function warden(): Promise<string> {
  const password = "keeper of the keys";
  await db.query("test", "insert into roles (name) values ('warden')");
  await db.query(
    "test",
    "insert into role_permissions (role, permission) values ('warden', 'sessions:read'), ('warden', 'sessions:revoke')",
  );
  evaluator.forget();
  const person = { username: "warden", email: "warden@example.com", password };
  await registrations.create(person, ["user", "warden"], localActor);
  const { access_token } = await (await sentinel.fetch("/login", { form: { username: "warden", password } })).json();
  return access_token;
}

const wardensToken = await warden();

const asWarden = (path: string, method = "GET") =>
  sentinel.fetch(path, { method, headers: { authorization: `Bearer ${wardensToken}` } });

/** A session of the person, and the paths of the person's sessions. */
async function settled(name: PersonName) {
  const tokens = await sentinel.login(name);
  const all = `/users/${await sentinel.settled(name)}/sessions`;
  return { ...tokens, id: idOf(tokens.refresh_token), all, one: `${all}/${idOf(tokens.refresh_token)}` };
}

test(
  "GET /users/{id}/sessions shows a user's live sessions to a permitted caller, none of them as the current one",
  async () => {
    const grace = await settled("grace");
    const page = await (await asWarden(grace.all)).json();
    assert.ok(page.items.some(({ id }: { id: string }) => id === grace.id));
    assert.ok(page.items.every(({ current }: { current: boolean }) => !current));
    assert.equal((await asWarden(`/users/${crypto.randomUUID()}/sessions`)).status, 404);
  },
);

test("T148 without the permission another user's sessions are 403, whether there are any or not", async () => {
  const ada = await settled("ada");
  const nowhere = `/users/${crypto.randomUUID()}/sessions`;
  const requests: [path: string, method: string][] = [
    [ada.all, "GET"],
    [ada.all, "DELETE"],
    [ada.one, "DELETE"],
    [nowhere, "GET"],
    [nowhere, "DELETE"],
    [`${nowhere}/${crypto.randomUUID()}`, "DELETE"],
  ];
  const bodies = new Set<string>();
  for (const [path, method] of requests) {
    const response = await sentinel.fetch(path, { method }, "grace");
    assert.equal(response.status, 403);
    const { request_id: _, instance: __, ...body } = await response.json();
    bodies.add(JSON.stringify(body));
  }
  assert.equal(bodies.size, 1);
  assert.equal(await meStatus(ada.access_token), 200);
});

test("T158 a caller with the permission cannot end sessions of a user who holds more", async () => {
  const [ada, grace] = [await settled("ada"), await settled("grace")];
  for (const path of [ada.all, ada.one]) assert.equal((await asWarden(path, "DELETE")).status, 403);
  assert.equal(await meStatus(ada.access_token), 200);
  assert.equal((await asWarden(grace.one, "DELETE")).status, 204);
  assert.equal(await meStatus(grace.access_token), 401);
  const last = await settled("grace");
  assert.equal((await asWarden(last.all, "DELETE")).status, 204);
  assert.equal(await meStatus(last.access_token), 401);
  const ended = await sentinel.fetch(last.all, {}, "ada");
  assert.deepEqual((await ended.json()).items, []);
});

test("T141 DELETE /users/{id}/sessions/{session_id} ends a session only under its own user", async () => {
  const [ada, grace] = [await settled("ada"), await settled("grace")];
  const crossed = [
    `${grace.all}/${ada.id}`,
    `${grace.all}/${crypto.randomUUID()}`,
    `/users/${ada.id}/sessions/${ada.id}`,
  ];
  for (const path of crossed) assert.equal((await asWarden(path, "DELETE")).status, 404);
  for (const { access_token } of [ada, grace]) assert.equal(await meStatus(access_token), 200);
});

test("an administrator can end any user's sessions, and the event names the administrator", async () => {
  const grace = await settled("grace");
  assert.equal((await sentinel.fetch(grace.one, { method: "DELETE" }, "ada")).status, 204);
  const [event] = await db.query<{ actor_id: string }>(
    "test",
    "select actor_id from audit_events where action = 'session.revoked' and subject_id = $1",
    [grace.id],
  );
  assert.equal(event!.actor_id, await sentinel.settled("ada"));
});

for (const path of ["all", "one"] as const) {
  testOnPostgres(
    `an administrator who ends ${path} of a user's sessions waits for a transaction that has locked the user`,
    async () => {
      const grace = await settled("grace");
      let answer: Promise<Response> | undefined;
      await db.transaction(async (tx) => {
        await tx.query("test", "select from users where id = $1 for update", [await sentinel.settled("grace")]);
        answer = asWarden(grace[path], "DELETE");
        assert.ok(await waitsBehind(tx, sentinel, answer), "it did not wait");
        const live = "select from sessions where id = $1 and revoked_at is null for update nowait";
        assert.equal((await tx.query("test", live, [grace.id])).length, 1);
      });
      assert.equal((await answer!).status, 204);
    },
  );
}
