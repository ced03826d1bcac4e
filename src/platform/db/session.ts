import type pg from "pg";
import { deadlineMs } from "../deadlines.ts";
import { UnsupportedDatabase } from "./supported_database.ts";

/** How long the server may take on a session: 0 is without end. */
export type SessionLimits = { statementMs: number; lockMs: number; idleInTransactionMs: number };

/** Of a session that answers requests. */
const requestLimits = (): SessionLimits => ({
  statementMs: deadlineMs(2_000),
  lockMs: deadlineMs(1_000),
  idleInTransactionMs: deadlineMs(5_000),
});

/**
 * What statements, rules and the driver rely on, whatever `alter database … set` and `alter role … set` say. Not here
 * is what an operator may decide, such as `default_transaction_read_only` and `synchronous_commit`.
 */
const relied: Record<string, string> = {
  // Rules lock rows and then read what others have committed meanwhile, which no stricter level shows.
  default_transaction_isolation: "read committed",
  default_transaction_deferrable: "off",
  // Results are read, and exported, as text.
  client_encoding: "UTF8",
  datestyle: "ISO, MDY",
  intervalstyle: "postgres",
  timezone: "UTC",
  bytea_output: "hex",
  extra_float_digits: "1",
  lc_numeric: "C",
  lc_time: "C",
  // Statements are read as they are written.
  standard_conforming_strings: "on",
  array_nulls: "on",
  transform_null_equals: "off",
  "plpgsql.extra_errors": "none",
  // An error ends a statement, and a pause ends nothing.
  exit_on_error: "off",
  idle_session_timeout: "0",
  // A policy that would hide rows is an error.
  row_security: "off",
  // No statement runs long enough to repay its compilation, which takes 100 ms (measured, on the role hierarchy).
  jit: "off",
};

/**
 * Readies a new connection for statements in `schema`. Settings are made by statements, as startup options do not pass
 * every pooler. Answers whether the connection is a session of the server: behind a pooler its process is another than
 * the one that the driver was told of (PostgreSQL, "Frontend/Backend Protocol", BackendKeyData).
 *
 * @throws {UnsupportedDatabase} where triggers are off for this role, and it may not change that.
 */
export async function prepareSession(
  client: pg.ClientBase,
  schema: string,
  limits: SessionLimits = requestLimits(),
): Promise<boolean> {
  const results: unknown = await client.query(settingsOf(schema, limits));
  const [{ pid, triggers }] = (results as pg.QueryResult[]).at(-1)!.rows;
  if (triggers !== "origin") {
    throw new UnsupportedDatabase(
      `session_replication_role is ${triggers} here, which turns off the triggers that Sentinel relies on: reset it by ` +
        "alter role or alter database.",
    );
  }
  return pid === (client as pg.ClientBase & { processID: number | null }).processID;
}

/** The limit on statements comes first, as it is under it that the others run. */
function settingsOf(schema: string, { statementMs, lockMs, idleInTransactionMs }: SessionLimits): string {
  const settings = {
    statement_timeout: String(statementMs),
    lock_timeout: String(lockMs),
    idle_in_transaction_session_timeout: String(idleInTransactionMs),
    ...relied,
  };
  return `${Object.entries(settings).map(([name, value]) => `set ${name} to ${valueOf(value)}`).join("; ")};
    set search_path to "${schema}";
    select set_config('transaction_timeout', '0', false) where current_setting('transaction_timeout', true) is not null;
    select set_config('session_replication_role', 'origin', false)
      where current_setting('session_replication_role') <> 'origin'
        and has_parameter_privilege('session_replication_role', 'set');
    select pg_backend_pid() as pid, current_setting('session_replication_role') as triggers`;
}

/** `datestyle` takes a list, which one literal would not be. */
function valueOf(value: string): string {
  return value.split(", ").map((part) => `'${part}'`).join(", ");
}
