import type pg from "pg";
import { deadlineMs } from "../deadlines.ts";
import { UnsupportedDatabase } from "./supported_database.ts";

/** How long the server may take in a session; 0 means no limit. */
export type SessionLimits = { statementMs: number; lockMs: number; idleInTransactionMs: number };

const requestLimits = (): SessionLimits => ({
  statementMs: deadlineMs(2_000),
  lockMs: deadlineMs(1_000),
  idleInTransactionMs: deadlineMs(5_000),
});

/**
 * What statements, rules and the driver rely on, whatever `alter database … set` and `alter role … set` say. What the
 * operator may decide, such as `synchronous_commit`, is left alone.
 */
const relied: Record<string, string> = {
  // Rules lock rows and then read what other transactions have committed, which stricter levels would hide.
  default_transaction_isolation: "read committed",
  default_transaction_deferrable: "off",
  // Results are read and exported as text.
  client_encoding: "UTF8",
  datestyle: "ISO, MDY",
  intervalstyle: "postgres",
  timezone: "UTC",
  bytea_output: "hex",
  extra_float_digits: "1",
  lc_numeric: "C",
  lc_time: "C",
  // Literals are written for this syntax.
  standard_conforming_strings: "on",
  array_nulls: "on",
  transform_null_equals: "off",
  "plpgsql.extra_errors": "none",
  // An error ends only its statement, and a pause ends nothing.
  exit_on_error: "off",
  idle_session_timeout: "0",
  // A policy that would hide rows causes an error.
  row_security: "off",
  // No statement runs long enough to repay its compilation, which takes 100 ms (measured on the role hierarchy).
  jit: "off",
};

/**
 * Settings are made by statements, as not every pooler passes startup options. Returns whether it is the server's own
 * session: behind a pooler the process id differs from that at the start (BackendKeyData). @throws
 * {UnsupportedDatabase} when triggers are off for this role.
 */
export async function prepareSession(client: pg.ClientBase, schema: string, limits: SessionLimits = requestLimits()) {
  const results: unknown = await client.query(settingsOf(schema, limits));
  const [{ pid, triggers }] = (results as pg.QueryResult[]).at(-1)!.rows;
  if (triggers !== "origin") {
    throw new UnsupportedDatabase(
      `session_replication_role is ${triggers}, which turns off the triggers that Sentinel relies on: reset it by ` +
        "alter role or alter database.",
    );
  }
  return pid === (client as pg.ClientBase & { processID: number | null }).processID;
}

/** The statement limit comes first, because it applies to the other settings. */
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

/** `datestyle` takes a list, not a single literal. */
function valueOf(value: string): string {
  return value.split(", ").map((part) => `'${part}'`).join(", ");
}
