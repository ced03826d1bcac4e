import type { Finding, Takeover } from "../../portability/import_report.ts";
import type { Arrival, BrokenRow } from "../../portability/sources/arrival.ts";
import { firebaseParametersOf } from "../../portability/sources/firebase.ts";
import { readPeople, type SourceKind, type SourceOptions, sources } from "../../portability/sources/sources.ts";
import { createUserImport, readSeedTable } from "../../portability/user_import.ts";
import { systemClock } from "../../platform/clock.ts";
import { createDatabase } from "../../platform/db/db.ts";
import type { Log } from "../../platform/logger.ts";
import { command, type Io, UsageError } from "../command.ts";
import { readDataFile } from "../data_file.ts";
import { commandLog, configOf, withServices } from "../setup.ts";
import { summary, takeoverLine } from "./import_summary.ts";

const kinds = Object.keys(sources);

/** `user import`: exits 1 when a row was not imported, or not completely. */
export const importCommand = command({
  name: "import",
  summary: "Import users with their password hashes from another system",
  words: ["[FILE]"],
  flags: {
    from: { value: "SYSTEM", required: true, about: kinds.join(", ") },
    "dry-run": { about: "print what would be taken over of each row, and write nothing" },
    "privileged-roles": { about: "also import roles that give permissions of Sentinel itself, such as admin" },
    "external-id-prefix": {
      value: "TEXT",
      about: "put before each id of the old system, to tell several systems apart",
    },
    "hash-parameters": { value: "FILE", about: "the password hash parameters of a Firebase project" },
  },
  about:
    `Users log in with their old passwords. At the next login of a user the hash is replaced by one under the policy. A
second import changes nothing, and one that was interrupted continues. FILE - reads standard input.

keycloak    a realm export with users, one file of several, or several after each other
auth0       the export of password hashes, or a file for a bulk import
firebase    auth:export as JSON or CSV, with --hash-parameters
supabase    the table auth.users: CSV, JSON, or pg_dump --data-only
django      the table auth_user: CSV or pg_dump --data-only; or dumpdata with auth.group and the users
zitadel     an export with passwords, or the body of an import
pocketbase  the table of an auth collection, as JSON or CSV of sqlite3
htpasswd    a password file of Apache or nginx
csv         a header and the columns password_hash, and username, email or both. Optional: roles (separated by spaces),
            disabled, email_verified (true or false), external_id, created_at
jsonl       one object in each line, or one array: {"username", "email", "password_hash", "roles": […], "disabled",
            "email_verified", "external_id", "created_at"}
seed        the users table of FastAuth-RBAC-Sentinel: a CSV file with a header and the columns username, email,
            hashed_password, role and is_active, as psql's \\copy users to 'users.csv' csv header writes it. Without FILE,
            the table itself is read from the database in SENTINEL_IMPORT_DATABASE_URL

What of each system is taken over, and which hashes are read: docs/moving-in.md. Every user gets the role user, and the
others of the row that exist.

Without --privileged-roles no user gets a role that gives permissions of Sentinel itself, because anyone could register
as an administrator in the old system. The summary always lists every account whose row names such a role.

Each row that is not imported, or not completely, is reported with the reason, and the exit code is then 1.`,
  async run({ words: [file], flags: { from, ...flags }, io, out }) {
    const mode = {
      dryRun: flags["dry-run"] ?? false,
      privilegedRoles: flags["privileged-roles"] ?? false,
      externalIdPrefix: flags["external-id-prefix"],
    };
    if (!kinds.includes(from)) throw new UsageError(`--from must be one of ${kinds.join(", ")}`);
    if (file === undefined && from !== "seed") throw new UsageError("FILE is missing; - reads standard input");
    const settings = configOf(io);
    const items = out.json ? out.items<Finding | Takeover>() : undefined;
    const found = (finding: Finding) =>
      items ? items.add(finding) : io.err(`${finding.at}: ${finding.detail} (${finding.code})`);
    const taken = (takeover: Takeover) => items ? items.add(takeover) : io.out(takeoverLine(takeover));
    const options = {
      nowMs: systemClock.now(),
      firebaseParameters: await readParameters(flags["hash-parameters"], io),
    };
    await using log = commandLog(io);
    await using source = await openSource(from as SourceKind, file, {
      url: settings.SENTINEL_IMPORT_DATABASE_URL,
      io,
      log,
      options,
    });
    const tally = await withServices(io, ({ db, reservedUsernames, hashing, monotonic }) => {
      const hashMsMax = settings.SENTINEL_IMPORT_HASH_MS_MAX;
      const callbacks = { found, taken: mode.dryRun ? taken : undefined };
      return createUserImport({ db, reservedUsernames, hashing, hashMsMax, monotonic })
        .importUsers(source.people, { ...mode, ...callbacks });
    }, settings);
    if (items) items.end({ ...tally, dry_run: mode.dryRun, privileged_roles: mode.privilegedRoles });
    else out.done(summary(tally, mode), tally);
    return tally.skipped + tally.without_role + tally.without_name > 0 ? 1 : 0;
  },
});

/** The parameters hold a secret, so they come from a file and never from an argument. */
async function readParameters(file: string | undefined, io: Io) {
  if (file === undefined) return undefined;
  return firebaseParametersOf(await new Response(await readDataFile(file, io)).text());
}

type Source = AsyncDisposable & { people: AsyncIterable<Arrival | BrokenRow> };

async function openSource(
  kind: SourceKind,
  file: string | undefined,
  { url, io, log, options }: { url: string | undefined; io: Io; log: Log; options: SourceOptions },
): Promise<Source> {
  if (file?.includes("://")) throw new UsageError("a database URL is no argument: set SENTINEL_IMPORT_DATABASE_URL");
  if (file !== undefined) {
    const people = readPeople(kind, await readDataFile(file, io), options);
    return { people, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  if (url === undefined) throw new UsageError("name a FILE, or set SENTINEL_IMPORT_DATABASE_URL");
  const connection = { kind: "url", url } as const;
  const db = createDatabase({ connection, schema: "public", poolSize: 1, log });
  return { people: readSeedTable(db), [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}
