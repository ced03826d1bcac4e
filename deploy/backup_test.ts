import assert from "node:assert/strict";
import { join } from "node:path";
import { createLedger, whenServed } from "../src/testing/traffic/ledger.ts";
import { hasPostgres, type PostgresCluster, startPostgres } from "../src/testing/servers/postgres_cluster.ts";
import { type ServeProcess, startServe } from "../src/testing/servers/process.ts";
import { load } from "../src/testing/traffic/serve_traffic.ts";

type Tokens = { access_token: string; refresh_token: string };

const settingsOn = (postgres: PostgresCluster) => ({
  DATABASE_URL: postgres.url(),
  SENTINEL_SECRET: new Uint8Array(32).fill(7).toBase64(),
  SENTINEL_PUBLIC_URL: "http://localhost:8000",
});

Deno.test({
  name:
    "T308 F65 a dump under load, restored elsewhere: logins work, revoked stays revoked, and db restored ends what came later",
  ignore: !hasPostgres,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using folders = new AsyncDisposableStack();
    const folder = await Deno.makeTempDir({ prefix: "sentinel-backup-" });
    folders.defer(() => Deno.remove(folder, { recursive: true }));
    await Deno.chmod(folder, 0o777); // the database's user writes there
    const file = join(folder, "sentinel.dump");
    await using old = await startPostgres();
    await using before = await startServe({ env: settingsOn(old) });
    const ledger = createLedger();
    for (let n = 0; n < 20; n++) assert.equal(await whenServed(() => ledger.register(before.fetch)), 201);
    const [kept, revoked, rotated, late] = ledger.acknowledged();
    const tokens = {
      kept: await logIn(before, kept!),
      revoked: await logIn(before, revoked!),
      rotated: await logIn(before, rotated!),
    };
    assert.equal(await status(before, "/logout", { method: "POST", headers: bearer(tokens.revoked) }), 204);
    const meanwhile = createLedger();
    let dumped = false;
    const traffic = load(8, () => meanwhile.register(before.fetch), () => dumped);
    await old.dump(file);
    dumped = true;
    await traffic;
    assert.deepEqual(Object.keys(meanwhile.statuses()), ["201"], "a backup delays no request");
    const after = { late: await logIn(before, late!), rotated: await refresh(before, tokens.rotated) };
    assert.deepEqual([await me(before, after.late), await me(before, after.rotated)], [200, 200]);

    await using young = await startPostgres();
    await young.restore(file);
    await using serve = await startServe({ env: settingsOn(young) });
    await ledger.checkLogins(serve.fetch);
    assert.equal(await whenServed(() => ledger.register(serve.fetch)), 201, "sequences and constraints are restored");
    assert.deepEqual([await me(serve, tokens.kept), await me(serve, tokens.revoked)], [200, 401]);
    assert.equal(await refreshStatus(serve, tokens.revoked), 400);
    assert.equal(await me(serve, after.late), 401, "a session that began after the dump");
    assert.equal(await refreshStatus(serve, after.late), 400);

    await sentinel(young, ["db", "restored"]);
    for (const each of [tokens.kept, tokens.rotated, after.rotated, after.late]) {
      assert.equal(await refreshStatus(serve, each), 400);
      assert.equal(await me(serve, each), 401);
    }
    assert.equal(await me(serve, await logIn(serve, kept!)), 200);
    await sentinel(young, ["audit", "verify"]);
    await sentinel(young, ["migrate", "verify"]);
    const halves = await young.sql(
      `select username from sentinel.users u
       where not exists (select from sentinel.grants where user_id = u.id)
          or not exists (select from sentinel.audit_events where subject_id = u.id::text and action = 'user.registered')`,
    );
    assert.deepEqual(halves, [], "every user in the dump is restored with all their rows");
  },
});

async function logIn(
  serve: ServeProcess,
  { username, password }: { username: string; password: string },
): Promise<Tokens> {
  const response = await post(serve, "/login", { username, password });
  assert.equal(response.status, 200);
  return await response.json();
}

const refreshed = (serve: ServeProcess, { refresh_token }: Tokens) =>
  post(serve, "/oauth/token", { grant_type: "refresh_token", refresh_token });

const refresh = async (serve: ServeProcess, tokens: Tokens): Promise<Tokens> =>
  await (await refreshed(serve, tokens)).json();

async function refreshStatus(serve: ServeProcess, tokens: Tokens): Promise<number> {
  const response = await refreshed(serve, tokens);
  await response.body?.cancel();
  return response.status;
}

const bearer = ({ access_token }: Tokens) => ({ authorization: `Bearer ${access_token}` });

const me = (serve: ServeProcess, tokens: Tokens) => status(serve, "/users/me", { headers: bearer(tokens) });

async function status(serve: ServeProcess, path: string, init: RequestInit): Promise<number> {
  const response = await serve.fetch(path, init);
  await response.body?.cancel();
  return response.status;
}

function post(serve: ServeProcess, path: string, json: Record<string, string>) {
  const form = path.startsWith("/oauth/");
  return serve.fetch(path, {
    method: "POST",
    headers: { "content-type": form ? "application/x-www-form-urlencoded" : "application/json" },
    body: form ? new URLSearchParams(json).toString() : JSON.stringify(json),
  });
}

/** Runs a command of the binary on the cluster. */
async function sentinel(postgres: PostgresCluster, args: string[]): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "src/main.ts", ...args],
    env: settingsOn(postgres),
  });
  const { code, stderr } = await command.output();
  assert.equal(code, 0, `${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
