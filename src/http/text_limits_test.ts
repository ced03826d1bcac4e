import assert from "node:assert/strict";
import { type Init, startSentinel, test } from "../testing/harness.ts";

const sentinel = await startSentinel({ lasting: false, level: "warn" });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

/** Lengths around every limit of text, in UTF-16 units. */
const limits = [1, 2, 63, 64, 127, 128, 254, 256, 508, 512, 1_024, 2_048, 4_096];

/** A character of two units, and half of one. */
const odd = ["😀", "\ud800"];

/** Texts that a cut at or beside a limit would split inside of a character. */
const texts = limits.flatMap((limit) =>
  odd.flatMap((tail) => [0, 1].map((less) => "a".repeat(Math.max(0, limit - less)) + tail + tail))
);

const json = { "content-type": "application/json" };
const ada = { authorization: `Bearer ${await sentinel.tokenOf("ada")}` };

/** Each operation that takes text, and where; `text` stands for names and for values. */
const places: Record<string, (text: string) => [path: string, init: Init]> = {
  "a member's name": (text) => ["/register", { body: JSON.stringify({ [text]: 1 }) }],
  "a name below other names": (text) => ["/roles", { body: JSON.stringify({ name: { [text]: { [text]: text } } }) }],
  "a username to log in by": (text) => ["/login", { body: JSON.stringify({ username: text, password: "x" }) }],
  "an address to register": (
    text,
  ) => ["/register", { body: JSON.stringify({ email: text, username: text, password: text }) }],
  "a role to register with": (text) => ["/register", {
    body: JSON.stringify({
      username: "new.name",
      email: "new@example.com",
      password: "seven seas and one",
      role: text,
    }),
  }],
  "a role's parts": (
    text,
  ) => ["/roles", { body: JSON.stringify({ name: "odd", permissions: [text], parents: [text] }) }],
  "a description": (text) => ["/permissions", { body: JSON.stringify({ name: "odd:text", description: text }) }],
  "an excluded role": (text) => ["/role-exclusions", {
    body: JSON.stringify({ description: text, roles: [text, "user"], at_most: 1 }),
  }],
  "a subject": (text) => ["/access/v1/evaluation", {
    body: JSON.stringify({
      subject: { type: text, id: text, properties: { [text]: text } },
      action: { name: text },
      resource: { type: text },
      context: { explain: true, [text]: text },
    }),
  }],
  "a page token": (text) => ["/access/v1/search/subject", {
    body: JSON.stringify({
      subject: { type: "user" },
      action: { name: "read" },
      resource: { type: "documents" },
      page: { token: text },
    }),
  }],
  "a search": (text) => [`/users?username=${encodeURIComponent(text.toWellFormed())}`, { method: "GET" }],
  "a parameter's name": (text) => [`/users?${encodeURIComponent(text.toWellFormed())}=1`, { method: "GET" }],
  "a path": (text) => [`/roles/${encodeURIComponent(text.toWellFormed())}`, { method: "GET" }],
  "a form": (text) => ["/oauth/token", {
    body: new URLSearchParams({ grant_type: text, scope: text, [text.toWellFormed()]: text }).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  }],
};

test("X77 text that a limit would cut inside of a character is answered as declared, and never by a 500", async () => {
  for (const [what, place] of Object.entries(places)) {
    for (const text of texts) {
      const [path, { headers = json, ...init }] = place(text);
      const given = { method: "POST", ...init, headers: { ...ada, ...headers } };
      if (given.method === "GET") delete (given.headers as Record<string, string>)["content-type"];
      const response = await sentinel.fetch(path, given);
      const body = await response.text();
      assert.ok(response.status < 500, `${what}: ${response.status} ${body} for ${JSON.stringify(text)}`);
      assert.ok(body.isWellFormed() && !/\\ud[89a-f]/i.test(body.replaceAll(JSON.stringify(text), "")), what);
    }
  }
  assert.doesNotMatch(await sentinel.logs(), /"level":"error"/);
});

test("X77 a user agent is kept up to its limit, in whole characters", async () => {
  const { username, password } = { username: "grace", password: "nanoseconds of wire" };
  await sentinel.settled("grace");
  for (const [given, kept] of [["a".repeat(300), "a".repeat(256)], ["é".repeat(200), "é".repeat(200)]] as const) {
    const headers = { "user-agent": given };
    const { access_token } = await (await sentinel.fetch("/login", { form: { username, password }, headers })).json();
    const authorization = `Bearer ${access_token}`;
    const sessions = await sentinel.fetch("/users/me/sessions", { headers: { authorization } });
    const { items } = await sessions.json();
    assert.ok(items.some((each: { user_agent: string }) => each.user_agent === kept));
  }
});

test("X77 X73 errors name members in whole characters, and there are at most 20 of them", async () => {
  const name = "a".repeat(63) + "😀";
  const refused = await sentinel.fetch("/register", { json: { [name]: 1 } });
  assert.equal(refused.status, 422);
  const { errors } = await refused.json();
  assert.ok(errors.some(({ pointer }: { pointer: string }) => pointer === `#/${"a".repeat(63)}`));
  const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`member${i}`, "\0"]));
  for (const json of [many, { name: "many", permissions: Array(900).fill(1) }]) {
    const response = await sentinel.fetch("/roles", { json }, "ada");
    assert.equal((await response.json()).errors.length, 20);
  }
});
