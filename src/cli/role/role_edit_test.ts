import assert from "node:assert/strict";
import { startSentinel, testOnPostgres } from "../../testing/harness.ts";
import { rowCounts } from "../../testing/traffic/traces.ts";
import { runCommand, settingsBeside } from "../../testing/commands.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const call = (...args: string[]) => runCommand(args, { env: settingsBeside(sentinel) });

/** The line that the command prints. Fails unless the command succeeds with one line. */
async function said(...args: string[]): Promise<string> {
  const { code, out, err } = await call(...args);
  assert.deepEqual([code, err, out.length], [0, [], 1], args.join(" "));
  return out[0]!;
}

const actionsOf = async (id: string) => {
  const rows = await sentinel.db.query<{ action: string }>(
    "test",
    "select action from audit_events where subject_id = $1 and actor_id is null order by occurred_at, id",
    [id],
  );
  return rows.map(({ action }) => action);
};

testOnPostgres(
  "a role is created, changed, shown and deleted from the command line, and everything is recorded",
  async () => {
    assert.equal(await said("permission", "create", "films:watch"), "Created the permission films:watch.");
    assert.equal(
      await said("permission", "create", "films:cut", "--description", "Edit"),
      "Created the permission films:cut.",
    );
    assert.equal(await said("role", "create", "viewer", "--permission", "films:watch"), "Created the role viewer.");
    assert.equal(
      await said("role", "create", "editor", "--description", "Edits films", "--parent", "viewer"),
      "Created the role editor.",
    );
    assert.equal(await said("role", "add-permission", "editor", "films:cut"), "Added films:cut to editor.");
    assert.equal(await said("role", "add-permission", "editor", "films:cut"), "editor already has films:cut.");
    const { created_at, ...editor } = JSON.parse(await said("role", "show", "editor", "--json"));
    assert.ok(Date.parse(created_at));
    const description = "Edits films";
    assert.deepEqual(editor, {
      name: "editor",
      description,
      built_in: false,
      mfa_required: false,
      permissions: ["films:cut"],
      parents: ["viewer"],
    });
    assert.match(
      await said("role", "show", "editor"),
      /^role +editor\ndescription +Edits films\npermissions +films:cut\n/,
    );
    assert.equal(await said("role", "remove-permission", "editor", "films:cut"), "Removed films:cut from editor.");
    assert.equal(
      await said("role", "remove-permission", "editor", "films:cut"),
      "editor does not have films:cut of its own.",
    );
    assert.equal(
      await said("role", "remove-parent", "editor", "viewer"),
      "editor no longer inherits from viewer.",
    );
    assert.equal(await said("role", "remove-parent", "editor", "viewer"), "editor does not inherit from viewer.");
    assert.equal(await said("role", "add-parent", "editor", "viewer"), "editor now inherits from viewer.");
    assert.equal(
      await said("role", "add-parent", "editor", "viewer"),
      "editor already inherits from viewer.",
    );
    assert.equal(await said("role", "delete", "editor"), "Deleted the role editor.");
    assert.deepEqual(await actionsOf("editor"), [
      "role.created",
      "role.permission_added",
      "role.permission_removed",
      "role.parent_removed",
      "role.parent_added",
      "role.deleted",
    ]);
    assert.equal(await said("permission", "delete", "films:cut"), "Deleted the permission films:cut.");
    assert.deepEqual(await actionsOf("films:cut"), ["permission.created", "permission.deleted"]);
  },
);

testOnPostgres("a role requires a second factor, and no longer, by commands that are recorded", async () => {
  await call("role", "create", "cashier", "--mfa-required");
  assert.equal(await said("role", "waive-mfa", "cashier"), "cashier no longer requires a second factor by itself.");
  assert.equal(
    await said("role", "require-mfa", "cashier"),
    "Holders of cashier must have a second factor, from their next login on.",
  );
  assert.match((await call("role", "show", "cashier")).out.join("\n"), /\nsecond factor +required\n/);
  assert.deepEqual(await actionsOf("cashier"), ["role.created", "role.changed", "role.changed"]);
});

testOnPostgres("permission list shows all permissions; with --json like GET /permissions", async () => {
  const { out } = await call("permission", "list");
  assert.ok(out.some((line) => /^roles:read\t./.test(line)));
  const listed = JSON.parse((await call("permission", "list", "--json")).out.join("\n"));
  const served = await (await sentinel.fetch("/permissions?page_size=200", {}, "ada")).json();
  assert.deepEqual(listed, { items: served.items });
});

testOnPostgres(
  "the command line has the same rules for roles and permissions as the API, and then changes nothing",
  async () => {
    const before = await rowCounts(sentinel);
    const refused: [args: string[], error: RegExp][] = [
      [["role", "create", "Editor"], /^error: name: A role's name: 2 to 64 /],
      [["role", "create", "admin"], /^error: .*role/],
      [["role", "create", "x2", "--permission", "no:such"], /^error: permissions: There is no permission "no:such"\.$/],
      [["role", "create", "x2", "--parent", "nowhere"], /^error: parents: There is no role "nowhere"\.$/],
      [["role", "create", "x2", "--parent", "admin"], /^error: No role may inherit from admin\.$/],
      [["role", "create", "x2", "--description", "x".repeat(1_001)], /^error: description: /],
      [["role", "show", "nowhere"], /^error: There is no such role\.$/],
      [["role", "delete", "nowhere"], /^error: There is no such role\.$/],
      [["role", "delete", "user"], /^error: /],
      [["role", "add-permission", "user", "roles:read"], /^error: /],
      [["role", "add-permission", "nowhere", "roles:read"], /^error: There is no such role\.$/],
      [["permission", "create", "films"], /^error: name: A permission's name: resource:action, /],
      [["permission", "create", "users:impersonate"], /^error: name: This resource belongs to Sentinel itself/],
      [["permission", "create", "roles:read"], /^error: /],
      [
        ["permission", "delete", "roles:read"],
        /^error: This permission belongs to Sentinel itself and cannot be deleted\.$/,
      ],
      [["permission", "delete", "no:such"], /^error: /],
    ];
    for (const [args, error] of refused) {
      const { code, out, err } = await call(...args);
      assert.deepEqual([code, out, err.length], [1, [], 1], args.join(" "));
      assert.match(err[0]!, error, args.join(" "));
    }
    assert.deepEqual(await rowCounts(sentinel), before);
  },
);
