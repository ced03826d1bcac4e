import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import pg from "pg";
import { dataFolder, keepEngineCompiled } from "../../testing/servers/data_folder.ts";
import { startWriter } from "../../testing/servers/embedded_writer.ts";
import { type Embedded, EmbeddedInUse, EmbeddedUnusable, startEmbedded } from "./embedded.ts";

await keepEngineCompiled();
const log = { warn() {}, error() {} };
const statementTimeoutMs = 4_000; // long enough for a busy machine, and for the first statement after a restart
const connectionLost = /Connection terminated|ECONNRESET/;

/** Writes a file called `started` into the cluster's folder, and never ends. */
const endless = `do $$ begin
  execute format('copy (select 1) to %L', current_setting('data_directory') || '/started');
  loop null; end loop;
end $$`;

Deno.test(
  "startEmbedded creates a private cluster, starts again after an interrupted creation, and reopens it",
  async () => {
    await using data = await folder();
    await Deno.mkdir(join(data.path, "postgres.new"));
    await Deno.writeTextFile(join(data.path, "postgres.new", "PG_VERSION"), "18\n");
    const created = await startEmbedded({ dataDir: data.path, log });
    await created[Symbol.asyncDispose]();
    assert.equal(created.fresh, true);
    assert.deepEqual(namesIn(data.path), ["lock", "postgres", "postgres.lock"]);
    assert.match(created.version, /^PostgreSQL 18\.\d+ \(PGlite [\d.]+\)$/);

    await Deno.chmod(data.path, 0o755);
    for (const rows of [[], [{ n: 7 }]]) {
      await using embedded = await startEmbedded({ dataDir: data.path, log });
      assert.equal(embedded.fresh, false);
      assert.equal(modeOf(data.path), 0o700);
      await ask(embedded, "create table if not exists notes (n int)");
      assert.deepEqual(await ask(embedded, "select n from notes"), rows);
      await ask(embedded, "insert into notes values (7)");
    }
  },
);

Deno.test(
  "F47 startEmbedded refuses a folder in use and names it, and finds every acknowledged row after a kill -9",
  async () => {
    await using data = await folderWithCluster();
    const writer = startWriter(data.path);
    await writer.written(200);

    await assert.rejects(startEmbedded({ dataDir: data.path, log }), (error: Error) => {
      assert.ok(error instanceof EmbeddedInUse);
      assert.equal(
        error.message,
        `${data.path} is in use by process ${writer.pid}: stop that server, or use its API.`,
      );
      return true;
    });

    const last = await writer.kill();
    await using embedded = await startEmbedded({ dataDir: data.path, log });
    assert.equal(embedded.fresh, false);
    const [row] = await ask(embedded, `select count(*)::int as found from acked where n <= ${last}`);
    assert.deepEqual(row, { found: last });
  },
);

Deno.test("startEmbedded refuses a second start in the same process", async () => {
  await using data = await folderWithCluster();
  await using _embedded = await startEmbedded({ dataDir: data.path, log });
  await assert.rejects(startEmbedded({ dataDir: data.path, log }), EmbeddedInUse);
});

Deno.test("a lost connection leaves no transaction, setting, temporary table or lock to the next one", async () => {
  await using data = await folderWithCluster();
  await using embedded = await startEmbedded({ dataDir: data.path, log });
  await ask(embedded, "create table notes (n int)");
  const traces = `select (select count(*)::int from notes) as rows, to_regclass('pg_temp.scratch') as temporary,
    current_setting('search_path') as search_path,
    (select count(*)::int from pg_locks where locktype = 'advisory') as locks`;
  const clean = await ask(embedded, traces);

  const departures: Record<string, (client: pg.Client) => Promise<unknown> | void> = {
    "inside a transaction": (client) => client.query("begin; insert into notes values (1)"),
    "inside a failed transaction": (client) => client.query("begin; select 1/0").catch(() => {}),
    "while a transaction begins": (client) => void client.query("begin").catch(() => {}),
    "after changing its session": (client) =>
      client.query("set search_path = nowhere; create temp table scratch (n int); select pg_advisory_lock(1)"),
  };
  for (const [name, depart] of Object.entries(departures)) {
    const client = await connect(embedded);
    await depart(client);
    await vanish(client);
    assert.deepEqual(await ask(embedded, traces), clean, name);
  }
});

Deno.test("a client that reconnects at once is served, fifty times in a row", async () => {
  await using data = await folderWithCluster();
  await using embedded = await startEmbedded({ dataDir: data.path, log });
  for (let n = 0; n < 50; n++) {
    const client = await connect(embedded);
    assert.deepEqual((await client.query("select $1::int as n", [n])).rows, [{ n }]);
    await vanish(client);
  }
});

Deno.test("a second client waits until the first disconnects", async () => {
  await using data = await folderWithCluster();
  await using embedded = await startEmbedded({ dataDir: data.path, log });
  const first = await connect(embedded);
  await first.query("create table notes (n int); begin; insert into notes values (1)");
  const second = ask(embedded, "select n from notes");
  await first.query("commit");
  await first.end();
  assert.deepEqual(await second, [{ n: 1 }]);
});

Deno.test("restart() fails a statement without end, and then serves what was committed", async () => {
  await using data = await folderWithCluster();
  await using embedded = await startEmbedded({ dataDir: data.path, log, statementTimeoutMs });
  const client = await connect(embedded);
  await client.query("create table notes (n int); insert into notes values (1)");
  await client.query("begin; insert into notes values (2)");

  const stuck = assert.rejects(client.query(endless), connectionLost);
  await created(join(data.path, "postgres", "started"));
  const [one, other] = [embedded.restart(), embedded.restart()];
  assert.equal(one, other);
  await one;
  await stuck;
  assert.deepEqual(await ask(embedded, "select n from notes"), [{ n: 1 }]);
});

