import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";
import { statementsOf } from "../testing/statements/statements.ts";

const [roles, permissions] = [500, 100];
const tokenLengthMax = 4_096;

test(
  "F59 a user with 500 roles of 100 permissions each has a usable token, and is decided about from memory",
  async () => {
    await using sentinel = await startSentinel({ lasting: false });
    const { db } = sentinel;
    const grace = await sentinel.settled("grace");
    const asAda = { authorization: `Bearer ${await sentinel.tokenOf("ada")}` };
    await db.query(
      "test",
      "insert into permissions (name, description) select 'file-' || n || ':read', '' from generate_series(1, $1) n",
      [
        permissions + 1, // nobody's
      ],
    );
    await db.query("test", "insert into roles (name) select 'role-' || n from generate_series(1, $1) n", [roles]);
    await db.transaction(async (tx) => {
      await tx.query("test", "set local session_replication_role = replica"); // no triggers and no checks of 50,000 rows
      await tx.query(
        "test",
        `insert into role_permissions (role, permission) select 'role-' || r, 'file-' || p || ':read'
         from generate_series(1, $1::int) r, generate_series(1, $2::int) p`,
        [roles, permissions],
      );
    });
    await db.query("test", "insert into grants (user_id, role) select $1, 'role-' || n from generate_series(1, $2) n", [
      grace,
      roles,
    ]);
    sentinel.evaluator.forget();
    const { access_token } = await sentinel.login("grace");
    assert.ok(access_token.length <= tokenLengthMax, `${access_token.length} characters`);
    const authorization = `Bearer ${access_token}`;
    const me = await (await sentinel.fetch("/users/me", { headers: { authorization } })).json();
    assert.equal(me.roles.length, roles + 1);

    const evaluations = Array.from({ length: permissions + 1 }, (_, n) => ({
      resource: { type: `file-${n + 1}`, id: "1" },
    })).slice(-100);
    const decide = async () => {
      const json = { subject: { type: "user", id: grace }, action: { name: "read" }, evaluations };
      const answer = await sentinel.fetch("/access/v1/evaluations", { json, headers: asAda });
      return (await answer.json()).evaluations.map(({ decision }: { decision: boolean }) => decision);
    };
    await decide();
    const made = await statementsOf(async () => {
      assert.deepEqual(await decide(), [...Array(99).fill(true), false]);
    });
    assert.deepEqual(Object.keys(made).filter((name) => name.startsWith("list_") || name.startsWith("find_live")), []);
  },
);
