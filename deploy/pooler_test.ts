import assert from "node:assert/strict";
import { blockOf } from "../src/testing/documents/blocks.ts";
import { createLedger, type Ledger, whenServed } from "../src/testing/traffic/ledger.ts";
import { hasPgbouncer, startPgbouncer } from "../src/testing/servers/pgbouncer.ts";
import { hasPostgres, startPostgres } from "../src/testing/servers/postgres_cluster.ts";
import { type ServeProcess, startServe, until } from "../src/testing/servers/process.ts";
import { runCommand } from "../src/testing/commands.ts";

const stack = new AsyncDisposableStack();
Deno.test.afterAll(() => stack.disposeAsync());
const ready = hasPgbouncer && hasPostgres;
const postgres = ready ? stack.use(await startPostgres()) : undefined!;

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, ignore: !ready, sanitizeOps: false, sanitizeResources: false });
}

const serveThrough = (port: number, env: Record<string, string> = {}, wait?: "not") =>
  startServe({
    env: {
      DATABASE_URL: postgres.url(port),
      SENTINEL_SECRET: new Uint8Array(32).fill(7).toBase64(),
      SENTINEL_PUBLIC_URL: "http://localhost:8000",
      SENTINEL_HASH_CONCURRENCY: "1",
      ...env,
    },
    ...(wait && { wait }),
  });

/** Runs a statement in Sentinel's schema. */
const sql = async <Row>(text: string): Promise<Row[]> => {
  await using client = await postgres.session();
  await client.query("set search_path to sentinel");
  return (await client.query(text)).rows;
};

test("F19 PgBouncer in session mode needs no setting: changes reach the other replica", async () => {
  await using pgbouncer = await startPgbouncer({ upstream: postgres.port, mode: "session", poolSize: 40 });
  await using one = await serveThrough(pgbouncer.port);
  await using other = await serveThrough(pgbouncer.port);
  for (const serve of [one, other]) {
    await until("memory is trusted", async () => await serve.metric("sentinel_change_feed_trusted") === 1);
  }
  const ledger = createLedger();
  await sharesWork(ledger, [one, other]);
  await ledger.check({ ask: one.fetch, sql });
});

test("F19 PgBouncer in transaction mode works with SENTINEL_CHANGE_FEED=ttl", async () => {
  await prepareForTransactions();
  await using pgbouncer = await startPgbouncer({ upstream: postgres.port, mode: "transaction", poolSize: 4 });
  const env = { SENTINEL_CHANGE_FEED: "ttl", SENTINEL_MIGRATE: "check" };
  await using one = await serveThrough(pgbouncer.port, env);
  await using other = await serveThrough(pgbouncer.port, env);
  const ledger = createLedger();
  await sharesWork(ledger, [one, other]);
  await ledger.check({ ask: one.fetch, sql });
});

/**
 * The preparation for transaction mode in deploy/README.md: the role has the settings that Sentinel makes on a
 * connection, because the pooler would give them to an arbitrary one; and migrations run without the pooler.
 */
async function prepareForTransactions(): Promise<void> {
  const env = { DATABASE_URL: postgres.url(), SENTINEL_SECRET: new Uint8Array(32).fill(7).toBase64() };
  assert.equal((await runCommand(["migrate", "up"], { env })).code, 0);
  await sql(blockOf("sql", "deploy/README.md", "Scaling out"));
}

/** A user registered on one replica can log in on the other, and a session revoked on one is refused on the other. */
async function sharesWork(ledger: Ledger, [one, other]: [ServeProcess, ServeProcess]): Promise<void> {
  const turns = Array.from({ length: 24 }).values();
  await Promise.all(Array.from({ length: 6 }, async () => {
    for (const _ of turns) {
      assert.equal(await whenServed(() => ledger.register(one.fetch)), 201);
      const person = ledger.acknowledged().at(-1)!;
      assert.equal(await whenServed(() => ledger.login(other.fetch, person)), 200);
    }
  }));
  const { username, password } = ledger.acknowledged()[0]!;
  const tokens = await (await post(other, "/login", { username, password })).json();
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  const me = (serve: ServeProcess) => serve.fetch("/users/me", { headers }).then(statusOf);
  assert.deepEqual([await me(one), await me(other)], [200, 200]);
  assert.equal(await one.fetch("/logout", { method: "POST", headers }).then(statusOf), 204);
  assert.equal(await me(one), 401);
  const ended = performance.now();
  await until("the other replica refuses it", async () => await me(other) === 401, 5_000);
  console.log({ "seen on the other replica after, ms": Math.round(performance.now() - ended) });
}

function post(serve: ServeProcess, path: string, json: unknown) {
  const headers = { "content-type": "application/json" };
  return serve.fetch(path, { method: "POST", headers, body: JSON.stringify(json) });
}

async function statusOf(response: Response): Promise<number> {
  await response.body?.cancel();
  return response.status;
}

test("F19 PgBouncer in transaction mode without SENTINEL_CHANGE_FEED=ttl: a change still takes effect on the other replica within the bound", async () => {
  await prepareForTransactions();
  await using pgbouncer = await startPgbouncer({ upstream: postgres.port, mode: "transaction", poolSize: 4 });
  const env = { SENTINEL_MIGRATE: "check" };
  await using one = await serveThrough(pgbouncer.port, env);
  await using other = await serveThrough(pgbouncer.port, env);
  const ledger = createLedger();
  for (let turn = 0; turn < 5; turn++) await sharesWork(ledger, [one, other]);
  await ledger.check({ ask: one.fetch, sql });
});
