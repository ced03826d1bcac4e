import assert from "node:assert/strict";
import pg from "pg";
import { clientConfig } from "../../platform/db/db.ts";
import { testConnection } from "../../testing/database.ts";
import { startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { newcomer, people } from "../../testing/people/people.ts";
import { until } from "../../testing/servers/process.ts";
import { begun, refresh } from "../../testing/people/sessions.ts";
import { statementsOf } from "../../testing/statements/statements.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

/** A new user with a session. */
async function account(): Promise<{ id: string; refresh_token: string; headers: Record<string, string> }> {
  const { id } = await newcomer(sentinel, { roles: ["admin"] });
  const { access_token, refresh_token } = await (await refresh(sentinel, await begun(sentinel, id))).json();
  return { id, refresh_token, headers: { authorization: `Bearer ${access_token}` } };
}

/** Locks these rows until it is disposed of. */
async function locked(table: "users" | "sessions", where: string, id: string): Promise<AsyncDisposable> {
  const client = new pg.Client(clientConfig(testConnection()));
  await client.connect();
  await client.query("begin");
  await client.query(`select from "${sentinel.schema}".${table} where ${where} = $1 for update`, [id]);
  return {
    async [Symbol.asyncDispose]() {
      await client.query("rollback").finally(() => client.end());
    },
  };
}

const inUse = () => sentinel.db.stats().total - sentinel.db.stats().idle;

/** Asserts that all other kinds of requests are served. */
async function othersAreServed(): Promise<void> {
  const { headers } = await account();
  const { username, password } = people.grace;
  const answers = [
    await sentinel.fetch("/readyz"),
    await sentinel.fetch("/login", { form: { username, password } }),
    await sentinel.fetch("/users", { headers }),
    await sentinel.fetch("/users/me", {
      method: "PATCH",
      json: { username: `u${crypto.randomUUID()}` },
      headers,
    }),
  ];
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200]);
}

/** Sends all requests at once; `settled` has the answers so far. */
function crowd(size: number, send: (i: number) => Promise<Response>) {
  const settled: Response[] = [];
  const all = Array.from({ length: size }, async (_, i) => void settled.push(await send(i)));
  return { settled, done: Promise.all(all) };
}

const statuses = (answers: Response[]) =>
  Object.entries(Object.groupBy(answers, ({ status }) => status))
    .map(([status, some]) => [Number(status), some!.length]);

testOnPostgres(
  "X74 300 PATCH /users/me of one account hold three connections, and others are served meanwhile",
  async () => {
    await sentinel.settled("grace");
    const { id, headers } = await account();
    const patch = (i: number) =>
      sentinel.fetch("/users/me", { method: "PATCH", json: { username: `u${i}-${id}` }, headers });
    const recorded = () =>
      sentinel.db.query("test", "select from audit_events where actor_id = $1 and action = 'user.changed'", [id]);
    const { settled, done } = await (async () => {
      await using _ = await locked("users", "id", id);
      const sent = crowd(300, patch);
      await until("those who do not wait are answered", () => Promise.resolve(sent.settled.length === 197));
      assert.deepEqual(statuses(sent.settled), [[429, 197]]);
      assert.equal(inUse(), 3);
      await othersAreServed();
      assert.deepEqual(await recorded(), []);
      return sent;
    })();
    await done;
    assert.deepEqual(statuses(settled), [[200, 103], [429, 197]]);
    assert.equal((await recorded()).length, 103);
    const [refused] = settled;
    assert.equal((await refused!.json()).type, "/problems/too_many_at_once");
    assert.equal(refused!.headers.get("retry-after"), "1");
    assert.equal((await patch(300)).status, 200);
  },
);

testOnPostgres("X74 refreshes of one session from one address hold half of the connections", async () => {
  await sentinel.settled("grace");
  const [{ headers }, { id, refresh_token }] = [await account(), await account()];
  const { settled, done } = await (async () => {
    await using _ = await locked("sessions", "user_id", id);
    const sent = crowd(50, () => refresh(sentinel, refresh_token));
    await until("as many wait as may", () => Promise.resolve(inUse() === 5));
    assert.equal((await sentinel.fetch("/users", { headers })).status, 200);
    assert.equal((await sentinel.fetch("/readyz")).status, 200);
    assert.equal(inUse(), 5);
    return sent;
  })();
  await done;
  assert.deepEqual(statuses(settled), [[200, 50]]);
});

test("X74 any number of simultaneous readiness probes makes one check", async () => {
  const made = await statementsOf(async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => sentinel.fetch("/readyz")));
    assert.deepEqual(statuses(answers), [[200, 50]]);
  });
  assert.deepEqual(made, { list_applied_migrations: 1 });
});

test("X74 three hundred simultaneous reads of one account are answered, or told to try again", async () => {
  const { headers } = await account();
  const answers = await Promise.all(Array.from({ length: 300 }, () => sentinel.fetch("/users", { headers })));
  for (const { status } of answers) assert.ok(status === 200 || status === 429, String(status));
  assert.ok(answers.filter(({ status }) => status === 200).length >= 100);
});
