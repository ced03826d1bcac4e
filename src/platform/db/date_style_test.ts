import assert from "node:assert/strict";
import { freshSchema, testConnection } from "../../testing/database.ts";
import { testOnPostgres } from "../../testing/harness.ts";
import { createDatabase } from "./db.ts";

testOnPostgres("times are read right from a database that writes them in German", async () => {
  const connection = testConnection();
  assert.ok(connection.kind === "url");
  const url = new URL(connection.url);
  url.searchParams.set("options", "-c datestyle=German");
  await using db = await createDatabase({
    connection: { kind: "url", url: url.href },
    schema: freshSchema(),
    poolSize: 1,
    log: console,
  });
  const [row] = await db.query<{ time: Date }>("test", "select '2026-02-01T12:00:00Z'::timestamptz as time");
  assert.equal(row!.time.toISOString(), "2026-02-01T12:00:00.000Z");
});
