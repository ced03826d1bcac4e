import { localActor } from "../vocabulary/actor.ts";
import { grantToNewcomers, knownRoles, lockedRoles, newcomersExcluded } from "../access/grants/imported_grants.ts";
import { shownName } from "../vocabulary/identifiers.ts";
import type { ReservedUsernames } from "../accounts/registration/reserved_usernames.ts";
import { recordAll } from "../audit/events/audit.ts";
import type { Database, Tx } from "../platform/db/db.ts";
import { type Hashing, schemeOf } from "../platform/hashing/hashing.ts";
import { readAhead } from "../platform/read_ahead.ts";
import {
  assess,
  type AssessedCandidate,
  type Candidate,
  detailOf,
  hashOf,
  withoutRolesOf,
  withRoles,
} from "./candidates.ts";
import { createHashCosts } from "./hash_costs.ts";
import { countOne, newTally, type Report, skip, type Tally } from "./import_report.ts";
import { insertMovingUsers, type KnownNames, listNamesakes, listSeedUsers } from "./user_import_store.ts";
import type { Arrival, BrokenRow } from "./sources/arrival.ts";
import { fromSeed } from "./sources/own_systems.ts";

/** Only `privilegedRoles` imports roles of Sentinel itself; `externalIdPrefix` tells apart several systems. */
export type ImportMode = { dryRun: boolean; privilegedRoles: boolean; externalIdPrefix?: string | undefined };

/** Rows per transaction: few enough that other transactions do not wait for long. */
const batchSize = 500;

/** What an import needs. A hash that takes longer than `hashMsMax` to verify is refused. */
export interface UserImportDeps {
  db: Database;
  reservedUsernames: ReservedUsernames;
  hashing: Pick<Hashing, "verify">;
  hashMsMax: number;
  /** Milliseconds from any origin, never going back. */
  monotonic: () => number;
}

/** Imports users with their password hashes from other systems. */
export function createUserImport({ db, reservedUsernames, hashing, hashMsMax, monotonic }: UserImportDeps) {
  const costs = createHashCosts({ hashing, monotonic, max: hashMsMax });
  return { importUsers };

  /**
   * Imports all valid users, one batch per transaction, and reports each row that is not imported. Existing users stay
   * unchanged, so a second run changes nothing, and one after an interruption continues.
   */
  async function importUsers(
    people: AsyncIterable<Arrival | BrokenRow>,
    { dryRun, privilegedRoles, externalIdPrefix = "", ...callbacks }: ImportMode & Omit<Report, "tally">,
  ): Promise<Tally> {
    const report: Report = { ...callbacks, tally: newTally() };
    const rules = { reservedUsernames, costs, hashMsMax, externalIdPrefix, seen: new Set<string>() };
    for await (const batch of readAhead(batches(people))) {
      const hashes = batch.map(hashOf);
      await costs.measure(hashes.flatMap((hash) => hash && "stored" in hash ? [hash.stored] : []));
      const candidates = batch.map((row, index) => assess(row, hashes[index]!, rules, report)).filter((row) =>
        row !== undefined
      );
      const newcomers = await withoutNamesakes(candidates, report);
      const imported = dryRun
        ? await rehearse(newcomers, privilegedRoles)
        : await insert(newcomers, privilegedRoles, report);
      for (const row of imported) count(row, report);
    }
    return report.tally;
  }

  /** Removes users who already exist, and users whose name, address or external id another user has. */
  async function withoutNamesakes(rows: Candidate[], report: Report): Promise<Candidate[]> {
    if (rows.length === 0) return [];
    const namesakes = await listNamesakes(db, rows.map(({ user }) => user));
    const byUsername = by("username_canonical", namesakes);
    const byEmail = by("email_canonical", namesakes);
    const byExternalId = by("external_id", namesakes);
    return rows.filter(({ at, user }) => {
      const { username_canonical, email_canonical, external_id } = user;
      const [named, addressed] = [byUsername.get(username_canonical), byEmail.get(email_canonical)];
      const found = named ?? addressed;
      if (!found) return !byExternalId.has(external_id) || (skip(at, "external_id_taken", report), false);
      const isSame = found.username_canonical === username_canonical && found.email_canonical === email_canonical;
      if (isSame) report.tally.unchanged++;
      else skip(at, named ? "username_taken" : "email_taken", report);
      return false;
    });
  }

  async function rehearse(rows: Candidate[], privilegedRoles: boolean): Promise<AssessedCandidate[]> {
    const newcomers = withRoles(rows, await knownRoles(db), privilegedRoles);
    return withoutRolesOf(await newcomersExcluded(db, newcomers), newcomers);
  }

  async function insert(rows: Candidate[], privilegedRoles: boolean, report: Report): Promise<AssessedCandidate[]> {
    if (rows.length === 0) return [];
    const inserted = await db.transaction((tx) => insertAll(tx, rows, privilegedRoles));
    const ids = new Set(inserted.map(({ user }) => user.id));
    for (const { at, user } of rows) if (!ids.has(user.id)) skip(at, "username_taken", report); // in the meantime
    return inserted;
  }

  /** Roles are as they are in this transaction: one that became privileged since the last batch is not granted. */
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

  /** Counts an imported user, and reports what was lost. */
  function count(row: AssessedCandidate, { tally, found, taken }: Report) {
    const { at, user, roles, privileged, refused, dropped, lost } = row;
    const hash = user.password_hash === null ? null : schemeOf(user.password_hash)!;
    tally.imported++;
    if (refused.length > 0) tally.without_role++;
    if (lost.length > 0) tally.without_name++;
    for (const code of [...lost, ...refused]) found({ at, code, detail: detailOf(code, row) });
    if (privileged.length > 0) tally.privileged.push({ at, name: shownName(user), roles: privileged });
    for (const field of dropped) countOne(tally.dropped, field);
    if (hash === null) tally.without_password++;
    else {
      countOne(tally.hashes, hash);
      const ms = Math.round(costs.of(user.password_hash!));
      if (ms > (tally.slowest?.ms ?? -1)) tally.slowest = { hash, ms };
    }
    const { username, email, email_verified, external_id, created_at, disabled } = user;
    taken?.({ at, username, email, email_verified, external_id, created_at, disabled, roles, hash, dropped });
  }
}

/** The users that have such a name or id, by that. */
function by(name: keyof KnownNames, namesakes: KnownNames[]): Map<string | null, KnownNames> {
  return new Map(namesakes.filter((each) => each[name] !== null).map((each) => [each[name], each]));
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
