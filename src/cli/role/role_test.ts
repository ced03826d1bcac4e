import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { startSentinel, testOnPostgres } from "../../testing/harness.ts";
import { until } from "../../testing/servers/process.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import { runCommand, settingsBeside } from "../../testing/commands.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, roles } = sentinel;

const actor = localActor;
await sentinel.permissionRegistry.register("films:watch", "", actor);
await roles.create({ name: "viewer", description: "", permissions: ["films:watch"], parents: [] }, actor);
await roles.create({ name: "critic", description: "Writes", permissions: [], parents: ["viewer"] }, actor);
const [ada, grace] = [await sentinel.settled("ada"), await sentinel.settled("grace")];

const role = (...args: string[]) => runCommand(["role", ...args], { env: settingsBeside(sentinel) });

const grantsOf = async (id: string) =>
  await db.query<{ role: string; expires_at: Date | null }>(
    "test",
    "select role, expires_at from grants where user_id = $1 and role <> 'user' order by role",
    [id],
  );

testOnPostgres("role list shows the roles by name, with their own permissions and parents", async () => {
  const { code, out, err } = await role("list");
  assert.deepEqual([code, err], [0, []]);
  assert.deepEqual(out, ["admin\t-\t-", "critic\t-\tviewer", "user\t-\t-", "viewer\tfilms:watch\t-"]);
});

testOnPostgres("X45 role list --json prints one document, with more than a page of roles", async () => {
  await db.query("test", "insert into roles (name) select 'z' || i from generate_series(1, 250) i");
  const { code, out } = await role("list", "--json");
  assert.equal(code, 0);
  const roles = JSON.parse(out.join("\n")).items;
  assert.equal(roles.length, 254);
  const names = roles.map(({ name }: { name: string }) => name);
  assert.deepEqual(names, names.toSorted());
  const { created_at, ...critic } = roles[1];
  assert.ok(Date.parse(created_at));
  assert.deepEqual(critic, {
    name: "critic",
    permissions: [],
    parents: ["viewer"],
    description: "Writes",
    built_in: false,
    mfa_required: false,
  });
  await db.query("test", "delete from roles where name like 'z%'");
});

testOnPostgres(
  "role grant grants a role without an end or until a time, on a running server, and records it",
  async () => {
    const token = await sentinel.tokenOf("grace");
    const listEvents = () =>
      db.query<{ action: string }>(
        "test",
        "select action from audit_events where subject_id = $1 and actor_id is null and action like 'role.%' order by id",
        [grace],
      );
    const earlier = (await listEvents()).length;
    const roles = async () =>
      (await (await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${token}` } })).json()).roles;
    assert.deepEqual(await roles(), ["user"]);
    const dated = await role("grant", "grace", "critic", "--until", "2099-01-31T20:00:00+02:00");
    assert.deepEqual([dated.code, dated.out, dated.err], [0, [
      "Granted critic to grace until 2099-01-31T18:00:00.000Z.",
    ], []]);
    assert.deepEqual(await grantsOf(grace), [{ role: "critic", expires_at: new Date("2099-01-31T18:00:00Z") }]);
    assert.deepEqual((await role("grant", "Grace@Example.com", "critic")).out, ["Granted critic to grace."]);
    assert.deepEqual(await grantsOf(grace), [{ role: "critic", expires_at: null }]);
    await until("word of the grant has come", async () => (await roles()).length === 2);
    const before = await rowCounts(sentinel);
    assert.equal((await role("grant", "grace", "critic")).code, 0);
    assert.deepEqual(await rowCounts(sentinel), before);
    const events = (await listEvents()).slice(earlier);
    assert.deepEqual(events.map(({ action }) => action), ["role.granted", "role.granted"]);
  },
);

testOnPostgres("X43 role revoke reports what it revoked, and that there was nothing to revoke", async () => {
  await role("grant", "grace", "critic");
  for (const sentence of ["Revoked critic from grace.", "grace does not have critic; nothing was revoked."]) {
    const { code, out, err } = await role("revoke", "Grace@Example.com", "critic");
    assert.deepEqual([code, out, err], [0, [sentence], []]);
    assert.deepEqual(await grantsOf(grace), []);
  }
});

testOnPostgres("role grant and revoke exit 1 for unknown users and roles, and change nothing", async () => {
  const before = await rowCounts(sentinel);
  for (const word of ["grant", "revoke"]) {
    const nobody = await role(word, "odysseus", "critic");
    assert.deepEqual([nobody.code, nobody.out, nobody.err], [1, [], ["error: There is no such user."]]);
    const nothing = await role(word, "grace", "'; drop table roles --");
    assert.deepEqual([nothing.code, nothing.out, nothing.err], [1, [], [
      `error: There is no role "'; drop table roles --".`,
    ]]);
  }
  assert.deepEqual(await rowCounts(sentinel), before);
});

testOnPostgres("role grant accepts an end in the future, with its offset, that RFC 3339 can represent", async () => {
  const before = await rowCounts(sentinel);
  const past = await role("grant", "grace", "critic", "--until", "2020-01-01T00:00:00Z");
  assert.deepEqual([past.code, past.out], [1, []]);
  assert.match(past.err[0]!, /^error: expires_at: The end of a grant must be in the future/);
  for (const until of ["tomorrow", "2099-01-01", "2099-01-01T00:00:00", "2099-13-01T00:00:00Z", ""]) {
    const { code, out } = await role("grant", "grace", "critic", `--until=${until}`);
    assert.deepEqual([code, out], [2, []], until);
  }
  assert.equal((await role("grant", "grace", "critic", "--until", "9999-12-31T23:59:59-12:00")).code, 1);
  assert.deepEqual(await rowCounts(sentinel), before);
});

testOnPostgres("role revoke, and role grant with an end, keep the last administrator", async () => {
  const attempts = [["revoke", "ada", "admin"], ["grant", "ada", "admin", "--until", "2099-01-01T00:00:00Z"]];
  for (const args of attempts) {
    const { code, out, err } = await role(...args);
    assert.deepEqual([code, out, err.length], [1, [], 1], args.join(" "));
    assert.match(err[0]!, /administrator/);
  }
  assert.deepEqual(await grantsOf(ada), [{ role: "admin", expires_at: null }]);
});

testOnPostgres("role exits 2 for unknown commands and wrong arguments", async () => {
  const wrong = [[], ["make"], ["grant"], ["grant", "grace"], ["revoke", "grace"], ["list", "viewer"], [
    "list",
    "--xml",
  ]];
  for (const args of wrong) {
    const { code, out } = await role(...args);
    assert.deepEqual([code, out], [2, []], args.join(" "));
  }
});
