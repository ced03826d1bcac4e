import assert from "node:assert/strict";
import type { Db } from "../../platform/db/db.ts";
import { startSentinel, test } from "../../testing/harness.ts";
import { rowsReadDuring } from "../../testing/statements/rows_read.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { listHolderGroups } from "./preview_store.ts";

test("the cost of a preview grows with the holders, not with their square, while statistics are old", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  await sentinel.settled("ada");
  await sentinel.roles.create({ name: "crowded", description: "", permissions: [], parents: [] }, localActor);
  const insertHolders = (db: Db, count: number) =>
    db.query(
      "test",
      `with many as (
         insert into users (id, username, username_canonical, password_hash)
         select gen_random_uuid(), 'many' || n, 'many' || n, '*' from generate_series(1, $1) n returning id
       ) insert into grants (user_id, role) select id, 'crowded' from many`,
      [count],
    );
  await insertHolders(sentinel.db, 2_000);
  await sentinel.db.query("test", "delete from users where username like 'many%'"); // leaves pages without rows
  await sentinel.db.query("test", "analyze users, grants");
  await sentinel.db.transaction(async (tx) => {
    await insertHolders(tx, 4_000);
    const asked = { roles: ["crowded"], relevant: ["crowded"], kinds: ["person" as const], limit: 10_000, named: 50 };
    const read = await rowsReadDuring(tx, ["users", "grants"], () => listHolderGroups(tx, asked));
    assert.ok(read >= 8_000 && read < 100_000, `${read} rows were read`);
  });
});
