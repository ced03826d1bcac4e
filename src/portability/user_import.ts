import { localActor } from "../vocabulary/actor.ts";
import { v7 as uuidv7 } from "uuid";
import {
  grantToNewcomers,
  type KnownRoles,
  knownRoles,
  lockedRoles,
  newcomersExcluded,
  type PrivilegedAccount,
} from "../access/grants/imported_grants.ts";
import { userRole } from "../access/roles/permission_evaluator.ts";
import { identifiersOf, isEmail, isUsername, shownName, usernameRule } from "../vocabulary/identifiers.ts";
import type { ReservedUsernames } from "../accounts/registration/reserved_usernames.ts";
import { recordAll } from "../audit/events/audit.ts";
import type { Database, Tx } from "../platform/db/db.ts";
import { readForeignHash } from "../platform/hashing/foreign_hash.ts";
import {
  type CanonicalNames,
  insertMovingUsers,
  listNamesakes,
  listSeedUsers,
  type MovingUser,
} from "./user_import_store.ts";
import { type Arrival, type BrokenRow, fromSeed } from "./user_source.ts";

/** Why a row was not imported, or not completely. */
export const reasons = {
  malformed_row: "This row does not describe a user.",
  nameless: "The row has neither a username nor an e-mail address.",
  invalid_username: `The username must be ${usernameRule}.`,
  reserved_username: "The username is reserved: SENTINEL_RESERVED_USERNAMES contains it, or a similar one.",
  invalid_email: "The e-mail address is not a valid mailbox address.",
  unknown_hash: "The password hash has an unsupported format, or its parameters exceed the limits.",
  repeated: "An earlier row has the same username or e-mail address.",
  username_taken: "Another user has this username.",
  email_taken: "Another user has this e-mail address.",
  unknown_role: "The user is imported without this role, which does not exist.",
  privileged_role: "The user is imported without this role, which gives permissions of Sentinel itself.",
  excluded_roles: "The user is imported with only the role user, because the other roles exclude each other.",
} as const;

/** A finding, and its place in the source. */
export type Finding = { at: string; code: keyof typeof reasons; detail: string };

/**
 * The totals. `unchanged` users already exist with the same username and e-mail address. `privileged` are the accounts
 * that got privileged roles or, without `privilegedRoles`, would have got them.
 */
export type Tally = {
  imported: number;
  unchanged: number;
  skipped: number;
  without_role: number;
  privileged: (PrivilegedAccount & { at: string })[];
};

/** Options. `dryRun` writes nothing; only `privilegedRoles` imports roles that give permissions of Sentinel itself. */
export type ImportMode = { dryRun: boolean; privilegedRoles: boolean };

/** Rows per transaction: few enough that other transactions do not wait for long. */
const batchSize = 500;

/** A valid user, with the roles that the source names. */
type Candidate = { at: string; user: MovingUser; wanted: string[] };

/** A user with the roles to grant, the privileged roles among those of the source, and why others are not granted. */
type AssessedCandidate = Candidate & { roles: string[]; privileged: string[]; refused: (keyof typeof reasons)[] };

/** Imports users with their password hashes from other systems. */
export function createUserImport({ db, reservedUsernames }: { db: Database; reservedUsernames: ReservedUsernames }) {
  return { importUsers };

  /**
   * Imports all valid users, one batch per transaction, and reports each row that is not imported. Existing users stay
   * unchanged, so a second run changes nothing. A dry run reports the same and writes nothing.
   */
  async function importUsers(
    people: AsyncIterable<Arrival | BrokenRow>,
    { dryRun, privilegedRoles, found }: ImportMode & { found: (finding: Finding) => void },
  ): Promise<Tally> {
    const tally: Tally = { imported: 0, unchanged: 0, skipped: 0, without_role: 0, privileged: [] };
    const seen = new Set<string>();
    for await (const batch of batches(people)) {
      const candidates = batch.map((row) => assess(row, { reservedUsernames, seen, tally, found })).filter((row) =>
        row !== undefined
      );
      const newcomers = await withoutNamesakes(candidates, { tally, found });
      const imported = dryRun
        ? await rehearse(newcomers, privilegedRoles)
        : await insert(newcomers, privilegedRoles, { tally, found });
      for (const row of imported) count(row, { tally, found });
    }
    return tally;
  }

  /** Removes users who already exist, and users whose name or address another user has. */
  async function withoutNamesakes(rows: Candidate[], findings: Findings): Promise<Candidate[]> {
    const usernames = rows.map(({ user }) => user.username_canonical);
    const emails = rows.map(({ user }) => user.email_canonical);
    const namesakes = await listNamesakes(db, usernames, emails);
    const byUsername = by("username_canonical", namesakes);
    const byEmail = by("email_canonical", namesakes);
    return rows.filter(({ at, user: { username_canonical, email_canonical } }) => {
      const [named, addressed] = [byUsername.get(username_canonical), byEmail.get(email_canonical)];
      const found = named ?? addressed;
      if (!found) return true;
      const isSame = found.username_canonical === username_canonical && found.email_canonical === email_canonical;
      if (isSame) findings.tally.unchanged++;
      else skip(at, named ? "username_taken" : "email_taken", findings);
      return false;
    });
  }

  async function rehearse(rows: Candidate[], privilegedRoles: boolean): Promise<AssessedCandidate[]> {
    const newcomers = withRoles(rows, await knownRoles(db), privilegedRoles);
    return withoutRolesOf(await newcomersExcluded(db, newcomers), newcomers);
  }

  async function insert(rows: Candidate[], privilegedRoles: boolean, findings: Findings): Promise<AssessedCandidate[]> {
    if (rows.length === 0) return [];
    const inserted = await db.transaction((tx) => insertAll(tx, rows, privilegedRoles));
    const ids = new Set(inserted.map(({ user }) => user.id));
    for (const { at, user } of rows) if (!ids.has(user.id)) skip(at, "username_taken", findings); // in the meantime
    return inserted;
  }

  /**
   * Evaluates roles as they are in this transaction: a role that became privileged since the last batch is not granted.
   */
  async function insertAll(tx: Tx, rows: Candidate[], privilegedRoles: boolean): Promise<AssessedCandidate[]> {
    const known = await lockedRoles(tx);
    const ids = await insertMovingUsers(tx, rows.map(({ user }) => user));
    const newcomers = withRoles(rows.filter(({ user }) => ids.has(user.id)), known, privilegedRoles);
    const inserted = withoutRolesOf(await grantToNewcomers(tx, newcomers), newcomers);
    await recordAll(
      tx,
      inserted.map(({ user: { id, username, email, disabled }, roles }) => ({
        action: "user.imported" as const,
        ...localActor,
        subject: { type: "user" as const, id },
        details: { roles, disabled },
        names: { username, email },
      })),
    );
    return inserted;
  }
}

