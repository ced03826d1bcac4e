import assert from "node:assert/strict";
import { startSentinel, testOnPostgres } from "../../testing/harness.ts";
import { runCommand, settingsBeside } from "../../testing/commands.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const serviceAccount = (...args: string[]) =>
  runCommand(["service-account", ...args], { env: settingsBeside(sentinel) });

const said = async (...args: string[]) => {
  const { code, out, err } = await serviceAccount(...args);
  assert.deepEqual([code, err], [0, []], args.join(" "));
  return out;
};

/** What was done to these service accounts by commands. */
const actionsOn = async (...ids: string[]) =>
  (await sentinel.db.query<{ action: string }>(
    "test",
    "select action from audit_events where subject_id = any($1) and actor_id is null order by id",
    [ids],
  )).map(({ action }) => action);

/** The lines of a list that begin with one of these names. */
const listed = async (...names: string[]) =>
  (await said("list")).filter((line) => names.includes(line.split("\t")[0]!));

testOnPostgres(
  "service-account creates, lists, disables, enables and deletes, and grants and revokes roles",
  async () => {
    assert.deepEqual(await said("create", "backup", "--description", "Copies"), [
      "Created the service account backup without roles.",
    ]);
    assert.deepEqual(await said("create", "reports", "--role", "user"), [
      "Created the service account reports with the role user.",
    ]);
    assert.deepEqual(await listed("backup", "reports"), ["backup\t-\tactive\tCopies", "reports\tuser\tactive\t"]);
    assert.deepEqual(await said("grant", "backup", "admin"), ["Granted admin to backup."]);
    assert.deepEqual(await said("disable", "backup"), ["Disabled the service account backup."]);
    assert.match((await listed("backup"))[0]!, /^backup\tadmin\tdisabled since \S+Z\tCopies$/);
    assert.deepEqual(await said("enable", "backup"), ["Enabled the service account backup."]);
    assert.deepEqual(await said("revoke", "backup", "admin"), ["Revoked admin from backup."]);
    assert.deepEqual(await said("revoke", "backup", "admin"), ["backup does not have admin; nothing was revoked."]);
    const granted = JSON.parse((await said("grant", "backup", "user", "--json"))[0]!);
    assert.deepEqual(granted, { service_account: "backup", role: "user", expires_at: null });
    const { items } = JSON.parse((await said("list", "--json")).join("\n"));
    const [backup, reports] = ["backup", "reports"].map((name) =>
      items.find((each: { name: string }) => each.name === name)
    );
    assert.deepEqual(backup, await (await sentinel.fetch(`/service-accounts/${backup.id}`, {}, "ada")).json());
    assert.deepEqual(await said("delete", "backup"), ["Deleted the service account backup."]);
    assert.deepEqual(await listed("backup", "reports"), ["reports\tuser\tactive\t"]);
    assert.deepEqual(await actionsOn(backup.id, reports.id), [
      "service_account.created",
      "service_account.created",
      "role.granted",
      "service_account.disabled",
      "service_account.enabled",
      "role.revoked",
      "role.granted",
      "service_account.deleted",
    ]);
  },
);

testOnPostgres("service-account and the commands for users do not find each other's accounts", async () => {
  await sentinel.settled("ada");
  await said("create", "worker");
  for (const args of [["disable", "ada"], ["delete", "ada"], ["grant", "ada", "user"], ["disable", "nothing"]]) {
    assert.deepEqual((await serviceAccount(...args)).err, ["error: There is no such service account."], args.join(" "));
  }
  for (const args of [["user", "disable", "worker"], ["role", "grant", "worker", "admin"]]) {
    const { code, err } = await runCommand(args, { env: settingsBeside(sentinel) });
    assert.deepEqual([code, err], [1, ["error: There is no such user."]], args.join(" "));
  }
});

testOnPostgres(
  "service-account create refuses what is no name, a name that is taken, and an unknown role",
  async () => {
    await said("create", "taken");
    for (const args of [["Taken"], ["x"], ["taken"], ["other", "--role", "nothing"]]) {
      const { code, out, err } = await serviceAccount("create", ...args);
      assert.deepEqual([code, out, err.length], [1, [], 1], args.join(" "));
      assert.match(err[0]!, /^error: .*\.$/);
    }
  },
);
