import assert from "node:assert/strict";
import pg from "pg";
import { asDatabaseError, Unavailable } from "./db_errors.ts";

/**
 * Whether the connection is sound after an error of this SQLSTATE (PostgreSQL Appendix A), which trying again may mend.
 */
const soundAfter: Record<string, boolean> = {
  "08006": false, // connection failure
  "57014": true, // a statement was canceled
  "57P01": false, // the server shuts down
  "55P03": true, // a lock was not available in time
  "53100": true, // the disk is full
  "58030": false, // input or output failed
  "25006": false, // the server takes no writes: another may
  "25P02": false, // the transaction has failed already
  "40001": true, // a serialization failure
  "40P01": true, // a deadlock
  "26000": false, // a prepared statement is gone: it is another session
  "42P05": false, // a prepared statement is there already: it is another session
  "XX000": false, // an internal error
};

for (const [code, usable] of Object.entries(soundAfter)) {
  Deno.test(`after SQLSTATE ${code} a connection is ${usable ? "sound" : "given up"}`, () => {
    const cause = Object.assign(new pg.DatabaseError("", 0, "error"), { code });
    const error = asDatabaseError(cause, "test");
    assert.ok(error instanceof Unavailable, error.name);
    assert.deepEqual([error.usable, error.uncertain, error.code], [usable, false, code]);
  });
}
