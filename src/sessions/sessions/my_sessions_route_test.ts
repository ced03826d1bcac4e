import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { parseRefreshToken } from "../../tokens/refresh_tokens/refresh_token.ts";

const sentinel = await startSentinel({
  lasting: false,
  settings: { SENTINEL_TRUSTED_PROXIES: "127.0.0.1" },
  cheapHashes: true,
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const { db, settings } = sentinel;

const password = "a password of theirs";
const hash = await sentinel.passwords.hash(password);

/** A new user. */
const someone = () => newcomer(sentinel, { roles: ["user"], hash });

type Person = Awaited<ReturnType<typeof someone>>;
type Login = { id: string; access_token: string; refresh_token: string };
type Listed = Record<string, unknown> & { id: string; current: boolean; created_at: string; last_seen_at: string };

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** A session from this address and agent. */
async function login({ username }: Person, ip = "192.0.2.7", agent = "Mozilla/5.0"): Promise<Login> {
  const headers = { "x-forwarded-for": ip, "user-agent": agent };
  const tokens = await (await sentinel.fetch("/login", { form: { username, password }, headers })).json();
  return { ...tokens, id: parseRefreshToken(tokens.refresh_token)!.sessionId };
}

async function listed({ access_token }: Login, query = ""): Promise<Listed[]> {
  const response = await sentinel.fetch(`/users/me/sessions${query}`, bearer(access_token));
  assert.equal(response.status, 200);
  return (await response.json()).items;
}

const end = ({ access_token }: Login, id: string) =>
  sentinel.fetch(`/users/me/sessions/${id}`, { method: "DELETE", ...bearer(access_token) });

const meStatus = async ({ access_token }: Login) => (await sentinel.fetch("/users/me", bearer(access_token))).status;

const refresh = (refresh_token: string) =>
  sentinel.fetch("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });

test(
  "T104 GET /users/me/sessions shows when and from where each session started, its last refresh, and the current one",
  async () => {
    const person = await someone();
    const phone = await login(person, "198.51.100.9", "Phone/1");
    const desk = await login(person, "2001:db8::7", "x".repeat(1000));
    await db.query(
      "test",
      "update sessions set created_at = created_at - interval '1 hour', last_seen_at = created_at where user_id = $1",
      [person.id],
    );
    assert.equal((await refresh(phone.refresh_token)).status, 200);
    const [newest, oldest, ...others] = await listed(desk);
    assert.deepEqual(others, []);
    const { created_at, last_seen_at, expires_at, ...facts } = newest!;
    assert.deepEqual(facts, {
      id: desk.id,
      kind: "api",
      client_id: null,
      client_name: null,
      ip: "2001:db8::7",
      user_agent: "x".repeat(256),
      amr: ["pwd"],
      current: true,
    });
    assert.deepEqual([oldest!.id, oldest!.ip, oldest!.user_agent, oldest!.current], [
      phone.id,
      "198.51.100.9",
      "Phone/1",
      false,
    ]);
    assert.ok(Date.parse(oldest!.last_seen_at) - Date.parse(oldest!.created_at) >= 3_600_000);
    assert.ok(Date.parse(String(expires_at)) > Date.parse(created_at) && last_seen_at);
  },
);

test("GET /users/me/sessions goes page by page, and shows no other user's sessions and none that has ended", async () => {
  const person = await someone();
  await login(await someone());
  const older = [await login(person), await login(person)];
  const others = [await login(person), await login(person), await login(person)];
  const asking = await login(person);
  const backdate = (what: string, id: string) => db.query("test", `update sessions set ${what} where id = $1`, [id]);
  await backdate("expires_at = now()", others[0]!.id);
  await backdate(`last_seen_at = now() - interval '${settings.SENTINEL_SESSION_IDLE_SECONDS} seconds'`, others[1]!.id);
  assert.equal((await end(asking, others[2]!.id)).status, 204);

  const seen: Listed[] = [];
  let query: string | undefined = "?page_size=1";
  while (query !== undefined) {
    const page: { items: Listed[]; next_page_token?: string } =
      await (await sentinel.fetch(`/users/me/sessions${query}`, bearer(asking.access_token))).json();
    assert.ok(page.items.length <= 1);
    seen.push(...page.items);
    query = page.next_page_token && `?page_size=1&page_token=${page.next_page_token}`;
  }
  assert.deepEqual(seen.map(({ id }) => id), [asking.id, older[1]!.id, older[0]!.id]);
  assert.deepEqual((await listed(asking)).map(({ id }) => id), seen.map(({ id }) => id));
  assert.deepEqual(seen.map(({ current }) => current), [true, false, false]);
});

test("T141 DELETE /users/me/sessions/{id} ends the user's own session, and answers 404 for any other", async () => {
  const person = await someone();
  const [mine, other, theirs] = [await login(person), await login(person), await login(await someone())];
  for (const id of [theirs.id, crypto.randomUUID()]) {
    const response = await end(mine, id);
    assert.equal(response.status, 404);
    assert.equal((await response.json()).type, "/problems/not_found");
  }
  assert.equal(await meStatus(theirs), 200);
  assert.equal((await end(mine, other.id)).status, 204);
  assert.equal(await meStatus(other), 401);
  assert.equal((await refresh(other.refresh_token)).status, 400);
  assert.equal((await end(mine, other.id)).status, 404);
  assert.equal(await meStatus(mine), 200);
  const events = await db.query<{ action: string; actor_id: string; subject_id: string }>(
    "test",
    "select action, actor_id, subject_id from audit_events where subject_id = any($1) and action <> 'session.created'",
    [[other.id, theirs.id]],
  );
  assert.deepEqual(events, [{ action: "session.revoked", actor_id: person.id, subject_id: other.id }]);
  assert.equal((await end(mine, mine.id)).status, 204);
  assert.equal(await meStatus(mine), 401);
});

test("DELETE /users/me/sessions ends a thousand at once, in one event, and leaves the one that asks", async () => {
  const person = await someone();
  const [mine, other, theirs] = [await login(person), await login(person), await login(await someone())];
  await db.query(
    "test",
    `insert into sessions (id, user_id, refresh_seed, secret_id, expires_at)
     select gen_random_uuid(), user_id, refresh_seed, secret_id, expires_at
     from sessions, generate_series(1, 1000) where id = $1`,
    [other.id],
  );
  const response = await sentinel.fetch("/users/me/sessions", { method: "DELETE", ...bearer(mine.access_token) });
  assert.equal(response.status, 204);
  assert.deepEqual((await listed(mine)).map(({ id }) => id), [mine.id]);
  assert.deepEqual([await meStatus(mine), await meStatus(other), await meStatus(theirs)], [200, 401, 200]);
  const events = await db.query<{ sessions: number }>(
    "test",
    `select (facts->>'sessions')::int as sessions from audit_events
     where action = 'user.sessions_revoked' and subject_id = $1`,
    [person.id],
  );
  assert.equal(events.length, 1);
  assert.ok(events[0]!.sessions > 1000);
});

test("T142 a session's id gives no access, and does not reveal the next one", async () => {
  const person = await someone();
  const logins = [await login(person), await login(person)];
  for (const { id } of logins) {
    assert.equal((await sentinel.fetch("/users/me", bearer(id))).status, 401);
    assert.equal((await refresh(id)).status, 400);
    await sentinel.fetch("/logout", { json: { refresh_token: id } });
    await sentinel.fetch("/oauth/revoke", { form: { token: id } });
  }
  for (const each of logins) assert.equal(await meStatus(each), 200);
});

test("T142 the last 42 bits of fifty session ids are random: none follows from the previous one", async () => {
  const person = await someone();
  const ids: string[] = [];
  while (ids.length < 50) ids.push((await login(person)).id);
  // Before them are the time and, for ids of one millisecond, a counter (RFC 9562 §6.2, method 1).
  const random = ids.map((id) => BigInt.asUintN(42, BigInt(`0x${id.slice(-12)}`)));
  const steps = random.slice(1).map((each, i) => BigInt.asIntN(42, each - random[i]!));
  assert.equal(new Set(steps).size, steps.length);
  const small = steps.filter((step) => -(2n ** 16n) < step && step < 2n ** 16n);
  assert.deepEqual(small, []); // by chance: 1 in 600,000
  for (let bit = 0n; bit < 42n; bit++) {
    const ones = random.filter((each) => each >> bit & 1n).length;
    assert.ok(ones > 5 && ones < 45, `bit ${bit} is 1 in ${ones}`); // by chance of all bits: 1 in 5,000,000
  }
});
