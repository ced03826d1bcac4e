import assert from "node:assert/strict";
import pg from "pg";
import { clientConfig } from "../../platform/db/db.ts";
import { type Embedded, startEmbedded } from "../../platform/embedded/embedded.ts";
import { createLedger, type Ledger, type Sql, whenServed } from "../../testing/traffic/ledger.ts";
import { hasPostgres, startPostgres } from "../../testing/servers/postgres_cluster.ts";
import { type ServeProcess, startServe, until } from "../../testing/servers/process.ts";
import { assertSilent, isReady, logIn, settle, statusOf } from "../../testing/traffic/serve_traffic.ts";
import { mayMount, mountSmallDisk } from "../../testing/servers/small_disk.ts";

const publicUrl = { SENTINEL_PUBLIC_URL: "http://localhost:8000" };

function test(name: string, fn: () => Promise<void>, { ignore = !mayMount } = {}): void {
  Deno.test({ name, fn, ignore, sanitizeOps: false, sanitizeResources: false });
}

/** Registers users until this many were refused. Any status but 201 and 503 fails. */
async function registerUntilRefused(times: number, serve: ServeProcess, ledger: Ledger): Promise<void> {
  for (let refused = 0; refused < times;) {
    const status = await ledger.register(serve.fetch);
    assert.ok(status === 201 || status === 503, `${status}`);
    if (status === 503) refused++;
  }
}

/** While the disk is full, replicas stay ready and report it. */
async function assertWarnsOfDisk(serve: ServeProcess): Promise<void> {
  const response = await serve.fetch("/readyz");
  assert.deepEqual([response.status, (await response.json()).warnings], [200, ["disk_full"]]);
  assert.equal(await serve.metric("sentinel_db_disk_full"), 1);
}

/** Writes to the log until its last segment is nearly full. */
async function fillLog(sql: (text: string) => Promise<unknown>): Promise<void> {
  for (let bytes = 4_000_000; bytes >= 1;) {
    await sql(`select pg_logical_emit_message(false, '', repeat('x', ${bytes}))`).catch(() => bytes /= 10);
  }
}

test(
  "F16 on a full disk of PostgreSQL writes are 503 and reads continue; with space again everything is intact",
  async () => {
    await using disk = await mountSmallDisk(200);
    const settings = { max_wal_size: "32MB", min_wal_size: "32MB" };
    await using postgres = await startPostgres({ dir: disk.path, settings });
    const sql: Sql = async <Row>(text: string) => {
      await using client = await postgres.session();
      await client.query("set search_path to sentinel");
      return (await client.query(text)).rows as Row[];
    };
    const secret = { SENTINEL_SECRET: Uint8Array.from({ length: 32 }, (_, i) => 7 + i).toBase64() };
    await using serve = await startServe({ env: { DATABASE_URL: postgres.url(), ...secret, ...publicUrl } });
    const ledger = createLedger();
    const person = await settle(serve, ledger);
    const isHealed = () => until("it heals", async () => await ledger.register(serve.fetch) === 201);

    // The tables cannot grow.
    await disk.fill();
    await registerUntilRefused(20, serve, ledger);
    assert.equal(await person.me(), 200);
    await assertWarnsOfDisk(serve);
    await disk.free();
    await isHealed();

    // The log cannot grow, which ends the server; a service manager would start it again.
    await disk.fill();
    await fillLog(sql);
    await registerUntilRefused(20, serve, ledger);
    assert.equal(await statusOf(serve, "/livez"), 200);
    await disk.free();
    await postgres.start().catch(() => {}); // it may have started by itself
    await isHealed();
    console.log(ledger.statuses());
    await isReady(serve);
    await ledger.check({ ask: serve.fetch, sql });
    assertSilent(serve);
  },
  { ignore: !mayMount || !hasPostgres },
);

/** Runs one statement on a connection of its own. */
async function ask<Row>(embedded: Embedded, text: string): Promise<Row[]> {
  const client = new pg.Client(clientConfig({ kind: "embedded", ...embedded.socket }));
  client.on("error", () => {}); // the promise of the statement rejects
  await client.connect();
  await client.query("set search_path to sentinel, public");
  return await client.query(text).then(({ rows }) => rows).finally(() => client.end());
}

