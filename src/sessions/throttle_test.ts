import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";
import { people } from "../testing/people.ts";

const sentinel = await startSentinel({
  settings: { SENTINEL_RATE_LIMIT: "on", SENTINEL_RATE_LIMIT_LOGIN_ACCOUNT: "3/900" },
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const attempt = (username: string, password: string) => sentinel.fetch("/login", { form: { username, password } });

test("T094 T106 spellings of one name share a bucket; when it is empty the right password is 429 too, alike for strangers", async () => {
  await sentinel.settled("nobody");
  const { password } = people.nobody;
  for (const name of ["nobody", "NOBODY", "ｎｏｂｏｄｙ"]) {
    assert.equal((await attempt(name, "wrong password")).status, 401);
  }
  for (let i = 0; i < 3; i++) assert.equal((await attempt("no-such-user", "wrong password")).status, 401);

  const known = await attempt("nobody", password);
  const unknown = await attempt("no-such-user", password);
  assert.deepEqual([known.status, unknown.status], [429, 429]);
  for (const { headers } of [known, unknown]) {
    assert.ok(Number(headers.get("retry-after")) > 0);
    assert.equal(headers.get("ratelimit-policy"), '"login_account";q=3;w=900');
  }
  const [{ request_id: _a, ...one }, { request_id: _b, ...other }] = [await known.json(), await unknown.json()];
  assert.deepEqual(one, other);
});

test("unlock lets strangers try again at once", async () => {
  await sentinel.users.unlock("nobody");
  assert.equal((await attempt("nobody", people.nobody.password)).status, 200);
});

test("T121 a success gives back its own take and no more", async () => {
  await sentinel.settled("grace");
  const { username, password } = people.grace;
  for (let i = 0; i < 6; i++) assert.equal((await attempt(username, password)).status, 200);
  const guesses = await Promise.all(Array.from({ length: 6 }, () => attempt(username, "wrong password")));
  const statuses = guesses.map(({ status }) => status).toSorted();
  assert.deepEqual(statuses, [401, 401, 401, 429, 429, 429]);
});
