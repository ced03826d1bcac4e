import assert from "node:assert/strict";
import { freshSchema, onPostgres, runSql, testDatabase } from "../../testing/database.ts";
import { patience } from "../../testing/run/patience.ts";
import { createDatabase } from "../db/db.ts";
import { lengthenDeadlines } from "../deadlines.ts";
import { maintain } from "./maintenance.ts";

const megabyte = 1_048_576;
const log = { debug() {}, info() {}, warn() {}, error() {} };

Deno.test({
  name: "X95 under writes the embedded engine's log stays small, dead rows make room, and the planner has statistics",
  ignore: onPostgres,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    lengthenDeadlines(patience);
    const schema = freshSchema();
    const { connection } = testDatabase();
    await using stack = new AsyncDisposableStack();
    stack.defer(() => runSql(`drop schema if exists "${schema}" cascade`));
    await using db = createDatabase({ connection, schema, poolSize: 1, log });
    await db.query("test", `create schema "${schema}"`);
    await db.query("test", "create table notes (n int primary key, text text)");
    await db.query("test", "insert into notes select g, repeat('x', 400) from generate_series(1, 2000) g");
    const sizes: number[] = [];
    for (let round = 0; round < 40; round++) {
      await db.query("test", "update notes set text = reverse(text), n = -n");
      await db.query(
        "test",
        "select pg_logical_emit_message(false, 'x', repeat('y', 1000000)) from generate_series(1, 8)",
      );
      await maintain(db);
      const [row] = await db.query<{ wal: number; notes: number }>(
        "test",
        `select (select sum(size)::float8 from pg_ls_waldir()) as wal, pg_relation_size('notes')::float8 as notes`,
      );
      assert.ok(row!.wal <= 96 * megabyte, `pg_wal has ${row!.wal / megabyte} MB after ${round} rounds`);
      sizes.push(row!.notes);
    }
    assert.ok(sizes.at(-1)! <= 3 * sizes[0]!, `the table grew from ${sizes[0]} to ${sizes.at(-1)} bytes`);
    const [row] = await db.query<{ rows: number }>(
      "test",
      "select reltuples as rows from pg_class where relname = 'notes'",
    );
    assert.ok(row!.rows > 1_000, "analyzed");
  },
});
