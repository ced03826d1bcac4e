import assert from "node:assert/strict";
import { startFaultProxy } from "../src/testing/servers/fault_proxy.ts";
import { createLedger, whenServed } from "../src/testing/traffic/ledger.ts";
import { hasPostgres, type PostgresCluster, startPostgres } from "../src/testing/servers/postgres_cluster.ts";
import { startServe, until } from "../src/testing/servers/process.ts";

const standbySettings = { hot_standby: "on" };

for (
  const [commits, settings] of [
    ["remote_apply", { synchronous_standby_names: "*", synchronous_commit: "remote_apply" }],
    ["on, asynchronous", {}],
  ] as const
) {
  Deno.test({
    name: `F13 failover to a streaming standby (synchronous_commit ${commits})`,
    ignore: !hasPostgres,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => failover(settings, { losesNothing: commits === "remote_apply" }),
  });
}

Deno.test({
  name: "F13 whatever writes is 503 while the name leads to a standby, and served when it moves on or that is promoted",
  ignore: !hasPostgres,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using primary = await startPostgres();
    await using standby = await startPostgres({ standbyOf: primary, settings: standbySettings });
    const target = { hostname: "127.0.0.1", port: primary.port };
    await using address = await startFaultProxy(target);
    const settings = { ...settingsFor(primary.url(address.port)), SENTINEL_RATE_LIMIT: "on" };
    await using serve = await startServe({ env: settings });
    const ledger = createLedger();
    assert.equal(await whenServed(() => ledger.register(serve.fetch)), 201);
    const [person] = ledger.acknowledged();
    const ofUser = "select from sentinel.users where username = $1";
    await until("the standby has the user", async () => (await standby.sql(ofUser, [person!.username])).length === 1);
    const refused = async () => {
      target.port = standby.port;
      address.cutAll("reset");
      await until("it reads there", async () => (await serve.fetch("/readyz")).status === 200);
      for (let turn = 0; turn < 10; turn++) {
        assert.deepEqual([await ledger.login(serve.fetch, person!), await ledger.register(serve.fetch)], [503, 503]);
      }
    };
    const served = async () => await ledger.login(serve.fetch, person!) === 200;

    await refused();
    target.port = primary.port; // connections to the standby are not cut
    await until("users log in again", served);
    await refused();
    await primary.stop("immediate");
    await standby.promote();
    await until("users log in again", served);
    await ledger.check({ ask: serve.fetch, sql: sqlOn(standby) });
  },
});

async function failover(settings: Record<string, string>, { losesNothing }: { losesNothing: boolean }) {
  // Synchronous only once there is a standby: without one, a commit would never return.
  await using primary = await startPostgres();
  await using standby = await startPostgres({ standbyOf: primary, settings: standbySettings });
  await until("the standby streams", async () => (await replication(primary)).length === 1);
  for (const [name, value] of Object.entries(settings)) await primary.sql(`alter system set ${name} to '${value}'`);
  await primary.sql("select pg_reload_conf()");

  const target = { hostname: "127.0.0.1", port: primary.port };
  await using address = await startFaultProxy(target); // the name that follows the primary
  await using serve = await startServe({ env: settingsFor(primary.url(address.port)) });
  const ledger = createLedger();
  let over = false;
  const load = Array.from({ length: 8 }, async () => {
    while (!over) await ledger.register(serve.fetch);
  });
  await until("users register", () => ledger.acknowledged().length >= 40);
  const lost = performance.now();
  await primary.stop("immediate");
  await standby.promote();
  target.port = standby.port;
  address.cutAll("reset");
  const before = ledger.acknowledged().length;
  await until("users register again", () => ledger.acknowledged().length > before, 10_000);
  const outageMs = Math.round(performance.now() - lost);
  await until("and go on", () => ledger.acknowledged().length >= before + 40);
  over = true;
  await Promise.all(load);

  const rows = await sqlOn(standby)<{ id: string }>("select id from users");
  const there = new Set(rows.map(({ id }) => id));
  const missing = ledger.acknowledged().filter(({ user_id }) => !there.has(user_id!)).length;
  console.log({ outageMs, ...ledger.statuses(), acknowledged: ledger.acknowledged().length, missing });
  if (!losesNothing) return;
  assert.equal(missing, 0);
  await ledger.check({ ask: serve.fetch, sql: sqlOn(standby) });
}

function settingsFor(url: string): Record<string, string> {
  return {
    DATABASE_URL: url,
    SENTINEL_SECRET: new Uint8Array(32).fill(7).toBase64(),
    SENTINEL_PUBLIC_URL: "http://localhost:8000",
    SENTINEL_HASH_CONCURRENCY: "2",
  };
}

function replication(primary: PostgresCluster) {
  return primary.sql("select from pg_stat_replication where state = 'streaming'");
}

function sqlOn(cluster: PostgresCluster) {
  return async <Row>(text: string): Promise<Row[]> => {
    await using client = await cluster.session();
    await client.query("set search_path to sentinel");
    return (await client.query(text)).rows;
  };
}
