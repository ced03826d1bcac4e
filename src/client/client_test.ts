import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startSentinel, test } from "../testing/harness.ts";
import { people } from "../testing/people/people.ts";
import { overSockets } from "../testing/traffic/sockets.ts";
import { createSentinelClient, SentinelError, type Tokens } from "./mod.ts";

const sentinel = await startSentinel({ lasting: false });
const server = overSockets(sentinel.handle);
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await sentinel[Symbol.asyncDispose]();
});

const origin = `http://127.0.0.1:${server.port}`;
const { username, password } = people.ada;
await sentinel.settled("ada");
await sentinel.settled("grace");

/** Tokens of a new session, with an invalid access token. */
async function expired(): Promise<Tokens> {
  const { access_token: _, ...tokens } = await createSentinelClient(origin).login(username, password);
  return { ...tokens, access_token: "long gone" };
}

/** Sends like fetch, and counts requests by path. */
function counting() {
  const counts = new Map<string, number>();
  const send = (request: Request) => {
    const { pathname } = new URL(request.url);
    counts.set(pathname, (counts.get(pathname) ?? 0) + 1);
    return fetch(request);
  };
  return { counts, send };
}

test("login starts a session that every call uses, and logout ends it, here and on the server", async () => {
  const client = createSentinelClient(`${origin}/`);
  await client.login(username, password);
  const { data: me } = await client.GET("/users/me");
  assert.equal(me?.username, "ada");
  const { data: role } = await client.GET("/roles/{role}", { params: { path: { role: "admin" } } });
  assert.equal(role?.built_in, true);
  const tokens = client.tokens;
  await client.logout();
  assert.equal(client.tokens, undefined);
  assert.equal((await client.GET("/users/me")).response.status, 401);
  assert.equal((await createSentinelClient(origin, { tokens }).GET("/users/me")).response.status, 401);
});

test("a refused login throws the problem, and stores no session", async () => {
  const client = createSentinelClient(origin);
  const refused = await client.login(username, "not hers").catch((error) => error);
  assert.ok(refused instanceof SentinelError);
  assert.deepEqual([refused.status, refused.problem?.type], [401, "/problems/invalid_credentials"]);
  assert.equal(client.tokens, undefined);
});

test("fifty calls with an expired token refresh once, and all succeed", async () => {
  const { counts, send } = counting();
  const kept: (Tokens | undefined)[] = [];
  const client = createSentinelClient(origin, {
    tokens: await expired(),
    onTokens: (tokens) => kept.push(tokens),
    fetch: send,
  });
  const answers = await Promise.all(Array.from({ length: 50 }, () => client.GET("/users/me")));
  assert.deepEqual(new Set(answers.map(({ response }) => response.status)), new Set([200]));
  assert.equal(counts.get("/oauth/token"), 1);
  assert.deepEqual(kept, [client.tokens]);
});

test("a body is sent again after the refresh", async () => {
  const client = createSentinelClient(origin, { tokens: await expired() });
  const { data } = await client.POST("/permissions", { body: { name: "documents:read", description: "Read" } });
  assert.equal(data?.name, "documents:read");
});

test("a session that has ended answers 401 to every call, after one refresh, and is forgotten", async () => {
  const tokens = await expired();
  await createSentinelClient(origin, { tokens }).logout();
  const { counts, send } = counting();
  const kept: (Tokens | undefined)[] = [];
  const client = createSentinelClient(origin, { tokens, onTokens: (tokens) => kept.push(tokens), fetch: send });
  const answers = await Promise.all(Array.from({ length: 10 }, () => client.GET("/users/me")));
  assert.deepEqual(answers.map(({ error }) => error?.status), Array(10).fill(401));
  assert.equal(counts.get("/oauth/token"), 1);
  assert.deepEqual([kept, client.tokens], [[undefined], undefined]);
});

test("a server that cannot refresh at the moment ends no session", async () => {
  const tokens = await expired();
  const problem = { type: "/problems/unavailable", title: "", status: 503, detail: "", instance: "", request_id: "" };
  const client = createSentinelClient(origin, {
    tokens,
    fetch: (request) =>
      request.url.endsWith("/oauth/token") ? Promise.resolve(Response.json(problem, { status: 503 })) : fetch(request),
  });
  const answers = await Promise.all([client.GET("/users/me"), client.GET("/users/me")]);
  assert.deepEqual(answers.map(({ response }) => response.status), [503, 503]);
  assert.equal(client.tokens, tokens);
});

/** A client with an expired token, and the answer to its refresh, which is delayed until the test says so. */
async function refreshing(response?: Response) {
  const asked = Promise.withResolvers<void>();
  const through = Promise.withResolvers<void>();
  const kept: (Tokens | undefined)[] = [];
  const client = createSentinelClient(origin, {
    tokens: await expired(),
    onTokens: (tokens) => kept.push(tokens),
    async fetch(request) {
      if (!request.url.endsWith("/oauth/token")) return await fetch(request);
      const answer = response ?? await fetch(request);
      asked.resolve();
      await through.promise;
      return answer;
    },
  });
  const call = client.GET("/users/me");
  await asked.promise;
  return { client, kept, call, letThrough: through.resolve };
}

