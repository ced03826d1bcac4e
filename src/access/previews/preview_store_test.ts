import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { rowsReadDuring } from "../../testing/rows_read.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { listHolderGroups } from "./preview_store.ts";

test("the cost of a preview grows with the holders, not with their square, while statistics are old", async () => {
  await using sentinel = await startSentinel({ lasting: false });
  await sentinel.settled("ada");
  await sentinel.roles.create({ name: "crowded", description: "", permissions: [], parents: [] }, localActor);
  await sentinel.db.query("test", "analyze users, grants");
  await sentinel.db.transaction(async (tx) => {
    await tx.query(
      "test",
      `with many as (
         insert into users (id, username, username_canonical, password_hash)
         select gen_random_uuid(), 'many' || n, 'many' || n, '*' from generate_series(1, 4000) n returning id
       ) insert into grants (user_id, role) select id, 'crowded' from many`,
    );
    const asked = { roles: ["crowded"], relevant: ["crowded"], kinds: ["person" as const], limit: 10_000, named: 50 };
    const read = await rowsReadDuring(tx, ["users", "grants"], () => listHolderGroups(tx, asked));
    assert.ok(read >= 8_000 && read < 100_000, `${read} rows were read`);
  });
});