Deno.test("a statement that exceeds its time is stopped, and the engine restarts by itself", async () => {
  await using data = await folderWithCluster();
  const restarted = Promise.withResolvers<void>();
  const listening = { ...log, warn: () => restarted.resolve() };
  await using embedded = await startEmbedded({ dataDir: data.path, log: listening, statementTimeoutMs });
  await assert.rejects(ask(embedded, endless), connectionLost);
  await restarted.promise;
  assert.deepEqual(await ask(embedded, "select 1 as one"), [{ one: 1 }]);
});

Deno.test("restart() after disposal is refused and leaves the folder unlocked", async () => {
  await using data = await folderWithCluster();
  const embedded = await startEmbedded({ dataDir: data.path, log });
  await embedded[Symbol.asyncDispose]();
  await assert.rejects(embedded.restart(), EmbeddedUnusable);
  await using _next = await startEmbedded({ dataDir: data.path, log });
});

Deno.test("restart() never creates an empty database in place of a missing one", async () => {
  await using data = await folderWithCluster();
  await using embedded = await startEmbedded({ dataDir: data.path, log });
  await Deno.rename(join(data.path, "postgres"), join(data.path, "elsewhere"));
  await assert.rejects(embedded.restart(), refusal(/postgres cannot be started: it is missing\.$/));
  await Deno.rename(join(data.path, "elsewhere"), join(data.path, "postgres"));
  await embedded.restart();
  assert.deepEqual(await ask(embedded, "select 1 as one"), [{ one: 1 }]);
});

Deno.test("F49 a damaged cluster is refused in one sentence with its path, and never replaced", async () => {
  await using data = await folderWithCluster();
  const control = join(data.path, "postgres", "global", "pg_control");
  await Deno.writeFile(control, new Uint8Array(8192));
  await assert.rejects(startEmbedded({ dataDir: data.path, log }), refusal(/postgres cannot be started: .+\.$/));

  await Deno.remove(join(data.path, "postgres", "PG_VERSION"));
  await assert.rejects(startEmbedded({ dataDir: data.path, log }), refusal(/has files but no PG_VERSION/));
  assert.deepEqual(await Deno.readFile(control), new Uint8Array(8192));
});

Deno.test("a folder with other content is refused and left unchanged", async () => {
  await using data = await folder();
  await Deno.mkdir(join(data.path, "postgres"));
  await Deno.writeTextFile(join(data.path, "postgres", "letters.txt"), "dear Ada");
  await assert.rejects(startEmbedded({ dataDir: data.path, log }), refusal(/has files but no PG_VERSION/));
  assert.deepEqual(namesIn(join(data.path, "postgres")), ["letters.txt"]);
});

Deno.test("F52 a folder that cannot be created or written is refused in one sentence", async () => {
  await using data = await folder();
  const file = join(data.path, "file");
  await Deno.writeTextFile(file, "");
  for (const dataDir of [file, join(file, "data"), "/proc/data"]) {
    await assert.rejects(
      startEmbedded({ dataDir, log }),
      refusal(new RegExp(`^The data folder ${dataDir} cannot be used: .+\\.$`)),
    );
  }
});

Deno.test("a path that is too long for a Unix socket is refused before anything is created", async () => {
  await using data = await folder();
  const dataDir = join(data.path, "d".repeat(100));
  await assert.rejects(startEmbedded({ dataDir, log }), refusal(/^The path of the data folder is too long: /));
  assert.deepEqual(namesIn(dataDir), []);
});

Deno.test(
  "X96 startEmbedded refuses the files of another major version, explains how to move them, and leaves them unchanged",
  async () => {
    await using data = await folderWithCluster();
    const path = join(data.path, "postgres", "PG_VERSION");
    await Deno.writeTextFile(path, "17\n");
    const says =
      /was created by PostgreSQL 17, and this version of Sentinel contains PostgreSQL 18: move the data .*"Upgrades", with "sentinel db export"/;
    await assert.rejects(startEmbedded({ dataDir: data.path, log }), refusal(says));
    assert.equal(await Deno.readTextFile(path), "17\n");
    await Deno.writeTextFile(path, "18\n");
    await using embedded = await startEmbedded({ dataDir: data.path, log });
    assert.match(embedded.version, /^PostgreSQL 18\./);
  },
);

/** An `EmbeddedUnusable` with this message, in one sentence. */
function refusal(message: RegExp) {
  return (error: Error) => {
    assert.ok(error instanceof EmbeddedUnusable);
    assert.match(error.message, message);
    assert.ok(!error.message.includes("\n"));
    return true;
  };
}

async function connect({ socket }: Embedded): Promise<pg.Client> {
  const client = new pg.Client(socket);
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** Disconnects without a goodbye, as `end()` does while a statement runs. */
async function vanish(client: pg.Client) {
  client.query("select 1").catch(() => {});
  await client.end();
}

/** Resolves when the file exists. */
async function created(path: string) {
  using watcher = Deno.watchFs(dirname(path));
  if (namesIn(dirname(path)).includes(basename(path))) return;
  for await (const event of watcher) if (event.paths.includes(path)) return;
}

/** Returns the rows of one statement on a connection of its own. */
async function ask(embedded: Embedded, text: string): Promise<unknown[]> {
  const client = await connect(embedded);
  try {
    return (await client.query(text)).rows ?? [];
  } finally {
    await client.end();
  }
}

async function folder() {
  const path = await Deno.realPath(await Deno.makeTempDir());
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

const folderWithCluster = () => dataFolder({ secret: false });

function namesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name).sort();
}

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}
