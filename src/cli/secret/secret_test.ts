import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { createCheckpoints } from "../../audit/chain/checkpoints.ts";
import { createVerification } from "../../audit/chain/verification.ts";
import { noChanges } from "../../platform/change_feed/change_feed.ts";
import { freshSchema } from "../../testing/database.ts";
import { dataFolder, keepEngineCompiled } from "../../testing/servers/data_folder.ts";
import { type Sentinel, startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { people } from "../../testing/people/people.ts";
import { runCommand, settingsBeside } from "../../testing/commands.ts";
import { createKeys } from "../../tokens/keys/keys.ts";
import { createSecrets, UnknownSecret } from "../../vocabulary/secrets.ts";

await keepEngineCompiled();
const nextSecret = Uint8Array.from({ length: 32 }, (_, i) => 11 + i);

/** The same database as an installation with another secret sees it. */
function withNextSecret({ db }: Sentinel) {
  const secrets = createSecrets(nextSecret);
  const checkpoints = createCheckpoints({ db, secrets });
  const keys = createKeys({ db, secrets, cacheValidity: noChanges });
  return { keys, checkpoints, verification: createVerification({ db, checkpoints }) };
}

/** What must survive the loss of the secret. */
const kept = async ({ db }: Sentinel) =>
  await db.query(
    "test",
    `select (select json_agg(u order by id) from users u) as users, (select json_agg(r order by name) from roles r) as roles,
            (select json_agg(g order by user_id, role) from grants g) as grants,
            (select json_agg(e order by seq) from audit_events e where seq <= 4) as events`,
  );

test("X93 a lost secret: keys are replaced, the chain continues, and users, roles and events stay", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  await sentinel.login("ada");
  await sentinel.sealer.seal();
  await sentinel.checkpoints.make();
  const before = await kept(sentinel);
  const old = (await sentinel.keys.list()).map(({ kid }) => kid);
  const { keys, checkpoints, verification } = withNextSecret(sentinel);
  await assert.rejects(keys.ensure(), UnknownSecret);
  assert.deepEqual((await keys.replaceLost()).sort(), old.sort());
  const { jwks } = await keys.ensure();
  assert.equal(jwks.keys.length, 2);
  assert.ok(!jwks.keys.some(({ kid }) => old.includes(kid!)), "nobody is told the lost keys");
  await sentinel.sealer.seal();
  await assert.rejects(checkpoints.make(), /is invalid/, "nothing vouches for another's checkpoint by itself");
  const { valid: _, ...broken } = await verification.verify({});
  assert.deepEqual(broken, { code: "checkpoint_foreign", seq: (broken as { seq: number }).seq, checkpoint: 1 });
  const taken = await Promise.all([checkpoints.takeOver(), checkpoints.takeOver()]);
  assert.deepEqual(
    taken.map((checkpoint) => checkpoint?.number).sort(),
    [2, undefined],
    "at once: it is taken over once",
  );
  const proof = await verification.verify({});
  assert.ok(proof.valid, JSON.stringify(proof));
  assert.deepEqual([proof.secret_resets, proof.checkpoints], [1, 2]);
  assert.deepEqual(await kept(sentinel), before);
  assert.deepEqual([await keys.replaceLost(), await checkpoints.takeOver()], [[], undefined], "again: nothing to do");
  assert.equal((await verification.verify({}) as { secret_resets: number }).secret_resets, 1);
});

test("X93 a chain that was changed is not continued, with an error", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  await sentinel.login("ada");
  await sentinel.sealer.seal();
  const { seq } = (await sentinel.checkpoints.make())!;
  await sentinel.db.query("test", "alter table audit_events disable trigger user");
  await sentinel.db.query("test", "update audit_events set hash = sha256('x') where seq = $1", [seq]);
  const { checkpoints } = withNextSecret(sentinel);
  await assert.rejects(checkpoints.takeOver(), /audit checkpoint 1 is invalid/);
});

