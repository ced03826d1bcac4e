import { migrate, type MigrationStatus, migrationStatus } from "../platform/migrate.ts";
import { withMigrator } from "./setup.ts";
import { type Io, jsonFlag, readArguments, UsageError, type Verb } from "./verb.ts";

const usage = `sentinel migrate up|status|verify [--json]

  up       apply what is pending; any number of processes may do so at once. Where DATABASE_URL is unset and the data
           folder is empty, make the embedded database first
  status   tell of each migration whether it is applied, pending, changed since, or known to a newer binary only
  verify   the same, and exit 1 when something is pending or changed; for a check before a deployment

  up and verify are what SENTINEL_MIGRATE=auto and =check do when the server starts.`;

/** `migrate up|status|verify [--json]`: takes a database and nothing else, not even keys. */
export const migrateVerb: Verb = {
  name: "migrate",
  summary: "Bring the database's schema up to date, or look at it",
  usage,
  async run(args, io) {
    const { values: { json = false }, words: [word] } = readArguments(args, jsonFlag, 1);
    if (word === "up") return await up(io, json);
    if (word === "status" || word === "verify") return await tell(io, json, word === "verify");
    throw new UsageError();
  },
};

async function up(io: Io, json: boolean): Promise<number> {
  const applied = await withMigrator(io, migrate, { create: true });
  if (json) io.out(JSON.stringify({ applied }));
  else if (applied.length === 0) io.out("The schema was up to date.");
  else for (const name of applied) io.out(`applied  ${name}`);
  return 0;
}

/** Lists the migrations; only where it is `strict` does one that is pending or changed make the verb fail. */
async function tell(io: Io, json: boolean, strict: boolean): Promise<number> {
  const migrations = await withMigrator(io, migrationStatus);
  const ok = !migrations.some(({ state }) => state === "pending" || state === "changed");
  if (json) io.out(JSON.stringify({ ok, migrations }, null, 2));
  else for (const migration of migrations) io.out(row(migration));
  if (strict && !ok) io.err("error: The schema is not that of this binary.");
  return strict && !ok ? 1 : 0;
}

function row({ name, state, applied_at = "" }: MigrationStatus): string {
  return `${state.padEnd(8)} ${name}  ${applied_at}`.trimEnd();
}
