import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { Problem } from "../../vocabulary/problems.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { newServiceAccount } from "../../testing/people/people.ts";
import { overSockets } from "../../testing/traffic/sockets.ts";
import { countInto, type StatementCounts } from "../../testing/statements/statements.ts";
import { createPages, pageSizeMax } from "./list_page.ts";

const sentinel = await startSentinel({ lasting: false });
/** The statements of all requests over sockets. */
const made: StatementCounts = {};
const { speak, ...server } = overSockets((request, info) => countInto(made, () => sentinel.handle(request, info)));
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await sentinel[Symbol.asyncDispose]();
});

const { operations } = sentinel.app;
const lists = operations.filter(({ success }) => success.kind === "json" && success.paged);
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** The parameters of the lists' paths: a user with at least two sessions. */
const parameters: Record<string, string> = {
  id: await sentinel.settled("grace"),
  service_account_id: (await newServiceAccount(sentinel)).id,
};
const concrete = (path: string) =>
  path.replace(/^\/service-accounts\/\{id\}/, "/service-accounts/{service_account_id}")
    .replaceAll(/\{(\w+)\}/g, (_, name) => parameters[name] ?? assert.fail(`a value for ${name}, please`));

const keyed = createPages(new Uint8Array(32).fill(1));

/** The token of the page after the first item of `list`. */
async function tokenOf(list: string, pages = keyed): Promise<string> {
  const { next_page_token } = await pages.read(
    list,
    { page_size: 1 },
    () => Promise.resolve(["k1", "k2"]),
    String,
  );
  return next_page_token!;
}

/** The key that `token` starts after, as the list with this name reads it. */
async function keyIn(token: string, list: string, pages = keyed): Promise<string | null> {
  let key: string | null = null;
  await pages.read(list, { page_token: token }, (after) => (key = after, Promise.resolve([])), String);
  return key;
}

const refused = { name: "Problem", code: "malformed_request" } satisfies Partial<Problem>;

test("every list with page tokens answers with pages, and every page accepts its token", () => {
  assert.ok(lists.length > 0);
  for (const { path, query, success } of operations.filter((each) => each.success.kind !== "html")) {
    const takes = query !== undefined && "page_token" in query.shape;
    assert.equal(takes, success.kind === "json" && success.paged === true, path);
  }
});

test(
  "GET /users/me/sessions links each page except the last to the next, relative and with the rest of the query",
  async () => {
    const { access_token } = await sentinel.login("ada");
    await sentinel.login("ada");
    const { items: all } = await (await sentinel.fetch("/users/me/sessions", bearer(access_token))).json();
    const seen: string[] = [];
    let target: string | undefined = "/users/me/sessions?page_size=1";
    while (target) {
      const response = await sentinel.fetch(target, bearer(access_token));
      const { items, next_page_token } = await response.json();
      seen.push(...items.map(({ id }: { id: string }) => id));
      target = /^<(.*)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
      if (next_page_token === undefined) assert.equal(target, undefined);
      else assert.equal(target, `/users/me/sessions?page_size=1&page_token=${next_page_token}`);
    }
    assert.ok(seen.length >= 2);
    assert.deepEqual(seen, all.map(({ id }: { id: string }) => id));
  },
);

test("GET /openapi.json declares Link on every list, and on nothing else", async () => {
  type Described = { responses: Record<string, { headers?: Record<string, unknown> }> };
  const { paths }: { paths: Record<string, Record<string, Described>> } = await (await sentinel.fetch("/openapi.json"))
    .json();
  for (const { path, method, success, hidden } of operations) {
    if (hidden) continue;
    const { Link } = paths[path]![method]!.responses[success.status]!.headers ?? {};
    assert.equal(Link !== undefined, success.kind === "json" && success.paged === true, path);
  }
});

test("T077 a page token with a changed, removed or added byte or bit is refused", async () => {
  const token = await tokenOf("sessions");
  assert.equal(await keyIn(token, "sessions"), "k1");
  const bytes = Buffer.from(token, "base64url");
  const flipped = Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const changed = Buffer.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    return changed.toString("base64url");
  });
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const respelt = [...alphabet].map((last) => token.slice(0, -1) + last).filter((each) => each !== token);
  const cut = Array.from(token, (_, end) => token.slice(0, end));
  const padded = ["=", "==", "A", "\n", " ", "%", "\u0000"].flatMap((more) => [token + more, more + token]);
  for (const each of [...flipped, ...respelt, ...cut, ...padded, "A".repeat(10_000)]) {
    await assert.rejects(keyIn(each, "sessions"), refused, each.slice(0, 80));
  }
});

