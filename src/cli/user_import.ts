import { createUserImport, type Finding, readSeedTable, type Tally } from "../moving/user_import.ts";
import { type Arrival, type BrokenRow, readPeople, type SourceKind } from "../moving/user_source.ts";
import { createDatabase } from "../platform/db.ts";
import type { Log } from "../platform/logger.ts";
import { readDataFile } from "./data_file.ts";
import { configOf, verbLog, withServices } from "./setup.ts";
import { type Io, jsonFlag, readArguments, UsageError } from "./verb.ts";

/** The part of the usage of `user` that tells what `user import` takes. */
export const importUsage =
  `  import takes people over with the hashes of their passwords, so that they log in as before; each hash is replaced by one
  under the policy at its owner's next login. Again it changes nothing. FILE may be - for standard input.

  seed    the users table of FastAuth-RBAC-Sentinel: a CSV file with a header and the columns username, email,
          hashed_password, role and is_active, as psql's \\copy users to 'users.csv' csv header writes it; or without FILE
          the table itself, in the database that SENTINEL_IMPORT_DATABASE_URL names
  csv     a header and the columns username, email, password_hash, and if there are any roles (separated by spaces) and
          disabled (true or false)
  jsonl   an object in each line: {"username", "email", "password_hash", "roles": […], "disabled": true or false}

  Hashes: bcrypt ($2a$, $2b$, $2y$), bcrypt-sha256, argon2id, scrypt, pbkdf2 with SHA-256 or SHA-512, in the forms of PHC,
  passlib and Django. Everybody gets the role user, and the others of the row that exist.

  --dry-run   find the same, and write nothing
  --json      one document for each finding, then one with the counts

  Each row that is not taken over is told, with the reason. Exit 1 if there is one.`;

const kinds: readonly string[] = ["seed", "csv", "jsonl"] satisfies SourceKind[];
const options = { ...jsonFlag, from: { type: "string" }, "dry-run": { type: "boolean" } } as const;

/** `user import`: exits 1 when a row was not taken over, or not wholly. */
export async function importUsers(args: string[], io: Io): Promise<number> {
  const { values, words: [file] } = readArguments(args, options, 0, 1);
  const { from = "", json = false, "dry-run": dryRun = false } = values;
  if (!kinds.includes(from) || (file === undefined && from !== "seed")) throw new UsageError();
  const config = configOf(io);
  const tell = (finding: Finding) =>
    json ? io.out(JSON.stringify(finding)) : io.err(`${finding.at}: ${finding.detail} (${finding.code})`);
  await using log = verbLog(io);
  await using source = await openSource(from as SourceKind, file, { url: config.importDatabaseUrl, io, log });
  const tally = await withServices(
    config,
    io,
    ({ db }) => createUserImport({ db }).take(source.people, { dryRun, found: tell }),
  );
  io.out(json ? JSON.stringify({ ...tally, dry_run: dryRun }) : summary(tally, dryRun));
  return tally.skipped + tally.without_role > 0 ? 1 : 0;
}

type Source = AsyncDisposable & { people: AsyncIterable<Arrival | BrokenRow> };

async function openSource(
  kind: SourceKind,
  file: string | undefined,
  { url, io, log }: { url: string | undefined; io: Io; log: Log },
): Promise<Source> {
  if (file?.includes("://")) throw new UsageError("An argument names no database: set SENTINEL_IMPORT_DATABASE_URL.");
  if (file !== undefined) {
    return { people: readPeople(kind, await readDataFile(file, io)), [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  if (url === undefined) throw new UsageError("Name a FILE, or set SENTINEL_IMPORT_DATABASE_URL.");
  const connection = { kind: "url", url } as const;
  const db = createDatabase({ connection, schema: "public", poolSize: 1, log });
  return { people: readSeedTable(db), [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}

function summary({ imported, unchanged, skipped, without_role }: Tally, dryRun: boolean): string {
  return [
    `${imported} ${dryRun ? "would be imported" : "imported"}, ${unchanged} were here already, ${skipped} skipped`,
    ...(without_role > 0 ? [`; ${without_role} without a role that they had`] : []),
    ".",
  ].join("");
}
