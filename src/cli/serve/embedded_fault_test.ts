import assert from "node:assert/strict";
import pg from "pg";
import { clientConfig } from "../../platform/db/db.ts";
import { startEmbedded } from "../../platform/embedded/embedded.ts";
import { createLedger, isShed, type Sql } from "../../testing/traffic/ledger.ts";
import { startServe, until } from "../../testing/servers/process.ts";
import { roundsOr } from "../../testing/rounds.ts";
import { assertSilent, drained, load, logIn, post, settle, statusOf } from "../../testing/traffic/serve_traffic.ts";

const kills = roundsOr(3);

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

/** The settings of a `serve` on an embedded database in a folder of its own. */
async function folder() {
  const path = await Deno.makeTempDir({ prefix: "sentinel-embedded-" });
  const env = { SENTINEL_DATA_DIR: `${path}/data`, SENTINEL_PUBLIC_URL: "http://localhost:8000" };
  return { env, within, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };

  /** Runs `work` on Sentinel's schema, while no server uses the folder. */
  async function within<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    await using embedded = await startEmbedded({ dataDir: env.SENTINEL_DATA_DIR, log: console });
    const client = new pg.Client(clientConfig({ kind: "embedded", ...embedded.socket }));
    await client.connect();
    await client.query("set search_path to sentinel");
    const result = await work(async <Row>(text: string) => (await client.query(text)).rows as Row[]);
    await client.end();
    return result;
  }
}

test("F23 F47 kill -9 during registrations on the embedded database loses none that was acknowledged", async () => {
  await using data = await folder();
  const ledger = createLedger();
  for (let kill = 0; kill < kills; kill++) {
    await using serve = await startServe(data);
    const goal = ledger.acknowledged().length + 30;
    let killed = false;
    await load(8, async () => {
      await ledger.register(serve.fetch);
      if (killed || ledger.acknowledged().length < goal) return;
      killed = true;
      serve.signal("SIGKILL");
    }, () => ledger.acknowledged().length >= goal || serve.isOver());
    assert.equal((await serve.exit).signal, "SIGKILL");
  }
  {
    await using serve = await startServe(data);
    await ledger.checkLogins(serve.fetch);
    serve.signal("SIGTERM");
    assert.deepEqual(await serve.exit, { code: 0, signal: null });
  }
  console.log(ledger.statuses());
  await data.within(ledger.checkRows);
});

/** From now on a registration of "runaway" is a statement that never ends. */
const runAway = `
  create function run_away() returns trigger language plpgsql as $$ begin loop null; end loop; end $$;
  create trigger run_away before insert on users for each row
  when (new.username_canonical = 'runaway') execute function sentinel.run_away()`;

test("a statement without end does not block the server: waiting requests get 503 in time, and the engine recovers", async () => {
  await using data = await folder();
  const ledger = createLedger();
  {
    await using serve = await startServe(data);
    serve.signal("SIGTERM");
    await serve.exit;
  }
  await data.within((sql) => sql(runAway));
  {
    await using serve = await startServe(data);
    const person = await settle(serve, ledger);
    assert.equal(await person.me(), 200);
    const headers = { authorization: `Bearer ${(await logIn(serve, person)).access_token}` }; // not read yet

    const password = "a long enough password";
    const runaway = post(serve, "/register", { username: "runaway", email: "runaway@example.com", password });
    await until("the statement runs", async () => await statusOf(serve, "/readyz") === 503);
    const isStopped = () => serve.output().includes("embedded database restarted");
    const waiting = [
      ...Array.from({ length: 8 }, () => ledger.register(serve.fetch)),
      ledger.login(serve.fetch, person),
      serve.fetch("/users/me", { headers }).then(drained).then(({ status }) => status),
    ];
    assert.deepEqual([await person.me(), await statusOf(serve, "/livez")], [200, 200]);
    for (const answer of waiting) {
      const status = await answer;
      assert.ok(isShed(status) || isStopped(), `${status} while the statement runs`);
    }
    assert.equal((await runaway).status, 503);

    await until("it heals", async () => await ledger.register(serve.fetch) === 201);
    assert.equal(serve.output().split("embedded database restarted").length, 2);
    await ledger.checkLogins(serve.fetch);
    console.log(ledger.statuses());
    serve.signal("SIGTERM");
    assert.deepEqual(await serve.exit, { code: 0, signal: null });
    assertSilent(serve);
  }
  await data.within(ledger.checkRows);
  assert.deepEqual(await data.within((sql) => sql("select from users where username = 'runaway'")), []);
});
