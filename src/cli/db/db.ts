import { type PrivilegedAccount, privilegedAccounts } from "../../access/grants/imported_grants.ts";
import { createCheckpoints } from "../../audit/chain/checkpoints.ts";
import { createSealer } from "../../audit/chain/sealer.ts";
import { writableFolders } from "../../compose/config.ts";
import { migrations } from "../../compose/migrations.ts";
import { type Counts, createExport } from "../../portability/export.ts";
import { createImport } from "../../portability/import.ts";
import { recordRestoration } from "../../portability/restoration.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";
import { version } from "../../version.ts";
import { command, type Group, type Io, UsageError } from "../command.ts";
import { readDataFile } from "../data_file.ts";
import { configOf, withDatabase, withServices } from "../setup.ts";

const exportCommand = command({
  name: "export",
  summary: "Write everything except sessions to a file, or to standard output",
  words: ["[FILE]"],
  about:
    `The file holds users with their password hashes, roles, grants, the audit log and signing keys, as JSON lines. An
existing file is never overwritten, and only the owner may read the new one (0600).

The file is for one recipient. It is sealed with a secret, which also encrypts the signing keys in it:
SENTINEL_RECIPIENT_SECRET of the export must equal SENTINEL_SECRET of the import. When SENTINEL_RECIPIENT_SECRET is
unset, this installation's own secret is used.`,
  async run({ words: [file], io, out }) {
    if (file === undefined && out.json) {
      throw new UsageError("--json needs a FILE, because the export itself goes to standard output");
    }
    const settings = configOf(io);
    await using target = await openTarget(file, io);
    const counts = await withDatabase(settings, io, ({ db, secret }) => {
      const secrets = createSecrets(secret, settings.SENTINEL_SECRET_PREVIOUS);
      const recipient = createSecrets(settings.SENTINEL_RECIPIENT_SECRET ?? secret);
      const schema = migrations.at(-1)!.name;
      const sealer = createSealer({ db, onLag: () => {}, onSealed: () => {} });
      const checkpoints = createCheckpoints({ db, secrets });
      return createExport({ db, secrets, sealer, checkpoints, schema, version }).write(recipient, target.write);
    });
    await target.keep();
    if (file !== undefined) out.done(countsOf("Exported", counts), { counts });
  },
});

const importCommand = command({
  name: "import",
  summary: "Fill an empty, migrated database from an export",
  words: ["FILE"],
  about:
    `Imports the whole file, or nothing if a line was changed or is missing. A second import changes nothing. FILE - reads
standard input. The summary lists the accounts whose roles give permissions of Sentinel itself.`,
  async run({ words: [file], io, out }) {
    const settings = configOf(io);
    const stream = await readDataFile(file, io);
    const { kind, counts, privileged } = await withDatabase(settings, io, async ({ db, secret }) => {
      const secrets = createSecrets(secret, settings.SENTINEL_SECRET_PREVIOUS);
      const outcome = await createImport({ db, secrets, schemas: migrations.map(({ name }) => name) }).read(stream);
      return { ...outcome, privileged: outcome.kind === "imported" ? await privilegedAccounts(db) : [] };
    });
    const sentence = kind === "known"
      ? "This export was imported before; nothing was changed."
      : [countsOf("Imported", counts), ...privilegedLines(privileged)].join("\n");
    out.done(sentence, { imported: kind === "imported", counts, privileged });
  },
});

const restoredCommand = command({
  name: "restored",
  summary: "Record that the database was restored from a backup, and revoke every session",
  about:
    `Run it on the restored database before a server is started on it. It records "data.restored" in the audit log and
lists what the operator has to check.`,
  async run({ io, out }) {
    const restoration = await withServices(io, recordRestoration);
    const { last_event_at, revoked } = restoration;
    out.done(
      [`Recorded the restore and revoked ${revoked} sessions.`, ...undoneByRestore(last_event_at ?? "never")].join(
        "\n",
      ),
      restoration,
    );
  },
});

/** What the operator has to check, because the restore undid it. */
function undoneByRestore(lastEventAt: string): string[] {
  return [
    `The last event in the audit log is of ${lastEventAt}. All later changes are undone. Check:`,
    "  changed passwords are the old ones again: set those that had leaked again (user set-password)",
    "  deleted users are back: delete them again where the law requires it (DELETE /users/{id})",
    "  disabled users are active again: user list, user disable",
    "  revoked roles are held again: role list, role revoke",
    "  retired signing keys verify tokens again: keys list, keys retire",
    "  new users, roles and grants are gone",
    "checkpoints that were exported later do not match this chain: keep them as evidence, and export a " +
    "new one (audit checkpoint)",
  ];
}

export const dbCommands: Group = {
  name: "db",
  summary: "Export, import and restore the whole database",
  commands: [exportCommand, importCommand, restoredCommand],
};

function countsOf(done: string, counts: Counts): string {
  return [`${done}:`, ...Object.entries(counts).map(([kind, count]) => `  ${String(count).padStart(9)}  ${kind}`)]
    .join("\n");
}

function privilegedLines(privileged: PrivilegedAccount[]): string[] {
  const accounts = privileged.map(({ name, roles }) => `  ${name}, with ${roles.join(", ")}`);
  return accounts.length > 0 ? ["Privileged accounts that were imported:", ...accounts] : [];
}

/** Where the lines are written. A file is removed on disposal unless `keep` was called. */
interface Target extends AsyncDisposable {
  write(lines: string): void | Promise<void>;
  keep(): Promise<void>;
}

async function openTarget(path: string | undefined, io: Io): Promise<Target> {
  if (path === undefined) {
    const nothing = () => Promise.resolve();
    return { write: (lines) => io.out(lines.trimEnd()), keep: nothing, [Symbol.asyncDispose]: nothing };
  }
  const file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 }).catch(failToOpen);
  const encoder = new TextEncoder();
  let kept = false;
  return {
    async write(lines) {
      for (let rest = encoder.encode(lines); rest.length > 0;) rest = rest.subarray(await file.write(rest));
    },
    async keep() {
      await file.sync();
      kept = true;
    },
    async [Symbol.asyncDispose]() {
      file.close();
      if (!kept) await Deno.remove(path);
    },
  };
}

function failToOpen(cause: unknown): never {
  if (cause instanceof Deno.errors.AlreadyExists) {
    throw new Error("The file already exists. Choose another name, or delete it first.", { cause });
  }
  const reason = cause instanceof Error ? cause.name : "unknown";
  throw new Error(
    `The file cannot be written (${reason}). Sentinel may write ${writableFolders.join(", ")}; ` +
      "without FILE it writes to standard output.",
    { cause },
  );
}