test("F51 on a full disk of the embedded database writes are 503 and reads continue; with space again writes succeed", async () => {
  await using disk = await mountSmallDisk(100);
  const env = { SENTINEL_DATA_DIR: `${disk.path}/data`, ...publicUrl };
  const ledger = createLedger();
  {
    await using serve = await startServe({ env });
    const person = await settle(serve, ledger);
    const headers = { authorization: `Bearer ${(await logIn(serve, person)).access_token}` }; // not read yet
    await disk.fill();
    await registerUntilRefused(20, serve, ledger);
    assert.equal((await (await serve.fetch("/users/me", { headers })).json()).username, person.username);
    assert.equal(await person.me(), 200);
    await assertWarnsOfDisk(serve);
    await disk.free();
    assert.equal(await whenServed(() => ledger.register(serve.fetch)), 201);
    await ledger.checkLogins(serve.fetch);

    await disk.fill();
    await registerUntilRefused(5, serve, ledger);
    serve.signal("SIGKILL");
    await serve.exit;
    assertSilent(serve);
  }
  await disk.free();
  {
    await using serve = await startServe({ env });
    await ledger.checkLogins(serve.fetch);
    console.log(ledger.statuses());
    serve.signal("SIGTERM");
    assert.deepEqual(await serve.exit, { code: 0, signal: null });
  }
  await using embedded = await startEmbedded({ dataDir: env.SENTINEL_DATA_DIR, log: console });
  await ledger.checkRows((text) => ask(embedded, text));
});

test("F51 a disk too small for a new database is reported as full, and the next start on a larger one creates it", async () => {
  await using disk = await mountSmallDisk(12);
  const env = { SENTINEL_DATA_DIR: `${disk.path}/data`, ...publicUrl };
  await using refusing = await startServe({ env, wait: "not" });
  assert.deepEqual(await refusing.exit, { code: 1, signal: null });
  assert.match(refusing.output(), /^error: The database in \S+ cannot be started: No space left on device\.$/m);
  await disk.remount("size=100m");
  await using serve = await startServe({ env });
  await settle(serve, createLedger());
  assertSilent(serve);
});

test("F51 an engine that fails while the disk is full recovers by itself once there is space", async () => {
  await using disk = await mountSmallDisk(100);
  const [failed, back] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const log = {
    warn: () => back.resolve(),
    error: (message: string) => message === "embedded database does not start" && failed.resolve(),
  };
  await using embedded = await startEmbedded({ dataDir: disk.path, log, statementTimeoutMs: 500 });
  await ask(embedded, "create table notes (n int); insert into notes values (1)");
  await disk.fill();
  await fillLog((text) => ask(embedded, text));
  await ask(embedded, "do $$ begin loop null; end loop; end $$").catch(() => {}); // unless the full log has already ended it
  await failed.promise;
  await disk.free();
  await back.promise;
  assert.deepEqual(await ask(embedded, "select n from notes"), [{ n: 1 }]);
});

test("F52 serve on a data folder that cannot be written or created explains it in one sentence and exits 1", async () => {
  await using disk = await mountSmallDisk(100);
  const dataDir = `${disk.path}/data`;
  {
    await using serve = await startServe({ env: { SENTINEL_DATA_DIR: dataDir, ...publicUrl } });
    serve.signal("SIGTERM");
    await serve.exit;
  }
  await disk.remount("ro");
  for (const folder of [dataDir, `${disk.path}/missing`, "/proc/data"]) {
    await using serve = await startServe({ env: { SENTINEL_DATA_DIR: folder, ...publicUrl }, wait: "not" });
    assert.deepEqual(await serve.exit, { code: 1, signal: null }, folder);
    const [said = "", ...more] = serve.output().split("\n").filter((line) => line.startsWith("error: "));
    assert.match(said, /^error: The data folder \S+ cannot be used: .+\.$/);
    assert.deepEqual(more, []);
  }
  await disk.remount("rw");
  await using serve = await startServe({ env: { SENTINEL_DATA_DIR: dataDir, ...publicUrl } });
  assertSilent(serve);
});
