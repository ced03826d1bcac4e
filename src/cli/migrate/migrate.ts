import { migrate, type MigrationStatus, migrationStatus } from "../../platform/db/migrate.ts";
import { command, type Group } from "../command.ts";
import type { Output } from "../output.ts";
import { withMigrator } from "../setup.ts";

const up = command({
  name: "up",
  summary: "Apply what is pending; any number of processes may do so at once",
  about: "Where DATABASE_URL is unset and the data folder is empty, the embedded database is created first.",
  async run({ io, out }) {
    const applied = await withMigrator(io, migrate, { create: true });
    const sentences = applied.map((name) => `Applied ${name}.`);
    out.done(sentences.join("\n") || "The schema is up to date; nothing was applied.", { applied });
  },
});

const status = command({
  name: "status",
  summary: "List the migrations: applied, pending, changed since, or known only to a newer binary",
  async run({ io, out }) {
    await list(await withMigrator(io, migrationStatus), out);
  },
});

const verify = command({
  name: "verify",
  summary: "List the same, and exit 1 when a migration is pending or changed: a check before a deployment",
  async run({ io, out }) {
    const migrations = await withMigrator(io, migrationStatus);
    await list(migrations, out);
    if (!migrations.some(({ state }) => state === "pending" || state === "changed")) return 0;
    io.err("error: The schema is not that of this binary.");
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

/** `migrate up|status|verify`: takes a database and nothing else, not even keys. */
export const migrateCommands: Group = {
  name: "migrate",
  summary: "Bring the schema of the database up to date, or look at it",
  about: "up and verify are what SENTINEL_MIGRATE=auto and =check do when the server starts.",
  commands: [up, status, verify],
};
