import { v7 as uuidv7 } from "uuid";
import type { KnownRoles } from "../access/grants/imported_grants.ts";
import { userRole } from "../access/roles/permission_evaluator.ts";
import type { ReservedUsernames } from "../accounts/registration/reserved_usernames.ts";
import { readForeignHash } from "../platform/hashing/foreign_hash.ts";
import { identifiersOf, isEmail, isUsername, type Names } from "../vocabulary/identifiers.ts";
import type { HashCosts } from "./hash_costs.ts";
import { type Reason, reasons, type Report, skip } from "./import_report.ts";
import type { Arrival, BrokenRow } from "./sources/arrival.ts";
import type { MovingUser } from "./user_import_store.ts";

/** A valid user, the roles that the source names, the fields left behind, and what is lost of the names. */
export type Candidate = { at: string; user: MovingUser; wanted: string[]; dropped: string[]; lost: Reason[] };

/** A user with the roles to grant, the privileged roles among those of the source, and why others are not granted. */
export type AssessedCandidate = Candidate & { roles: string[]; privileged: string[]; refused: Reason[] };

/** What rows are assessed with. `seen` are the names of earlier rows. */
export type Assessment = {
  reservedUsernames: ReservedUsernames;
  costs: HashCosts;
  hashMsMax: number;
  externalIdPrefix: string;
  seen: Set<string>;
};

/** The stored form of a row's hash. */
export type ReadHash = ReturnType<typeof hashOf>;

/** Reads the hash of a row; null for a person without a password. */
export function hashOf(row: Arrival | BrokenRow) {
  return "broken" in row || row.password_hash === null ? null : readForeignHash(row.password_hash);
}

/** The user of a row; undefined, and reported, if the row is invalid. */
export function assess(
  row: Arrival | BrokenRow,
  hash: ReadHash,
  { costs, hashMsMax, externalIdPrefix, ...rules }: Assessment,
  report: Report,
): Candidate | undefined {
  const { at } = row;
  if ("broken" in row) return skip(at, "malformed_row", report, `This row ${row.broken}.`);
  const named = namesOf(row, rules);
  if ("refused" in named) return skip(at, named.refused, report);
  if (hash && "refused" in hash) return skip(at, "unknown_hash", report, hash.refused);
  const ms = hash ? costs.of(hash.stored) : 0;
  if (ms > hashMsMax) return skip(at, "costly_hash", report, costly(ms, hashMsMax));
  const external_id = row.external_id ? `${externalIdPrefix}${row.external_id}`.slice(0, 255) : null;
  if (external_id !== null && rules.seen.has(`id ${external_id}`)) return skip(at, "external_id_taken", report);
  const { names, lost } = named;
  const identifiers = identifiersOf(names);
  const id = external_id && `id ${external_id}`; // no name contains a space
  for (const name of [identifiers.username_canonical, identifiers.email_canonical, id]) if (name) rules.seen.add(name);
  const user: MovingUser = {
    id: uuidv7(),
    ...identifiers,
    password_hash: hash && hash.stored,
    disabled: row.disabled,
    email_verified: names.email !== null && row.email_verified === true,
    external_id,
    created_at: row.created_at ?? null,
  };
  return {
    at,
    user,
    wanted: [...new Set([userRole, ...row.roles])],
    dropped: (row.dropped ?? []).map(fieldName),
    lost,
  };
}

/** A field as it is shown. A shifted column may have a value for its name. */
function fieldName(field: string): string {
  return /^[A-Za-z][\w.-]{0,63}$/.test(field) ? field : "a field without a name";
}

function costly(ms: number, max: number): string {
  return `Verifying the password hash takes ${
    Math.round(ms)
  } ms on this machine, and SENTINEL_IMPORT_HASH_MS_MAX allows ` +
    `${max}: every refused login of every user would take as long. Raise it, or give the user a new password.`;
}

/** The names that the user gets. Of two names of another system, one that is impossible here is left behind. */
function namesOf(
  { username, email, mayLoseName = false }: Arrival,
  rules: Pick<Assessment, "reservedUsernames" | "seen">,
): { names: Names; lost: Reason[] } | { refused: Reason } {
  if (username === null && email === null) return { refused: "nameless" };
  const wrong = { username: usernameError(username, rules), email: emailError(email, rules) };
  if (!wrong.username && !wrong.email) return { names: { username, email }, lost: [] };
  const kept = { username: wrong.username ? null : username, email: wrong.email ? null : email };
  if (!mayLoseName || (kept.username === null && kept.email === null)) {
    return { refused: (wrong.username ?? wrong.email)! };
  }
  return { names: kept, lost: [wrong.username ? "username_dropped" : "email_dropped"] };
}

function usernameError(
  username: string | null,
  { reservedUsernames, seen }: Pick<Assessment, "reservedUsernames" | "seen">,
): Reason | undefined {
  if (username === null) return undefined;
  if (!isUsername(username)) return "invalid_username";
  if (reservedUsernames.includes(username)) return "reserved_username";
  return seen.has(identifiersOf({ username, email: null }).username_canonical!) ? "repeated" : undefined;
}

function emailError(email: string | null, { seen }: Pick<Assessment, "seen">): Reason | undefined {
  if (email === null) return undefined;
  if (!isEmail(email)) return "invalid_email";
  return seen.has(identifiersOf({ username: null, email }).email_canonical!) ? "repeated" : undefined;
}

/** The same rows with their roles that exist and, unless `privilegedRoles`, give no permission of Sentinel itself. */
export function withRoles(
  rows: Candidate[],
  { known, privileged }: KnownRoles,
  privilegedRoles: boolean,
): AssessedCandidate[] {
  return rows.map((row) => {
    const existing = row.wanted.filter((role) => known.has(role));
    const powerful = existing.filter((role) => privileged.has(role));
    const refused: Reason[] = existing.length < row.wanted.length ? ["unknown_role"] : [];
    if (privilegedRoles || powerful.length === 0) return { ...row, roles: existing, privileged: powerful, refused };
    const roles = existing.filter((role) => !privileged.has(role));
    return { ...row, roles, privileged: powerful, refused: [...refused, "privileged_role"] };
  });
}

/** The same rows, with only the role `user` for those whose roles exclude each other. */
export function withoutRolesOf(excluded: Set<AssessedCandidate>, rows: AssessedCandidate[]): AssessedCandidate[] {
  return rows.map((row) =>
    excluded.has(row) ? { ...row, roles: [userRole], privileged: [], refused: [...row.refused, "excluded_roles"] } : row
  );
}

/** The sentence about a reason, with the roles that do not exist. */
export function detailOf(code: Reason, { wanted, roles, privileged }: AssessedCandidate): string {
  const missing = wanted.filter((role) => !roles.includes(role) && !privileged.includes(role));
  const shown = missing.filter((role) => /^[a-z0-9][a-z0-9_.:-]{0,63}$/.test(role)); // a shifted column may hold a hash
  return code === "unknown_role" && shown.length > 0 ? `${reasons[code]} (${shown.join(", ")})` : reasons[code];
}
