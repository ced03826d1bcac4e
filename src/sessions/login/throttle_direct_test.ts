import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";

// No proxy is trusted.
const sentinel = await startSentinel({
  lasting: false,
  settings: {
    SENTINEL_RATE_LIMIT: "on",
    SENTINEL_RATE_LIMIT_LOGIN_ADDRESS: "5/900",
    SENTINEL_RATE_LIMIT_REGISTER_ADDRESS: "2/3600",
  },
});
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const randomAddress = () =>
  `203.0.113.${Math.floor(Math.random() * 256)}, 198.51.100.${Math.floor(Math.random() * 256)}`;

const from = (address: string) => ({ headers: { "x-forwarded-for": address } });

const login = async (username: string, headers = from(randomAddress())) =>
  (await sentinel.fetch("/login", { form: { username, password: "wrong password" }, ...headers })).status;

test("T109 another X-Forwarded-For at each login evades no limit: the socket's address counts", async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 8; i++) statuses.push(await login(`somebody-${i}`));
  assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429, 429]);
  assert.equal(await login("somebody-8", from("127.0.0.1")), 429);
  assert.equal(await login("somebody-9", from("")), 429);
});

test("T109 another X-Forwarded-For at each registration evades no limit either", async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 4; i++) {
    const json = { username: `new-${i}`, email: `new-${i}@example.com`, password: "a long enough one" };
    statuses.push((await sentinel.fetch("/register", { json, ...from(randomAddress()) })).status);
  }
  assert.deepEqual(statuses, [201, 201, 429, 429]);
});
