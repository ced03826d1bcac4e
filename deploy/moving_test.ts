import assert from "node:assert/strict";
import { join } from "node:path";
import { blockOf, blocksOf } from "../src/testing/documents/blocks.ts";
import { openShell } from "../src/testing/documents/shell.ts";
import { createCertificates } from "../src/testing/servers/certificates.ts";
import { freePort, hasPostgres, programs, startPostgres } from "../src/testing/servers/postgres_cluster.ts";
import { until } from "../src/testing/servers/process.ts";

const [moveUsers, oldLoad] = blocksOf("sh", "docs/moving-in.md", "Coming from FastAuth-RBAC-Sentinel");

function test(name: string, fn: () => Promise<void>, { ignore = !hasPostgres } = {}): void {
  Deno.test({ name, fn, ignore, sanitizeOps: false, sanitizeResources: false });
}

test("everything moves from the embedded database to PostgreSQL", async () => {
  await using shell = await openShell();
  await using postgres = await startPostgres();
  await shell.run(`sentinel migrate up
    printf 'analytical engine No. 1' | sentinel user create-admin --username ada --email ada@example.com --password-stdin`);
  const block = blockOf("sh", "docs/databases.md", "Moving between databases").replace("postgres://…", postgres.url());
  assert.match(await shell.run(`${block}\nsentinel user list`), /\bada\b/);
  assert.deepEqual(await postgres.sql("select username from sentinel.users"), [{ username: "ada" }]);
  assert.equal((await Deno.stat(join(shell.folder, "data", "export.jsonl"))).mode! & 0o777, 0o600);
});

test("the users of FastAuth-RBAC-Sentinel move in from its database", async () => {
  await using shell = await openShell({ path: programs ? [programs] : [] });
  await using old = await startPostgres();
  await old.sql(
    `create table users (id serial, username text, email text, hashed_password text, role text, is_active boolean);
     insert into users (username, email, hashed_password, role, is_active) values
       ('grace', 'grace@example.com', '$2b$12$C6UzMDM.H6dfI/f/IKcEeO7ZyhSXhuBY3hRSfcW.bZ0jWzz4r1B3q', 'user', true);
     alter table users owner to sentinel`,
  );
  await shell.run(moveUsers!.script, { OLD_DATABASE_URL: old.url() });
  assert.match(await shell.run("sentinel user list"), /\bgrace\b/);
});

test(
  "the old load script's passwords and its administrator are taken under the settings that the page names",
  async () => {
    await using shell = await openShell();
    const port = freePort();
    const [username, email, password] = ["admin", "admin@example.com", "adminpass"];
    const filled = [username, email, password].reduce(
      (text, value) => text.replace("=…", `=${value}`),
      oldLoad!.script,
    );
    await using _serve = await shell.type(filled, { PORT: String(port) });
    const ask = (path: string, init?: RequestInit) =>
      fetch(`http://127.0.0.1:${port}${path}`, init).then(async (response) => {
        await response.body?.cancel();
        return response.status;
      }, () => undefined); // nothing listens yet
    await until("it serves", async () => await ask("/readyz") === 200);
    const headers = { "content-type": "application/json" };
    for (let n = 0; n < 20; n++) { // more than a limit would let through
      const body = JSON.stringify({ username: `user_${n}`, email: `user_${n}@example.com`, password: "password" });
      assert.equal(await ask("/register", { method: "POST", headers, body }), 201);
    }
    assert.equal(await ask("/login", { method: "POST", body: new URLSearchParams({ username, password }) }), 200);
  },
  { ignore: false },
);

test("a command reaches a PostgreSQL whose certificate the URL's CA signed", async () => {
  await using shell = await openShell();
  const folder = join(shell.folder, "data");
  await Deno.mkdir(folder);
  const certificates = await createCertificates(folder, "IP:127.0.0.1");
  await using postgres = await startPostgres({ tls: certificates });
  const block = blockOf("sh", "docs/tls.md", "TLS to PostgreSQL")
    .replace(/postgres:[^?]+/, postgres.url()).replace("/etc/sentinel/ca.pem", certificates.ca);
  const env = { SENTINEL_SECRET: new Uint8Array(32).fill(7).toBase64() };
  assert.match(await shell.run(`${block}\nsentinel migrate up`, env), /^Applied 0001_users\.$/m);
});
