import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import type { Sentinel } from "../../testing/harness.ts";
import { noSiblings } from "../../platform/workers/siblings.ts";
import { createReadiness } from "./readiness.ts";

async function readiness(sentinel: Sentinel): Promise<[status: number, body: Record<string, unknown>]> {
  const response = await sentinel.fetch("/readyz");
  const { status, detail, warnings } = await response.json();
  return [response.status, response.ok ? { status, warnings } : { detail }];
}

const ready = [200, { status: "ready", warnings: undefined }];

test("X68 GET /readyz is 503 while a migration is missing, and 200 once it is applied", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  assert.deepEqual(await readiness(sentinel), ready);
  const [row] = await sentinel.db.query<{ name: string; checksum: string }>(
    "test",
    "delete from schema_migrations where name = (select max(name) from schema_migrations) returning name, checksum",
  );
  assert.deepEqual(await readiness(sentinel), [503, {
    detail: 'The database schema is not up to date. Run "sentinel migrate up".',
  }]);
  const insert = "insert into schema_migrations (name, checksum) values ($1, $2)";
  await sentinel.db.query("test", insert, [row!.name, row!.checksum]);
  assert.deepEqual(await readiness(sentinel), ready);
});

test("X68 GET /readyz is 200 on a schema that a newer version has migrated", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  await sentinel.db.query("test", "insert into schema_migrations (name, checksum) values ('9999_newer', '')");
  assert.deepEqual(await readiness(sentinel), ready);
});

test("X68 GET /readyz of a draining replica is 503, and other requests are served", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  const token = await sentinel.tokenOf("grace");
  sentinel.readiness.drain();
  assert.deepEqual(await readiness(sentinel), [503, { detail: "This replica is shutting down." }]);
  const headers = { authorization: `Bearer ${token}` };
  assert.equal((await sentinel.fetch("/users/me", { headers })).status, 200);
  assert.equal((await sentinel.fetch("/livez")).status, 200);
});

test("X68 GET /readyz answers 503 while the signing keys cannot be read, and 200 once they can", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  const run = (statement: string) => sentinel.db.query("test", statement);
  await run("create function refuse() returns boolean language plpgsql as $$ begin raise sqlstate '57P03'; end $$");
  await run("alter table signing_keys rename to kept_keys");
  await run("create view signing_keys as select * from kept_keys where refuse()");
  sentinel.keys.forget();
  assert.equal((await readiness(sentinel))[0], 503);
  await run("drop view signing_keys");
  await run("alter table kept_keys rename to signing_keys");
  assert.deepEqual(await readiness(sentinel), ready);
});

test("X97 a full disk is reported by GET /readyz and in the metrics, the log says what to do, and reads succeed", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  const metric = async () => /^sentinel_db_disk_full (\d)$/m.exec(await (await sentinel.fetch("/metrics")).text())![1];
  assert.equal(await metric(), "0");
  await sentinel.db.query(
    "test",
    `create function refuse() returns trigger language plpgsql as $$ begin raise sqlstate '53100'; end $$`,
  );
  await sentinel.db.query(
    "test",
    "create trigger refuse before insert on users for each row execute function refuse()",
  );
  const person = { username: "late", email: "late@example.com", password: "a disk without room" };
  assert.equal((await sentinel.fetch("/register", { json: person })).status, 503);
  assert.deepEqual(await readiness(sentinel), [200, { status: "ready", warnings: ["disk_full"] }]);
  assert.equal(await metric(), "1");
  assert.match(
    await sentinel.logs(),
    /SQLSTATE 53100, the disk of the database is full: free some space, or enlarge the disk/,
  );
});

test("simultaneous probes ask the other workers once", async () => {
  let asked = 0;
  const siblings = { ...noSiblings, areReady: () => Promise.resolve(++asked > 0) };
  const db = { query: () => Promise.resolve([]), stats: () => ({ diskFull: false }) };
  const keys = { ring: () => Promise.resolve({}) };
  const { requireReady } = createReadiness({ db, keys, migrations: [], siblings } as never);
  await Promise.all([requireReady(), requireReady()]);
  assert.equal(asked, 1);
  await requireReady();
  assert.equal(asked, 2);
});
