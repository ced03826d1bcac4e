import { createCheckpoints } from "../audit/checkpoints.ts";
import { createSealer } from "../audit/sealer.ts";
import { writableFolders } from "../config.ts";
import { migrations } from "../migrations.ts";
import { type Counts, createExport } from "../moving/export.ts";
import { createImport } from "../moving/import.ts";
import { createSecrets } from "../secrets.ts";
import { version } from "../version.ts";
import { readDataFile } from "./data_file.ts";
import { configOf, withDatabase } from "./setup.ts";
import { type Io, jsonFlag, readArguments, UsageError, type Verb } from "./verb.ts";

const usage = `sentinel db export [FILE] [--json]
sentinel db import FILE [--json]

  export   write down everything but sessions: people with the hashes of their passwords, roles, grants, the audit log,
           signing keys; as JSON lines, to a new file that only its owner may read (0600), or to standard output
  import   make an empty, migrated database what the exported one was; all of it or, if a line was changed or is
           missing, nothing; again it changes nothing. FILE may be - for standard input

  The file is for one recipient: it is sealed, and the signing keys in it are encrypted, with the secret that
  SENTINEL_RECIPIENT_SECRET holds at the export and SENTINEL_SECRET at the import. Unset, it is this installation's own.`;

const commands: Record<string, (args: string[], io: Io) => Promise<void>> = { export: exportAll, import: importAll };

/** `db export|import` */
export const dbVerb: Verb = {
  name: "db",
  summary: "Move everything to another database",
  usage,
  async run([word = "", ...args], io) {
    if (!Object.hasOwn(commands, word)) throw new UsageError();
    await commands[word]!(args, io);
    return 0;
  },
};

async function exportAll(args: string[], io: Io): Promise<void> {
  const { values: { json = false }, words: [file] } = readArguments(args, jsonFlag, 0, 1);
  const config = configOf(io);
  await using target = await openTarget(file, io);
  const counts = await withDatabase(config, io, ({ db, secret }) => {
    const secrets = createSecrets(secret, config.previousSecret);
    const recipient = createSecrets(config.recipientSecret ?? secret);
    const schema = migrations.at(-1)!.name;
    const sealer = createSealer({ db, lagged: () => {}, sealed: () => {} });
    const checkpoints = createCheckpoints({ db, secrets });
    return createExport({ db, secrets, sealer, checkpoints, schema, version }).write(recipient, target.write);
  });
  await target.keep();
  if (file !== undefined) tell(io, json, "Exported", { counts });
}

async function importAll(args: string[], io: Io): Promise<void> {
  const { values: { json = false }, words: [file = ""] } = readArguments(args, jsonFlag, 1);
  const config = configOf(io);
  const stream = await readDataFile(file, io);
  const { kind, counts } = await withDatabase(config, io, ({ db, secret }) => {
    const secrets = createSecrets(secret, config.previousSecret);
    return createImport({ db, secrets, schemas: migrations.map(({ name }) => name) }).read(stream);
  });
  if (kind === "known" && !json) io.out("This export was imported before; nothing was changed.");
  else tell(io, json, "Imported", { imported: kind === "imported", counts });
}

function tell(io: Io, json: boolean, done: string, result: { counts: Counts; imported?: boolean }): void {
  const list = Object.entries(result.counts).map(([kind, count]) => `  ${String(count).padStart(9)}  ${kind}`);
  io.out(json ? JSON.stringify(result) : [`${done}:`, ...list].join("\n"));
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
  const file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 }).catch(refuse);
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

function refuse(cause: unknown): never {
  if (cause instanceof Deno.errors.AlreadyExists) throw new Error("There is such a file already.", { cause });
  const reason = cause instanceof Error ? cause.name : "unknown";
  throw new Error(
    `The file cannot be written (${reason}). Sentinel may write ${writableFolders.join(", ")}; ` +
      "without FILE it writes to standard output.",
    { cause },
  );
}
