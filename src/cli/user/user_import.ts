import {
  createUserImport,
  type Finding,
  type ImportMode,
  readSeedTable,
  type Tally,
} from "../../portability/user_import.ts";
import { type Arrival, type BrokenRow, readPeople, type SourceKind } from "../../portability/user_source.ts";
import { createDatabase } from "../../platform/db/db.ts";
import type { Log } from "../../platform/logger.ts";
import { command, type Io, UsageError } from "../command.ts";
import { readDataFile } from "../data_file.ts";
import { commandLog, configOf, withServices } from "../setup.ts";

const kinds: readonly string[] = ["seed", "csv", "jsonl"] satisfies SourceKind[];

/** `user import`: exits 1 when a row was not imported, or not completely. */
export const importCommand = command({
  name: "import",
  summary: "Import users with their password hashes from another system",
  words: ["[FILE]"],
  flags: {
    from: { value: kinds.join("|"), required: true, about: "format of the source" },
    "dry-run": { about: "report what would happen and write nothing" },
    "privileged-roles": { about: "also import roles that give permissions of Sentinel itself, such as admin" },
  },
  about:
    `Users log in with their old passwords. At the next login of a user the hash is replaced by one under the policy. A
second import changes nothing. FILE - reads standard input.

seed    the users table of FastAuth-RBAC-Sentinel: a CSV file with a header and the columns username, email,
        hashed_password, role and is_active, as psql's \\copy users to 'users.csv' csv header writes it. Without FILE,
        the table itself is read from the database in SENTINEL_IMPORT_DATABASE_URL
csv     a header and the columns username, email, password_hash and, optionally, roles (separated by spaces) and
        disabled (true or false)
jsonl   one object in each line: {"username", "email", "password_hash", "roles": […], "disabled": true or false}

A user needs a username or an e-mail address, not both: the other may be empty, or in jsonl null or absent.

Hashes: bcrypt ($2a$, $2b$, $2y$), bcrypt-sha256, argon2id, scrypt, pbkdf2 with SHA-256 or SHA-512, in the forms of PHC,
passlib and Django. Every user gets the role user, and the others of the row that exist.

Without --privileged-roles no user gets a role that gives permissions of Sentinel itself, because anyone could register
as an administrator in the old system. The summary always lists every account whose row names such a role.

Each row that is not imported is reported with the reason, and the exit code is then 1.`,
  async run({ words: [file], flags: { from, ...flags }, io, out }) {
    const mode = { dryRun: flags["dry-run"] ?? false, privilegedRoles: flags["privileged-roles"] ?? false };
    if (!kinds.includes(from)) throw new UsageError(`--from must be one of ${kinds.join(", ")}`);
    if (file === undefined && from !== "seed") throw new UsageError("FILE is missing; - reads standard input");
    const settings = configOf(io);
    const findings = out.json ? out.items<Finding>() : undefined;
    const report = (finding: Finding) =>
      findings ? findings.add(finding) : io.err(`${finding.at}: ${finding.detail} (${finding.code})`);
    await using log = commandLog(io);
    await using source = await openSource(from as SourceKind, file, {
      url: settings.SENTINEL_IMPORT_DATABASE_URL,
      io,
      log,
    });
    const tally = await withServices(
      settings,
      io,
      ({ db, reservedUsernames }) =>
        createUserImport({ db, reservedUsernames }).importUsers(source.people, { ...mode, found: report }),
    );
    if (findings) findings.end({ ...tally, dry_run: mode.dryRun, privileged_roles: mode.privilegedRoles });
    else out.done(summary(tally, mode), tally);
    return tally.skipped + tally.without_role > 0 ? 1 : 0;
  },
});

type Source = AsyncDisposable & { people: AsyncIterable<Arrival | BrokenRow> };

async function openSource(
  kind: SourceKind,
  file: string | undefined,
  { url, io, log }: { url: string | undefined; io: Io; log: Log },
): Promise<Source> {
  if (file?.includes("://")) throw new UsageError("a database URL is no argument: set SENTINEL_IMPORT_DATABASE_URL");
  if (file !== undefined) {
    return { people: readPeople(kind, await readDataFile(file, io)), [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  if (url === undefined) throw new UsageError("name a FILE, or set SENTINEL_IMPORT_DATABASE_URL");
  const connection = { kind: "url", url } as const;
  const db = createDatabase({ connection, schema: "public", poolSize: 1, log });
  return { people: readSeedTable(db), [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}

function summary({ imported, unchanged, skipped, without_role, privileged }: Tally, mode: ImportMode): string {
  const counts = `${imported} ${mode.dryRun ? "would be imported" : "imported"}, ${unchanged} already exist, ` +
    `${skipped} skipped${without_role > 0 ? `; ${without_role} lost a role that the source names` : ""}.`;
  if (privileged.length === 0) return counts;
  const accounts = privileged.map(({ at, name, roles }) => `  ${at}: ${name}, with ${roles.join(", ")}`);
  return [counts, privilegedHeading(mode), ...accounts].join("\n");
}

function privilegedHeading({ dryRun, privilegedRoles }: ImportMode): string {
  if (!privilegedRoles) return "Privileged roles are imported only with --privileged-roles, which would grant:";
  return dryRun ? "Privileged accounts that would be imported:" : "Privileged accounts that were imported:";
}
