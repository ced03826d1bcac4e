import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { localActor } from "../../vocabulary/actor.ts";

// On a schema of its own: so many users would slow every statement of other tests down.
const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const { db, roles, rolePreviews, principals } = sentinel;

test("the numbers of a preview are lower bounds when more than 10,000 grants are concerned", async () => {
  const ada = { user: (await principals.user(await sentinel.settled("ada")))! };
  const role = "crowded";
  await sentinel.permissionRegistry.register("previews:p0", "", localActor);
  await roles.create({ name: role, description: "", permissions: [], parents: [] }, localActor);
  const insert = (from: number, to: number) =>
    db.query(
      "test",
      `with many as (
         insert into users (id, username, username_canonical, password_hash)
         select gen_random_uuid(), 'many' || n, 'many' || n, '*' from generate_series($1::int, $2::int) n returning id
       ) insert into grants (user_id, role) select id, $3 from many`,
      [from, to, role],
    );
  await insert(1, 10_000);
  const preview = () => rolePreviews.preview(role, { permissions: ["previews:p0"] }, ada);
  const exact = await preview();
  assert.deepEqual([exact.is_complete, exact.gains.user_count, exact.gains.users.length], [true, 10_000, 50]);
  await insert(10_001, 10_001);
  const bounded = await preview();
  assert.deepEqual([bounded.is_complete, bounded.gains.user_count], [false, 10_000]);
});
