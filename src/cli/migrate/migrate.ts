import { migrate, type MigrationStatus, migrationStatus } from "../../platform/db/migrate.ts";
import { command, type Group } from "../command.ts";
import type { Output } from "../output.ts";
import { withMigrator } from "../setup.ts";

const up = command({
  name: "up",
  summary: "Apply pending migrations; several processes may do so at once",
  about: "If DATABASE_URL is unset and the data folder is empty, the embedded database is created first.",
  async run({ io, out }) {
    const applied = await withMigrator(io, migrate, { create: true });
    const sentences = applied.map((name) => `Applied ${name}.`);
    out.done(sentences.join("\n") || "The schema is up to date; nothing was applied.", { applied });
  },
});

const status = command({
  name: "status",
  summary: "List the migrations: applied, pending, changed since they were applied, or known only to a newer " +
    "version",
  async run({ io, out }) {
    await list(await withMigrator(io, migrationStatus), out);
  },
});

const verify = command({
  name: "verify",
  summary: "List the migrations, and exit 1 when one is pending or changed: a check before a deployment",
  async run({ io, out }) {
    const migrations = await withMigrator(io, migrationStatus);
    await list(migrations, out);
    if (!migrations.some(({ state }) => state === "pending" || state === "changed")) return 0;
    io.err('error: The schema of the database is not the one of this version. Run "sentinel migrate status".');
    return 1;
  },
});

async function list(migrations: MigrationStatus[], out: Output): Promise<void> {
  await out.list(migrations, {
    columns: {
      STATE: ({ state }) => state,
      MIGRATION: ({ name }) => name,
      APPLIED: ({ applied_at = "" }) => applied_at,
    },
  });
}

/** `migrate up|status|verify`: needs a database and nothing else, not even the secret. */
export const migrateCommands: Group = {
  name: "migrate",
  summary: "Bring the database schema up to date, or show its state",
  about: "The server does the same when it starts: up with SENTINEL_MIGRATE=auto, verify with " +
    "SENTINEL_MIGRATE=check.",
  commands: [up, status, verify],
};
