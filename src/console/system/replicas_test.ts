import assert from "node:assert/strict";
import { onPostgres } from "../../testing/database.ts";
import { test } from "../../testing/harness.ts";
import { startReplicas } from "../../testing/replicas.ts";
import { until } from "../../testing/servers/process.ts";

const replicas = await startReplicas();

test("each replica hears the others, and knows which one it is", async () => {
  const ids = new Set<string>();
  for (const { feed } of new Set(replicas)) {
    await until("all are heard", () => feed.replicas().length === (onPostgres ? 3 : 1));
    const [own, ...others] = feed.replicas();
    assert.deepEqual([own!.isThis, others.some(({ isThis }) => isThis)], [true, false]);
    ids.add(own!.id);
  }
  assert.equal(ids.size, onPostgres ? 3 : 1);
  assert.deepEqual(new Set(replicas[0].feed.replicas().map(({ id }) => id)), ids);
});
