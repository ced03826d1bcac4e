import assert from "node:assert/strict";
import { newKey } from "../../testing/people/api_keys.ts";
import { bearerChallenge, invalidTokenChallenge } from "../../testing/challenges.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { newcomer } from "../../testing/people/people.ts";
import { overSockets } from "../../testing/traffic/sockets.ts";

const sentinel = await startSentinel({ lasting: false });
const { speak, ...server } = overSockets(sentinel.handle);
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await sentinel[Symbol.asyncDispose]();
});

const { id } = await newcomer(sentinel);
const { key } = await newKey(sentinel, id, ["tokens:introspect"]);
const token = await sentinel.tokenOf("grace");
const basic = (user: string, password: string) => `Basic ${btoa(`${user}:${password}`)}`;
const ask = (headers: Record<string, string>, path = "/users/me") => sentinel.fetch(path, { headers });
const status = async (headers: Record<string, string>, path?: string) => (await ask(headers, path)).status;

test("an API key is taken as Bearer, as x-api-key and as the password of Basic with any username", async () => {
  const ways = [
    { authorization: `Bearer ${key}` },
    { authorization: `bearer ${key}` },
    { "x-api-key": key },
    ...["", "git", "prometheus", "a@b.example"].map((user) => ({ authorization: basic(user, key) })),
    { authorization: basic("x", key).replace("Basic", "basic") },
  ];
  for (const way of ways) assert.equal((await (await ask(way)).json()).id, id, JSON.stringify(way));
});

test("Authorization wins over x-api-key, whatever each of them is", async () => {
  const whose = async (headers: Record<string, string>) => (await (await ask(headers)).json()).username;
  assert.equal(await whose({ authorization: `Bearer ${token}`, "x-api-key": key }), "grace");
  const [broken, other] = [`${key.slice(0, -1)}_`, basic("ada", "not a key")];
  assert.equal(await status({ authorization: `Bearer ${key}`, "x-api-key": broken }), 200);
  for (const authorization of [`Bearer ${broken}`, "Bearer", other, "Negotiate abc", "Digest x"]) {
    assert.equal(await status({ authorization, "x-api-key": key }), 401, authorization);
  }
});

test("two keys at once, an access token as x-api-key and a key in the query, a form or a cookie are refused", async () => {
  for (const lines of [[`x-api-key: ${key}`, `x-api-key: ${key}`], [`x-api-key: ${token}`], ["x-api-key:"]]) {
    assert.equal((await speak(["GET /users/me HTTP/1.1", ...lines]))?.status, 401, lines.join());
  }
  for (const name of ["api_key", "key", "access_token", "x-api-key"]) {
    assert.equal(await status({}, `/users/me?${name}=${key}`), 401, name);
    assert.equal(await status({ cookie: `${name}=${key}` }), 401, name);
  }
});

test("Basic is refused with anything but a key, and where a page of a browser may have sent it", async () => {
  for (const password of [token, "nanoseconds of wire", key.slice(1), `${key}x`, `x:${key}`, ""]) {
    const response = await ask({ authorization: basic("grace", password) });
    assert.deepEqual([response.status, response.headers.get("www-authenticate")], [401, bearerChallenge()], password);
  }
  for (const authorization of ["Basic", "Basic ", "Basic é", `Basic ${btoa(key)}`, `Basic ${key}`]) {
    if (/^[\x20-\x7e]*$/.test(authorization)) assert.equal(await status({ authorization }), 401, authorization);
  }
  const authorization = basic("x", key);
  assert.equal(await status({ authorization, "sec-fetch-site": "none" }), 200);
  for (const site of ["cross-site", "same-site", "same-origin", ""]) {
    assert.equal(await status({ authorization, "sec-fetch-site": site }), 401, site);
  }
  for (const origin of ["http://localhost:8000", "https://evil.example", "null"]) {
    assert.equal(await status({ authorization, origin }), 401, origin);
  }
});

test("below /oauth/ Basic is no key, and a key is taken by both other ways", async () => {
  const introspect = async (headers: Record<string, string>) =>
    (await sentinel.fetch("/oauth/introspect", { form: { token }, headers })).status;
  assert.equal(await introspect({ authorization: basic("x", key) }), 401);
  for (const headers of [{ authorization: `Bearer ${key}` }, { "x-api-key": key }]) {
    assert.equal(await introspect(headers as Record<string, string>), 403, "its user does not hold the permission");
  }
});

test("no refusal of a key asks for Basic, and all of them are alike", async () => {
  const unknown = (await newKey(sentinel, (await newcomer(sentinel)).id)).key;
  await sentinel.db.query("test", "delete from api_keys where user_id <> $1", [id]);
  const bodies = new Set<string>();
  for (const bad of [unknown, `${key.slice(0, -1)}_`, "snt_pat_", "snt_rt_x"]) {
    for (const headers of [{ authorization: `Bearer ${bad}` }, { "x-api-key": bad }]) {
      const response = await ask(headers as Record<string, string>);
      assert.equal(response.headers.get("www-authenticate"), invalidTokenChallenge, bad);
      const { request_id: _, ...body } = await response.json();
      bodies.add(JSON.stringify(body));
    }
  }
  assert.equal(bodies.size, 1);
});
