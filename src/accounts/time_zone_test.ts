import assert from "node:assert/strict";
import { onPostgres } from "../testing/database.ts";
import { type Init, startSentinel, test } from "../testing/harness.ts";

// A database whose sessions are in a time zone east of UTC.
const sentinel = await startSentinel({ lasting: false, settings: onPostgres ? { SENTINEL_DB_POOL_SIZE: "1" } : {} });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, users } = sentinel;
await db.query("test", "set time zone 'Europe/Berlin'");

const withToken = (token: string) => (path: string, init: Init = {}) =>
  sentinel.fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });

test(
  "a grant until the end of 9999 does not prevent reading, changing and deleting the user, even east of UTC",
  async () => {
    const asAda = withToken(await sentinel.tokenOf("ada"));
    const asGrace = withToken(await sentinel.tokenOf("grace"));
    const path = `/users/${await sentinel.settled("grace")}`;
    const expires_at = "9999-12-31T23:59:59.999Z";
    const granted = await asAda(`${path}/roles/user`, { method: "PUT", json: { expires_at } });
    assert.equal(granted.status, 204);

    const { grants: [grant], created_at } = await (await asAda(path)).json();
    assert.equal(grant.expires_at, expires_at);
    assert.ok(Math.abs(Date.parse(grant.granted_at) - Date.parse(created_at)) < 60_000);
    const { items } = await (await asAda("/users?username=grace")).json();
    assert.deepEqual(items.map(({ grants }: { grants: unknown[] }) => grants), [[grant]]);
    assert.equal((await asAda(`${path}/permissions`)).status, 200);

    assert.equal((await asGrace("/users/me", { method: "PATCH", json: { username: "gracie" } })).status, 200);
    assert.equal((await asAda(path, { method: "PATCH", json: { username: "grace" } })).status, 200);
    await users.setDisabled("grace", true);
    const headers = { "if-match": (await asAda(path)).headers.get("etag")! };
    assert.equal((await asAda(path, { method: "DELETE", headers })).status, 204);
    assert.deepEqual(await db.query("test", "show time zone"), [{ TimeZone: "Europe/Berlin" }]);
  },
);