testOnPostgres(
  "X93 secret reset works only with --confirm: logins work again, and what the secret sealed is lost",
  async () => {
    await using before = await startSentinel({ lasting: false });
    const tokens = await before.login("grace");
    await before.sealer.seal();
    await before.checkpoints.make();
    const exported = (await before.checkpoints.make())!;
    const env = { ...settingsBeside(before), SENTINEL_SECRET: nextSecret.toBase64() };
    const run = (args: string[], stdin = "") => runCommand(args, { env, stdin });
    assert.equal((await run(["keys", "list"])).code, 78);
    assert.equal((await run(["secret", "reset"])).code, 2);
    assert.equal((await run(["keys", "list"])).code, 78, "nothing was changed");
    const reset = await run(["secret", "reset", "--confirm"]);
    assert.deepEqual([reset.code, reset.err], [0, []]);
    assert.match(reset.out[0]!, /^Retired 2 signing keys of the lost secret and revoked 1 sessions\./);

    await using after = await startSentinel({
      schema: before.schema,
      settings: { SENTINEL_SECRET: nextSecret.toBase64() },
    });
    const { username, password } = people.grace;
    const login = await after.fetch("/login", { form: { username, password } });
    assert.equal(login.status, 200);
    const fresh = { authorization: `Bearer ${(await login.json()).access_token}` };
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    assert.equal((await after.fetch("/users/me", { headers })).status, 401);
    const form = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    assert.equal((await after.fetch("/oauth/token", { form })).status, 400);
    const verify = await run(["audit", "verify", "--checkpoint", "-"], JSON.stringify(exported));
    assert.deepEqual([verify.code, verify.err], [0, []]);
    assert.match(verify.out.join("\n"), /The secret was lost and replaced 1 times/);
    const again = await run(["secret", "reset", "--confirm", "--json"]);
    assert.deepEqual(again.out.map((line) => JSON.parse(line)), [{ retired: [], revoked: 0 }]);
    assert.equal(
      (await after.fetch("/users/me", { headers: fresh })).status,
      200,
      "no session of the new secret was revoked",
    );
  },
);

Deno.test("X93 X96 X97 without DATABASE_URL secret reset creates the missing secret, and the users stay", async () => {
  await using stack = new AsyncDisposableStack();
  const { path: dataDir } = stack.use(await dataFolder());
  const backup = `${dataDir}-backup`;
  stack.defer(() => Deno.remove(backup, { recursive: true }));
  const run = async (args: string[], stdin = "") => {
    const { code, out, err } = await runCommand(args, { env: { SENTINEL_DATA_DIR: dataDir }, stdin });
    assert.deepEqual([code, err], [0, []], args.join(" "));
    return out;
  };
  await run(["migrate", "up"]);
  await run(
    ["user", "create-admin", "--username", "ada", "--email", "ada@example.com", "--password-stdin"],
    "nanoseconds of wire",
  );
  const path = `${dataDir}/secret`;
  const lost = await Deno.readTextFile(path);
  await cp(dataDir, backup, { recursive: true }); // no server uses it
  await Deno.remove(path);
  await run(["secret", "reset", "--confirm"]);
  assert.notEqual(await Deno.readTextFile(path), lost);
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  assert.equal((await run(["user", "list"])).length, 1);
  assert.equal(JSON.parse((await run(["audit", "verify", "--json"]))[0]!).valid, true);
  const restored = await runCommand(["user", "list"], { env: { SENTINEL_DATA_DIR: backup } });
  assert.deepEqual(
    [restored.code, restored.out.length],
    [0, 1],
    "a copy of the folder is a backup, its secret included",
  );
});

testOnPostgres(
  "X94 db restored records the restore in the chain, revokes every session and lists what to check",
  async () => {
    await using sentinel = await startSentinel({ schema: freshSchema(), lasting: false });
    const { access_token } = await sentinel.login("grace");
    await sentinel.sealer.seal();
    const env = settingsBeside(sentinel);
    const { code, out, err } = await runCommand(["db", "restored"], { env });
    assert.deepEqual([code, err], [0, []]);
    const said = out.join("\n");
    assert.match(
      said,
      /^Recorded the restore and revoked 1 sessions\.\nThe last event in the audit log is of 2\d{3}-[-0-9T:.]+Z\./,
    );
    for (
      const what of ["passwords", "deleted users", "disabled users", "revoked roles", "signing keys", "checkpoints"]
    ) {
      assert.ok(said.includes(what), what);
    }
    const headers = { authorization: `Bearer ${access_token}` };
    sentinel.principals.forgetAll();
    assert.equal((await sentinel.fetch("/users/me", { headers })).status, 401);
    const marks = await sentinel.db.query<{ sealed: boolean }>(
      "test",
      "select seq is not null as sealed from audit_events where action = 'data.restored'",
    );
    assert.deepEqual(marks, [{ sealed: true }]);
    const proof = JSON.parse((await runCommand(["audit", "verify", "--json"], { env })).out[0]!);
    assert.deepEqual([proof.valid, proof.unsealed, proof.checkpoints], [true, 0, 1]);
  },
);