/** The users that have such a name, by that name. */
function by(name: keyof CanonicalNames, namesakes: CanonicalNames[]): Map<string | null, CanonicalNames> {
  return new Map(namesakes.filter((each) => each[name] !== null).map((each) => [each[name], each]));
}

/** The same rows, with only the role `user` for those whose roles exclude each other. */
function withoutRolesOf(excluded: Set<AssessedCandidate>, rows: AssessedCandidate[]): AssessedCandidate[] {
  return rows.map((row) =>
    excluded.has(row) ? { ...row, roles: [userRole], privileged: [], refused: [...row.refused, "excluded_roles"] } : row
  );
}

type Findings = { tally: Tally; found: (finding: Finding) => void };

function skip(
  at: string,
  code: keyof typeof reasons,
  { tally, found }: Findings,
  detail: string = reasons[code],
): undefined {
  tally.skipped++;
  found({ at, code, detail });
}

/** Counts an imported user, and reports roles that were not granted. */
function count({ at, user, privileged, refused }: AssessedCandidate, { tally, found }: Findings) {
  tally.imported++;
  if (refused.length > 0) tally.without_role++;
  for (const code of refused) found({ at, code, detail: reasons[code] });
  if (privileged.length > 0) tally.privileged.push({ at, name: shownName(user), roles: privileged });
}

/** The user of a row; undefined, and reported, if the row is invalid. */
function assess(
  row: Arrival | BrokenRow,
  { seen, reservedUsernames, ...findings }: Findings & { reservedUsernames: ReservedUsernames; seen: Set<string> },
): Candidate | undefined {
  const { at } = row;
  if ("broken" in row) return skip(at, "malformed_row", findings, `This row ${row.broken}.`);
  const { username, email } = row;
  const hash = readForeignHash(row.password_hash);
  if (username === null && email === null) return skip(at, "nameless", findings);
  if (username !== null && !isUsername(username)) return skip(at, "invalid_username", findings);
  if (username !== null && reservedUsernames.includes(username)) return skip(at, "reserved_username", findings);
  if (email !== null && !isEmail(email)) return skip(at, "invalid_email", findings);
  if ("refused" in hash) return skip(at, "unknown_hash", findings, hash.refused);
  const identifiers = identifiersOf(row);
  const { username_canonical, email_canonical } = identifiers;
  const names = [username_canonical, email_canonical].filter((name) => name !== null);
  if (names.some((name) => seen.has(name))) return skip(at, "repeated", findings);
  for (const name of names) seen.add(name); // a username never equals an e-mail address
  const user = { id: uuidv7(), ...identifiers, password_hash: hash.stored, disabled: row.disabled };
  return { at, user, wanted: [...new Set([userRole, ...row.roles])] };
}

/**
 * The same rows with those of their roles that exist and, unless `privilegedRoles`, give no permission of Sentinel
 * itself.
 */
function withRoles(
  rows: Candidate[],
  { known, privileged }: KnownRoles,
  privilegedRoles: boolean,
): AssessedCandidate[] {
  return rows.map((row) => {
    const existing = row.wanted.filter((role) => known.has(role));
    const powerful = existing.filter((role) => privileged.has(role));
    const refused: AssessedCandidate["refused"] = existing.length < row.wanted.length ? ["unknown_role"] : [];
    if (privilegedRoles || powerful.length === 0) return { ...row, roles: existing, privileged: powerful, refused };
    const roles = existing.filter((role) => !privileged.has(role));
    return { ...row, roles, privileged: powerful, refused: [...refused, "privileged_role"] };
  });
}

async function* batches<T>(rows: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const row of rows) {
    if (batch.push(row) < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The users in the old system's `users` table, in batches. `source` is that system's database. */
export async function* readSeedTable(source: Database): AsyncGenerator<Arrival | BrokenRow> {
  for (let after: string | null = null;;) {
    const rows: Awaited<ReturnType<typeof listSeedUsers>> = await listSeedUsers(source, after, batchSize);
    for (const { id, ...row } of rows) yield fromSeed(`id ${id}`, row);
    if (rows.length < batchSize) return;
    after = rows.at(-1)!.id;
  }
}