test("T077 a page token of another list, or signed with another key, is refused", async () => {
  await assert.rejects(keyIn(await tokenOf("users"), "sessions"), refused);
  await assert.rejects(keyIn(await tokenOf("sessions ada"), "sessions grace"), refused);
  const others = [new Uint8Array(32), new Uint8Array(), Buffer.from("secret"), Buffer.from("changeme")];
  for (const subkey of others) {
    await assert.rejects(keyIn(await tokenOf("sessions", createPages(subkey)), "sessions"), refused);
    const mac = createHmac("sha256", subkey).update("k1").digest().subarray(0, 16);
    await assert.rejects(
      keyIn(Buffer.concat([mac, Buffer.from("k1")]).toString("base64url"), "sessions"),
      refused,
    );
  }
});

test("T077 another user's page token, or SQL as a token, is answered 400 by every list", async () => {
  const [{ access_token }] = [
    await sentinel.login("ada"),
    await sentinel.login("grace"),
    await sentinel.login("grace"),
  ];
  const { next_page_token: graces } = await (await sentinel.fetch(
    `/users/${parameters.id}/sessions?page_size=1`,
    bearer(access_token),
  )).json();
  const sql = Buffer.from("0123456789abcdef' or 1=1; select pg_sleep(5)--").toString("base64url");
  const tampered = Buffer.from(graces, "base64url");
  tampered[tampered.length - 1]! ^= 1;
  for (const { path } of lists) {
    const own = path.includes("{id}");
    const tokens = [sql, tampered.toString("base64url"), "", "x", "A".repeat(7_000), ...own ? [] : [graces]];
    for (const token of tokens) {
      const response = await sentinel.fetch(`${concrete(path)}?page_token=${token}`, bearer(access_token));
      assert.equal(response.status, 400, `${path} ${token.slice(0, 40)}`);
    }
    const long = await sentinel.fetch(`${concrete(path)}?page_token=${"A".repeat(10_000)}`, bearer(access_token));
    assert.equal(long.status, 414);
  }
});

test("T078 a page size out of range, or given twice, is refused by every list", async () => {
  const { access_token } = await sentinel.login("ada");
  const statusOf = async (path: string, query: string) =>
    (await sentinel.fetch(`${concrete(path)}?${query}`, bearer(access_token))).status;
  for (const { path } of lists) {
    for (
      const size of ["0", "-1", "1.5", "1e9", "1e1", "x", "", "%20", "+1", "0x10", "NaN", "999", `${pageSizeMax + 1}`]
    ) {
      assert.equal(await statusOf(path, `page_size=${size}`), 422, `${path} ${size}`);
    }
    assert.equal(await statusOf(path, "page_size=1&page_size=99"), 400, path);
    assert.equal(await statusOf(path, "page_size=1"), 200, path);
    assert.equal(await statusOf(path, `page_size=${pageSizeMax}`), 200, path);
  }
});

test("T079 an invalid id is refused by every operation, before any statement runs", async () => {
  const odd = ["99999999999999999999", "x", "-1", "null", "%2e%2e", "%00", "1' or '1'='1", `${crypto.randomUUID()}0`];
  const authorization = bearer(await sentinel.tokenOf("ada"));
  await sentinel.fetch(`/users/${parameters.id}/sessions`, authorization); // from here on Ada is in memory
  const before = { ...made };
  for (const { method, path, params, success } of operations.filter(({ path }) => /\{(?:\w+_)?id\}/.test(path))) {
    for (const id of odd) {
      const target = path.replaceAll(/\{\w+\}/g, encodeURIComponent(id).replaceAll("%25", "%"));
      const line = `${method.toUpperCase()} ${target} HTTP/1.1`; // raw, because client libraries resolve %2e%2e
      const status = (await speak([line, `Authorization: ${authorization.headers.authorization}`]))?.status;
      const refused = success.kind === "html" ? [400, 403, 404, 422] : [400, 404, 422]; // 403: a form of another site
      assert.ok(refused.includes(status!), `${line} → ${status}`);
    }
    const id = crypto.randomUUID();
    const names = Object.keys(params.shape).filter((name) => /(?:^|_)id$/.test(name));
    const spelt = (id: string) => Object.fromEntries(names.map((name) => [name, id]));
    assert.deepEqual(params.partial().parse(spelt(id.toUpperCase())), spelt(id), path);
  }
  assert.deepEqual(made, before);
});

test("T079 DELETE /users/me/sessions/{id} ends the session at once, in whatever case its id is written", async () => {
  const asking = await sentinel.login("grace");
  const { access_token } = await sentinel.login("grace");
  const mine = await (await sentinel.fetch("/users/me/sessions", bearer(access_token))).json();
  const { id } = mine.items.find(({ current }: { current: boolean }) => current);
  const ended = await sentinel.fetch(`/users/me/sessions/${id.toUpperCase()}`, {
    method: "DELETE",
    ...bearer(asking.access_token),
  });
  assert.equal(ended.status, 204);
  assert.equal((await sentinel.fetch("/users/me", bearer(access_token))).status, 401);
});
