import { localActor } from "../../vocabulary/actor.ts";
import { anyRevision } from "../grants/grants.ts";
import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const actor = localActor;
const authorization = `Bearer ${await sentinel.tokenOf("ada")}`;
const asAda = (path: string) => sentinel.fetch(path, { headers: { authorization } });
const [ada, nobody] = [await sentinel.settled("ada"), await sentinel.settled("nobody")];

const names = ["films:cut", "films:shoot", "films:watch", "films:write"];
for (const name of names) await sentinel.permissionRegistry.register(name, "", actor);
const make = (name: string, permissions: string[], parents: string[]) =>
  sentinel.roles.create({ name, description: "", permissions, parents }, actor);
await make("viewer", ["films:watch"], []);
await make("editor", ["films:cut", "films:watch"], ["viewer"]);
await make("director", ["films:shoot", "films:write"], ["editor"]);
const end = new Date("2099-01-01T00:00:00Z");
await sentinel.grants.grant(nobody, "director", null, anyRevision, actor);
await sentinel.grants.grant(nobody, "viewer", end, anyRevision, actor);

/** All pages of the path, by their links. */
async function pages(path: string) {
  const all: { permission: string; sources: unknown[] }[][] = [];
  for (let next: string | undefined = path; next;) {
    const response = await asAda(next);
    assert.equal(response.status, 200, next);
    all.push((await response.json()).items);
    next = /^<(.*)>/.exec(response.headers.get("link") ?? "")?.[1];
  }
  return all;
}

test("GET /users/{id}/permissions lists every permission once, by name, page by page", async () => {
  for (const size of [1, 2, 3, 4, 200]) {
    const all = await pages(`/users/${nobody}/permissions?page_size=${size}`);
    assert.deepEqual(all.flat().map(({ permission }) => permission), names, `pages of ${size}`);
    assert.equal(all.length, Math.ceil(names.length / size));
  }
});

test(
  "GET /users/{id}/permissions lists every grant that gives a permission, with the shortest path and its end",
  async () => {
    const [items] = await pages(`/users/${nobody}/permissions`);
    const watch = items!.find(({ permission }) => permission === "films:watch")!;
    assert.deepEqual(watch.sources, [
      { role: "director", expires_at: null, path: ["director", "editor"] },
      { role: "viewer", expires_at: end.toISOString(), path: ["viewer"] },
    ]);
  },
);

test("GET /users/{id}/permissions of an administrator lists all permissions, page by page", async () => {
  const all = (await pages(`/users/${ada}/permissions?page_size=5`)).flat();
  const registered = (await pages("/permissions?page_size=5")).flat() as unknown as { name: string }[];
  assert.deepEqual(all.map(({ permission }) => permission), registered.map(({ name }) => name));
  for (const { sources } of all) assert.deepEqual(sources, [{ role: "admin", expires_at: null, path: ["admin"] }]);
});

test("T077 GET /users/{id}/permissions accepts page tokens of this user's list only", async () => {
  const { next_page_token: token } = await (await asAda(`/users/${nobody}/permissions?page_size=1`)).json();
  for (const path of [`/users/${ada}/permissions`, "/permissions", "/roles"]) {
    assert.equal((await asAda(`${path}?page_token=${token}`)).status, 400, path);
  }
  assert.equal((await asAda(`/users/${nobody.toUpperCase()}/permissions?page_token=${token}`)).status, 200);
  assert.equal((await asAda(`/users/${crypto.randomUUID()}/permissions`)).status, 404);
});
