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
import { fromForeign } from "../platform/hashing/foreign_hash.ts";
import {
  type CanonicalNames,
  insertMovingUsers,
  listNamesakes,
  listSeedUsers,
  type MovingUser,
} from "./user_import_store.ts";
import { type Arrival, type BrokenRow, fromSeed } from "./user_source.ts";

/** Why a row was not taken over, or not wholly. */
export const reasons = {
  malformed_row: "This is no row of a person.",
  nameless: "The row has neither a username nor an e-mail address.",
  invalid_username: `The username is not ${usernameRule}.`,
  reserved_username: "The username is reserved: SENTINEL_RESERVED_USERNAMES names it, or one that looks alike.",
  invalid_email: "The e-mail address is no mailbox address.",
  unknown_hash: "The password's hash is in no form that Sentinel verifies, or asks for more than it affords.",
  repeated: "An earlier row has the same username or e-mail address.",
  username_taken: "Somebody else has this username.",
  email_taken: "Somebody else has this e-mail address.",
  unknown_role: "The person is taken over, but not with this role, which does not exist.",
  privileged_role: "The person is taken over, but without a role that gives permissions of Sentinel's own.",
  excluded_roles: "The person is taken over, but only with the role user: the others exclude each other.",
} as const;

/** One finding, and where in the source. */
export type Finding = { at: string; code: keyof typeof reasons; detail: string };

/**
 * What became of all rows. `unchanged` were here already, with the same username and e-mail address; `privileged` are
 * the accounts that got such roles or, without `privilegedRoles`, would have.
 */
export type Tally = {
  imported: number;
  unchanged: number;
  skipped: number;
  without_role: number;
  privileged: (PrivilegedAccount & { at: string })[];
};

/** How to import: a rehearsal (`dryRun`) writes nothing; only `privilegedRoles` imports roles of Sentinel's own. */
export type ImportMode = { dryRun: boolean; privilegedRoles: boolean };

/** Rows of one transaction: few enough that nobody waits for them. */
const batchSize = 500;

/** A user who can be imported, with the roles that the source names. */
type Candidate = { at: string; user: MovingUser; wanted: string[] };

/** A user with the roles that they get, the privileged ones that they would get, and why they get no others. */
type AssessedCandidate = Candidate & { roles: string[]; privileged: string[]; refused: (keyof typeof reasons)[] };

/** Takes people over from other systems, with the hashes of their passwords. */
export function createUserImport({ db, reservedUsernames }: { db: Database; reservedUsernames: ReservedUsernames }) {
  return { importUsers };

  /**
   * Takes over all people that can be, a batch in each transaction, and tells of each that cannot. Whoever is here
   * already stays as they are, so a second run changes nothing. A rehearsal finds the same and writes nothing.
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

  /** Leaves out who is here already, and who would be somebody else's namesake. */
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
    for (const { at, user } of rows) if (!ids.has(user.id)) skip(at, "username_taken", findings); // meanwhile
    return inserted;
  }

  /** Roles are judged as they are in this transaction: one that has become privileged since the last batch is not given. */
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

/** The same rows, with the role `user` alone for those whose roles exclude each other. */
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

/** The person is taken over, perhaps without roles that the row names. */
function count({ at, user, privileged, refused }: AssessedCandidate, { tally, found }: Findings) {
  tally.imported++;
  if (refused.length > 0) tally.without_role++;
  for (const code of refused) found({ at, code, detail: reasons[code] });
  if (privileged.length > 0) tally.privileged.push({ at, name: shownName(user), roles: privileged });
}

/** The user that a row makes; undefined, and reported, if it makes none. */
function assess(
  row: Arrival | BrokenRow,
  { seen, reservedUsernames, ...findings }: Findings & { reservedUsernames: ReservedUsernames; seen: Set<string> },
): Candidate | undefined {
  const { at } = row;
  if ("broken" in row) return skip(at, "malformed_row", findings, `This row ${row.broken}.`);
  const { username, email } = row;
  const password_hash = fromForeign(row.password_hash);
  if (username === null && email === null) return skip(at, "nameless", findings);
  if (username !== null && !isUsername(username)) return skip(at, "invalid_username", findings);
  if (username !== null && reservedUsernames.includes(username)) return skip(at, "reserved_username", findings);
  if (email !== null && !isEmail(email)) return skip(at, "invalid_email", findings);
  if (!password_hash) return skip(at, "unknown_hash", findings);
  const identifiers = identifiersOf(row);
  const { username_canonical, email_canonical } = identifiers;
  const names = [username_canonical, email_canonical].filter((name) => name !== null);
  if (names.some((name) => seen.has(name))) return skip(at, "repeated", findings);
  for (const name of names) seen.add(name); // no username is an address
  const user = { id: uuidv7(), ...identifiers, password_hash, disabled: row.disabled };
  return { at, user, wanted: [...new Set([userRole, ...row.roles])] };
}

/** The same rows with those of their roles that exist and, unless `privilegedRoles`, give no permission of Sentinel's own. */
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

/** The people of the old system's `users` table, a batch at a time; `source` is that system's database. */
export async function* readSeedTable(source: Database): AsyncGenerator<Arrival | BrokenRow> {
  for (let after: string | null = null;;) {
    const rows: Awaited<ReturnType<typeof listSeedUsers>> = await listSeedUsers(source, after, batchSize);
    for (const { id, ...row } of rows) yield fromSeed(`id ${id}`, row);
    if (rows.length < batchSize) return;
    after = rows.at(-1)!.id;
  }
}
