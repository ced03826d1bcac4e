import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";
import { people } from "../testing/people/people.ts";
import { overSockets } from "../testing/traffic/sockets.ts";
import { type Browser, browserStorage, createSentinelClient, type SentinelClient, type TokenStorage } from "./mod.ts";

// Without a grace, a refresh token that is sent twice counts as theft.
const sentinel = await startSentinel({ lasting: false, settings: { SENTINEL_REFRESH_GRACE_SECONDS: "0" } });
let refreshes = 0;
const server = overSockets((request, info) => {
  if (request.method === "POST" && request.url.endsWith("/oauth/token")) refreshes++;
  return sentinel.handle(request, info);
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await sentinel[Symbol.asyncDispose]();
});

const origin = `http://127.0.0.1:${server.port}`;
const { username, password } = people.ada;
await sentinel.settled("ada");
await sentinel.settled("grace");

/** A browser with two tabs: what one writes is reported to the other later, and they share locks. */
function browserOf(tabCount: number, { locks = true, events = true } = {}): Browser[] {
  const items = new Map<string, string>();
  const queues = new Map<string, Promise<unknown>>();
  const heard: Set<(event: { key: string | null }) => void>[] = [];
  return Array.from({ length: tabCount }, (_, tab) => {
    heard[tab] = new Set();
    const tell = (key: string) => {
      const others = heard.filter((_, other) => events && other !== tab);
      queueMicrotask(() => others.forEach((listeners) => listeners.forEach((listener) => listener({ key }))));
    };
    return {
      localStorage: {
        getItem: (key) => items.get(key) ?? null,
        setItem: (key, value) => {
          items.set(key, value);
          tell(key);
        },
        removeItem: (key) => {
          items.delete(key);
          tell(key);
        },
      },
      navigator: locks ? { locks: { request: runInTurn } } : {},
      addEventListener: (_, listener) => void heard[tab]!.add(listener),
      removeEventListener: (_, listener) => void heard[tab]!.delete(listener),
    } as Browser;
  });

  function runInTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const result = (queues.get(name) ?? Promise.resolve()).then(work);
    queues.set(name, result.catch(() => {}));
    return result;
  }
}

const clientOf = (browser: Browser) => createSentinelClient(origin, { storage: browserStorage("sentinel", browser) });

/** A session that both tabs start with, with an invalid access token. */
async function twoTabs(browsers: Browser[]): Promise<[SentinelClient, SentinelClient]> {
  const first = clientOf(browsers[0]!);
  await first.login(username, password);
  const second = clientOf(browsers[1]!);
  for (const { tokens } of [first, second]) tokens!.access_token = "long gone";
  refreshes = 0;
  return [first, second];
}

const nameIn = async (client: SentinelClient) => (await client.GET("/users/me")).data?.username;

async function reuses(): Promise<number> {
  const rows = await sentinel.db.query("test", "select from audit_events where action = 'session.refresh_reused'");
  return rows.length;
}

for (const events of [true, false]) {
  const how = events ? "is told of it" : "is told of nothing";
  test(`X03 a tab refreshes, another ${how}, and calls long after: both stay logged in`, async () => {
    const [first, second] = await twoTabs(browserOf(2, { events }));
    assert.equal(await nameIn(first), "ada");
    assert.equal(await nameIn(second), "ada");
    assert.deepEqual(second.tokens, first.tokens);
    assert.deepEqual([refreshes, await reuses()], [1, 0]);
  });
}

test("X03 two tabs whose calls need a refresh at the same time refresh once", async () => {
  const tabs = await twoTabs(browserOf(2));
  const names = await Promise.all(Array.from({ length: 20 }, (_, i) => nameIn(tabs[i % 2]!)));
  assert.deepEqual(new Set(names), new Set(["ada"]));
  assert.deepEqual([refreshes, await reuses()], [1, 0]);
});

test("X03 a logout in one tab also logs out the other, whose calls are answered 401", async () => {
  const [first, second] = await twoTabs(browserOf(2));
  const told: unknown[] = [];
  const unsubscribe = second.subscribe(() => told.push(second.tokens));
  await first.logout();
  assert.deepEqual([second.tokens, told], [undefined, [undefined]]);
  assert.equal((await second.GET("/users/me")).response.status, 401);
  unsubscribe();
  await first.login(username, password);
  assert.equal(told.length, 1);
  assert.deepEqual(second.tokens, first.tokens);
});

test("X03 a login in one tab is also that of the other, and no call of the old session is sent in the new one", async () => {
  const [first, second] = browserOf(2, { events: false });
  const other = clientOf(second!);
  const client = clientOf(first!);
  await client.login(username, password);
  client.tokens!.access_token = "long gone";
  await other.login(people.grace.username, people.grace.password);
  refreshes = 0;
  assert.equal((await client.GET("/users/me")).response.status, 401);
  assert.equal(refreshes, 0);
  assert.equal(await nameIn(client), "grace");
});

test("X03 a session that has ended elsewhere ends in both tabs, after one refresh", async () => {
  const tabs = await twoTabs(browserOf(2));
  await sentinel.db.query("test", "update sessions set revoked_at = now() where revoked_at is null");
  const answers = await Promise.all(tabs.map((tab) => tab.GET("/users/me")));
  assert.deepEqual(answers.map(({ response }) => response.status), [401, 401]);
  assert.deepEqual([refreshes, tabs.map(({ tokens }) => tokens)], [1, [undefined, undefined]]);
});

test("X03 a closed client ignores other clients, and what other scripts write is no session", async () => {
  const [first, second] = browserOf(2);
  const client = clientOf(first!);
  client.close();
  await clientOf(second!).login(username, password);
  assert.equal(client.tokens, undefined);
  for (const text of ["", "{", "null", "1", '{"id":"1"}', '{"id":"1","tokens":{"access_token":1}}']) {
    first!.localStorage.setItem("sentinel", text);
    assert.equal(clientOf(first!).tokens, undefined, text);
  }
});

test("X03 an asynchronous storage, such as a file or a database, is read before the first call", async () => {
  const kept = browserStorage("sentinel", browserOf(1)[0]);
  const later: TokenStorage = {
    ...kept,
    read: async () => await kept.read(),
    write: async (session) => await kept.write(session),
  };
  const first = createSentinelClient(origin, { storage: later });
  assert.equal((await first.GET("/users/me")).response.status, 401);
  await first.login(username, password);
  const second = createSentinelClient(origin, { storage: later });
  assert.equal(second.tokens, undefined);
  assert.equal(await nameIn(second), "ada");
  assert.equal(await nameIn(first), "ada");
});