test("a login during a refresh replaces the session, and no call of the old one is sent in the new one", async () => {
  const { client, kept, call, letThrough } = await refreshing();
  const tokens = await client.login(people.grace.username, people.grace.password);
  letThrough();
  assert.equal((await call).response.status, 401);
  assert.deepEqual([kept, client.tokens], [[tokens], tokens]);
  assert.equal((await client.GET("/users/me")).data?.username, "grace");
});

test("a logout during a refresh remains effective, here and on the server", async () => {
  const { client, kept, call, letThrough } = await refreshing();
  await client.logout();
  letThrough();
  assert.equal((await call).response.status, 401);
  assert.deepEqual([kept, client.tokens], [[undefined], undefined]);
});

test("a refused refresh does not end a session that started meanwhile", async () => {
  const { client, kept, call, letThrough } = await refreshing(
    Response.json({ error: "invalid_grant" }, { status: 400 }),
  );
  const tokens = await client.login(people.grace.username, people.grace.password);
  letThrough();
  assert.equal((await call).response.status, 401);
  assert.deepEqual([kept, client.tokens], [[tokens], tokens]);
});

test("a session that started during a refresh has a refresh of its own", async () => {
  const { client, call, letThrough } = await refreshing();
  await client.login(people.grace.username, people.grace.password);
  client.tokens!.access_token = "long gone";
  const next = client.GET("/users/me");
  letThrough();
  assert.equal((await call).response.status, 401);
  assert.equal((await next).data?.username, "grace");
});

test("a call that needs a fresh sign-in is answered so at once, and a step-up makes it pass", async () => {
  const { counts, send } = counting();
  const client = createSentinelClient(origin, { fetch: send });
  const { access_token } = await client.login(username, password);
  const { sid } = JSON.parse(atob(access_token.split(".")[1]!));
  await sentinel.db.query("test", "update sessions set auth_time = now() - interval '1 hour' where id = $1", [sid]);
  sentinel.principals.forgetSession(sid);
  const newKey = () => client.POST("/users/me/api-keys", { body: { name: "a program", scopes: [] } });
  const { error } = await newKey();
  assert.deepEqual([error?.type, error?.max_age], ["/problems/insufficient_user_authentication", 600]);
  assert.equal(counts.get("/oauth/token"), undefined, "a refresh would not help");
  const refused = await client.stepUp({ current_password: "not hers" }).catch((error) => error);
  assert.deepEqual([refused instanceof SentinelError, refused.status], [true, 403]);
  await client.stepUp({ current_password: password });
  assert.equal((await newKey()).response.status, 201);
});

test("a step-up with an expired token refreshes first, and one without a session is refused", async () => {
  const { counts, send } = counting();
  const client = createSentinelClient(origin, { fetch: send, tokens: await expired() });
  const [tokens] = await Promise.all([client.stepUp({ current_password: password }), client.GET("/users/me")]);
  assert.equal(client.tokens?.refresh_token, tokens.refresh_token);
  assert.equal(counts.get("/oauth/token"), 1);
  assert.equal((await client.GET("/users/me")).response.status, 200);
  await client.logout();
  await assert.rejects(client.stepUp({ current_password: password }), SentinelError);
});

test("the example in the client's README logs in and gets its decision, with only network access", async () => {
  const example = fileURLToPath(new URL("example.ts", import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-net", example, origin, username, password],
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  assert.match(new TextDecoder().decode(stdout), /decision: true/);
});

test("X24 members with a default may be omitted from a request, and null is not a value of them", async () => {
  const client = createSentinelClient(origin);
  const body = { username: "defaults", email: "defaults@example.com", password: "left out by default" };
  const { data } = await client.POST("/register", { body });
  assert.deepEqual(data?.roles, ["user"]);
  // @ts-expect-error: a role is text
  const refused = await client.POST("/register", { body: { ...body, role: null } });
  assert.equal(refused.response.status, 422);
  // @ts-expect-error: a member without a default is required
  const missing = await client.POST("/register", { body: { username: "x", email: "x@example.com" } });
  assert.equal(missing.response.status, 422);
});

test("the package imports nothing of the server", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--quiet", "--json", fileURLToPath(new URL("mod.ts", import.meta.url))],
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: { specifier: string }[] };
  const own = modules.map(({ specifier }) => specifier).filter((specifier) => specifier.startsWith("file:"));
  const outside = own.filter((specifier) =>
    !specifier.includes("/src/client/") && !specifier.includes("/node_modules/")
  );
  assert.deepEqual(outside, []);
});
