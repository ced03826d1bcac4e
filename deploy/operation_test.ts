import assert from "node:assert/strict";
import { join } from "node:path";
import { blockOf, blocksOf } from "../src/testing/documents/blocks.ts";
import { openShell } from "../src/testing/documents/shell.ts";
import { hasCaddy } from "../src/testing/servers/caddy.ts";
import { freePort, hasPostgres, programs, startPostgres } from "../src/testing/servers/postgres_cluster.ts";
import { startServe, until } from "../src/testing/servers/process.ts";

const secret = new Uint8Array(32).fill(7).toBase64();
const password = "analytical engine No. 1";

const stack = new AsyncDisposableStack();
Deno.test.afterAll(() => stack.disposeAsync());
const shell = stack.use(await openShell({ path: programs ? [programs] : [] }));
const postgres = hasPostgres ? stack.use(await startPostgres()) : undefined!;

function test(name: string, fn: () => Promise<void>, { ignore = false } = {}): void {
  Deno.test({ name, fn, ignore, sanitizeOps: false, sanitizeResources: false });
}

/** Creates the first administrator of a database. */
const createAdmin = (env: Record<string, string>, { run } = shell) =>
  run(
    `sentinel migrate up
     printf '${password}' | sentinel user create-admin --username ada --email ada@example.com --password-stdin`,
    env,
  );

/** The block with the files of /etc/sentinel where the clone has them, and a database that there is. */
async function withFiles(block: string): Promise<string> {
  const folder = join(shell.folder, "data", "etc");
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "secret"), secret);
  await Deno.writeTextFile(join(folder, "database-url"), postgres.url());
  await Deno.writeTextFile(join(folder, "environment"), "SENTINEL_PUBLIC_URL=https://auth.example.com\n");
  return block.replaceAll("/etc/sentinel", folder);
}

async function statusOf(url: string, init: RequestInit = {}): Promise<number | undefined> {
  const response = await fetch(url, init).catch(() => undefined); // nothing listens yet
  await response?.body?.cancel();
  return response?.status;
}

test(
  "the README's first steps on PostgreSQL: the administrator's password is asked for, and the server serves",
  async () => {
    const block = blockOf("sh", "README.md", "PostgreSQL and production");
    const [url] = /postgres:[^']+/.exec(block)!;
    const port = freePort();
    await using empty = await startPostgres();
    await using terminal = await shell.type(block.replace(url!, empty.url()), { PORT: String(port) });
    await terminal.answer("Password: ", password);
    await terminal.answer("Repeat the password: ", password);
    await until("it serves", async () => await statusOf(`http://127.0.0.1:${port}/readyz`) === 200);
    const body = new URLSearchParams({ username: "ada", password });
    assert.equal(await statusOf(`http://127.0.0.1:${port}/login`, { method: "POST", body }), 200);
  },
  { ignore: !hasPostgres },
);

test("a command under systemd finds the server's database by its files", async () => {
  const [block] = blocksOf("sh", "deploy/README.md", "Commands");
  const SENTINEL_SECRET = secret;
  await shell.run("sentinel migrate up", { DATABASE_URL: postgres.url(), SENTINEL_SECRET });
  await using terminal = await shell.type(await withFiles(block!.script));
  await terminal.answer("Password: ", password);
  await terminal.answer("Repeat the password: ", password);
  assert.equal(await terminal.over, 0, terminal.output());
  const users = await postgres.sql("select username from sentinel.users");
  assert.deepEqual(users, [{ username: "ada" }]);
}, { ignore: !hasPostgres });

test("the edge serves what its upstreams do", async () => {
  await using one = await startServe({ env: { SENTINEL_DATA_DIR: join(shell.folder, "data", "edge") } });
  const port = freePort();
  const block = blockOf("sh", "deploy/README.md", "The edge").replace("auth.example.com", `http://127.0.0.1:${port}`)
    .replace("10.0.0.1:8000", `127.0.0.1:${one.port}`).replace("10.0.0.2:8000", `127.0.0.1:${freePort()}`);
  await using _edge = await shell.type(block, { CADDY_ADMIN: "off" });
  await until("the edge serves", async () => await statusOf(`http://127.0.0.1:${port}/readyz`) === 200);
  assert.equal(await statusOf(`http://127.0.0.1:${port}/metrics`), 404);
}, { ignore: !hasCaddy });

test("a backup of PostgreSQL is restored into an empty database, proven and marked", async () => {
  await using old = await startPostgres();
  await using empty = await startPostgres();
  await createAdmin({ DATABASE_URL: old.url(), SENTINEL_SECRET: secret });
  const block = await withFiles(blockOf("sh", "deploy/README.md", "Backups of PostgreSQL"));
  const said = await shell.run(block, { DATABASE_URL: old.url(), NEW_DATABASE_URL: empty.url() });
  assert.match(said, /^Recorded the restore and revoked 0 sessions\.$/m);
  assert.deepEqual(await empty.sql("select username from sentinel.users"), [{ username: "ada" }]);
  const marks = "select from sentinel.audit_events where action = 'data.restored'";
  assert.deepEqual([(await empty.sql(marks)).length, (await old.sql(marks)).length], [1, 0]);
}, { ignore: !hasPostgres });

test("a copy of the data folder is a backup of the embedded database", async () => {
  await using clone = await openShell();
  await createAdmin({}, clone);
  const said = await clone.run(blockOf("sh", "deploy/README.md", "Backups of the embedded database"));
  assert.match(said, /^Recorded the restore and revoked 0 sessions\.$/m);
  assert.match(await clone.run("sentinel user list"), /\bada\b/);
});

for (const kind of ["PostgreSQL", "the embedded database"] as const) {
  test(`a lost secret is replaced on ${kind}, and the users stay`, async () => {
    await using clone = await openShell();
    await using stack = new AsyncDisposableStack();
    const DATABASE_URL = kind === "PostgreSQL" && stack.use(await startPostgres()).url();
    const env = DATABASE_URL ? { DATABASE_URL, SENTINEL_SECRET: secret } : {};
    await createAdmin(env, clone);
    if (!DATABASE_URL) await Deno.remove(join(clone.folder, "data", "secret"));
    const next = DATABASE_URL ? { DATABASE_URL, SENTINEL_SECRET: new Uint8Array(32).fill(9).toBase64() } : {};
    await assert.rejects(clone.run("sentinel keys list", next));
    await clone.run(blockOf("sh", "deploy/README.md", "A lost secret"), next);
    assert.match(await clone.run("sentinel user list", next), /\bada\b/);
  }, { ignore: kind === "PostgreSQL" && !hasPostgres });
}

test("the embedded database moves into a folder of a new engine, with its secret", async () => {
  await using clone = await openShell();
  await createAdmin({}, clone);
  const secretOf = (folder: string) => Deno.readTextFile(join(clone.folder, folder, "secret"));
  const before = await secretOf("data");
  await clone.run(blockOf("sh", "deploy/README.md", "Upgrades"));
  assert.equal(await secretOf("data"), before);
  assert.match(await clone.run("sentinel user list"), /\bada\b/);
  await assert.rejects(Deno.stat(join(clone.folder, "data", "move.jsonl")), Deno.errors.NotFound);
});
