import pg from "pg";

/**
 * The database cannot be reached, hangs, or refuses for a reason of its own. `usable`: the connection is sound.
 * `uncertain`: the answer is missing, so the statement may have been committed.
 */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
  readonly usable: boolean;
  readonly uncertain: boolean;
  readonly code: string | undefined;

  constructor(
    message: string,
    { cause, usable = false, uncertain = false, code }: {
      cause?: unknown;
      usable?: boolean;
      uncertain?: boolean;
      code?: string;
    } = {},
  ) {
    super(message, { cause });
    this.usable = usable;
    this.uncertain = uncertain;
    this.code = code;
  }
}

/** A constraint of the schema refused the statement: the cause is the request, not the state of the server. */
export class ConstraintViolation extends Error {
  override readonly name = "ConstraintViolation";

  constructor(readonly constraint: string, cause: unknown) {
    super(`${constraint} violated`, { cause });
  }
}

/** Text that PostgreSQL cannot store, or that is not a valid uuid, number or time (SQLSTATE 22xxx). */
export class UnstorableInput extends Error {
  override readonly name = "UnstorableInput";
}

/** The server refused a statement for an unexpected reason. Its message may quote a value, so it is only in `cause`. */
export class StatementRefused extends Error {
  override readonly name = "StatementRefused";

  constructor(statement: string, readonly code: string, cause: unknown) {
    super(`${statement}: SQLSTATE ${code}`, { cause });
  }
}

/** SQLSTATEs (PostgreSQL Appendix A), by code or class, after which another attempt may succeed. */
const unavailableStates: { prefix: string; usable: boolean }[] = [
  { prefix: "08", usable: false }, // connection exception
  { prefix: "57014", usable: true }, // query canceled, statement_timeout
  { prefix: "57", usable: false }, // operator intervention: admin shutdown, crash shutdown, cannot connect now
  { prefix: "55P03", usable: true }, // lock_timeout
  { prefix: "53", usable: true }, // insufficient resources: disk full, out of memory, too many connections
  { prefix: "58", usable: false }, // system error
  { prefix: "25006", usable: false }, // read-only transaction: a new connection may find the primary, this one never
  { prefix: "25P", usable: false }, // idle in transaction, in failed transaction
  { prefix: "40", usable: true }, // serialization failure, deadlock
  { prefix: "26000", usable: false }, // a prepared statement is gone: the connection leads to another session
  { prefix: "42P05", usable: false }, // …or is there already
  { prefix: "XX", usable: false }, // internal error
];

/** What the operator can do, by SQLSTATE. */
const remedies: Record<string, string> = {
  "25006": "the database is read-only: DATABASE_URL leads to a standby, or default_transaction_read_only is on",
  "53100": "the disk of the database is full: free some space, or enlarge the disk",
  "53200": "the server is out of memory: give it more, or reduce its load",
  "53300": "the server accepts no more connections: raise max_connections or the role's connection limit, or lower " +
    "SENTINEL_DB_POOL_SIZE",
  "55P03": "another session holds a lock: look at pg_locks and pg_stat_activity",
  "57P03": "the server is starting or shutting down",
};

/** What is wrong and what to do, for the SQLSTATEs that the operator can fix. */
export const remedyOf = (code: string | undefined): string | undefined => code && remedies[code];

/** Functions whose error 0A000 (feature not supported) is about the state of the server, not about the statement. */
const passingRefusals = [
  "get_relation_info", // the rate limit's unlogged table, on a standby: a new connection may find the primary
  "RevalidateCachedQuery", // a kept plan no longer fits the table, which a migration has changed
];

/** An error that repeats none of the driver's text. One without an SQLSTATE is {@link Unavailable}. */
export function asDatabaseError(error: unknown, name: string): Error {
  const code = error instanceof pg.DatabaseError ? error.code : undefined;
  if (!(error instanceof pg.DatabaseError) || !code) {
    return new Unavailable(`${name}: connection lost`, { cause: error, uncertain: true });
  }
  const state = unavailableStates.find(({ prefix }) => code.startsWith(prefix));
  if (state) {
    const remedy = remedyOf(code);
    const message = `${name}: SQLSTATE ${code}${remedy ? `, ${remedy}` : ""}`;
    return new Unavailable(message, { cause: error, usable: state.usable, code });
  }
  if (code === "0A000" && passingRefusals.includes(error.routine ?? "")) {
    return new Unavailable(`${name}: SQLSTATE ${code}`, { cause: error, code });
  }
  if (code.startsWith("23") && error.constraint) return new ConstraintViolation(error.constraint, error);
  if (code.startsWith("22")) return new UnstorableInput(`${name}: SQLSTATE ${code}`, { cause: error });
  return new StatementRefused(name, code, error);
}

/** Whether the server asks to repeat the whole transaction (40001, 40P01). */
export function isTransient(error: unknown): boolean {
  return error instanceof Unavailable && (error.code === "40001" || error.code === "40P01");
}
