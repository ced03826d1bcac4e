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
  summary: "Write everything but sessions to a file, or to standard output",
  words: ["[FILE]"],
  about:
    `The file holds users with the hashes of their passwords, roles, grants, the audit log and signing keys, as JSON
lines. It is new, and only its owner may read it (0600).

The file is for one recipient: it is sealed, and the signing keys in it are encrypted, with the secret that
SENTINEL_RECIPIENT_SECRET holds at the export and SENTINEL_SECRET at the import. Unset, it is this installation's own.`,
  async run({ words: [file], io, out }) {
    if (file === undefined && out.json) throw new UsageError("--json needs a FILE: the export goes to standard output");
    const settings = configOf(io);
    await using target = await openTarget(file, io);
    const counts = await withDatabase(settings, io, ({ db, secret }) => {
      const secrets = createSecrets(secret, settings.SENTINEL_SECRET_PREVIOUS);
      const recipient = createSecrets(settings.SENTINEL_RECIPIENT_SECRET ?? secret);
      const schema = migrations.at(-1)!.name;
      const sealer = createSealer({ db, lagged: () => {}, sealed: () => {} });
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
  about: `Imports all of the file or, if a line was changed or is missing, nothing. A second import changes nothing.
FILE may be - for standard input. The summary lists the accounts whose roles give permissions of Sentinel's own.`,
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
  summary: "Mark that the database was restored from a backup, and revoke every session",
  about:
    `Run it on the restored database before a server is started on it. The audit log gets the mark "data.restored"; what
must be looked at is listed.`,
  async run({ io, out }) {
    const restoration = await withServices(configOf(io), io, recordRestoration);
    const { last_event_at, revoked } = restoration;
    out.done(
      [`Recorded the restore and revoked ${revoked} sessions.`, ...undoneByRestore(last_event_at ?? "never")].join(
        "\n",
      ),
      restoration,
    );
  },
});

/** What an operator looks at, as it is again what it was at the backup. */
function undoneByRestore(lastEventAt: string): string[] {
  return [
    `The last event here is of ${lastEventAt}. What was done after it is undone; check:`,
    "  passwords changed since are the old ones again: if one had leaked, set it anew (user set-password)",
    "  users deleted since are back: delete them again (DELETE /users/{id}), as the law may ask",
    "  users disabled since are active again: user list, user disable",
    "  roles revoked since are held again: role list, role revoke",
    "  signing keys retired since verify again: keys list, keys retire",
    "  users, roles and grants made since are gone",
    "  checkpoints exported since will never match this chain: keep them as evidence of what it was, export a new one " +
    "(audit checkpoint)",
  ];
}

/** `db export|import|restored` */
export const dbCommands: Group = {
  name: "db",
  summary: "Move everything to another database",
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

/** Where lines go. Unless it is kept, a file is removed again. */
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
  if (cause instanceof Deno.errors.AlreadyExists) throw new Error("There is such a file already.", { cause });
  const reason = cause instanceof Error ? cause.name : "unknown";
  throw new Error(
    `The file cannot be written (${reason}). Sentinel may write ${writableFolders.join(", ")}; ` +
      "without FILE it writes to standard output.",
    { cause },
  );
}
