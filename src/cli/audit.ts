import { z } from "zod";
import { breaks, type Verdict } from "../audit/verification.ts";
import { configOf, withServices } from "./setup.ts";
import { type Io, jsonFlag, readArguments, UsageError, type Verb } from "./verb.ts";

const usage = `sentinel audit verify [--checkpoint FILE] [--from SEQ] [--json]
sentinel audit checkpoint

  verify       prove that no sealed event was changed, added, moved or deleted, or name the first that was (exit 1)
  checkpoint   seal what was recorded and write a signed checkpoint of the chain, to be kept where nobody who can write
               to the database can write: only against such a copy is a chain seen that was cut or written anew

  --checkpoint FILE   compare with an earlier checkpoint as well; - reads standard input
  --from SEQ          begin after this event, and take its hash as it stands`;

const commands: Record<string, (args: string[], io: Io) => Promise<number>> = { verify, checkpoint };

/** `audit verify|checkpoint` */
export const auditVerb: Verb = {
  name: "audit",
  summary: "Prove the audit log, or write a checkpoint of it",
  usage,
  async run([word = "", ...args], io) {
    if (!Object.hasOwn(commands, word)) throw new UsageError();
    return await commands[word]!(args, io);
  },
};

const hex = (sizeBytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * sizeBytes}}$`));

const CheckpointFile = z.strictObject({
  number: z.int().min(1),
  seq: z.int().min(1),
  hash: hex(32),
  created_at: z.string(),
  previous: hex(32).nullable(),
  public_key: hex(32),
  signature: hex(64),
});

async function verify(args: string[], io: Io): Promise<number> {
  const options = { ...jsonFlag, checkpoint: { type: "string" }, from: { type: "string" } } as const;
  const { json, checkpoint: file, from = "0" } = readArguments(args, options).values;
  if (!/^\d{1,15}$/.test(from)) throw new UsageError();
  const config = configOf(io);
  const exported = file === undefined ? {} : { exported: await readCheckpoint(file, io) };
  const verdict = await withServices(
    config,
    io,
    ({ auditVerification }) => auditVerification.verify({ from: Number(from), ...exported }),
  );
  io.out(json ? JSON.stringify(verdict) : sentenceOf(verdict));
  return verdict.valid ? 0 : 1;
}

async function checkpoint(args: string[], io: Io): Promise<number> {
  readArguments(args, {});
  const made = await withServices(configOf(io), io, async ({ sealer, checkpoints }) => {
    await sealer.seal();
    return await checkpoints.make();
  });
  if (!made) throw new Error("Nothing was recorded yet.");
  io.out(JSON.stringify(made));
  return 0;
}

async function readCheckpoint(file: string, io: Io) {
  const text = file === "-" ? await io.stdin() : await readText(file);
  try {
    return CheckpointFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error("This is no checkpoint.", { cause });
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (cause) {
    throw new Error("The checkpoint cannot be read; it may also come by standard input: --checkpoint -", { cause });
  }
}

function sentenceOf(verdict: Verdict): string {
  if (verdict.valid) {
    const { events, seq, hash, erased, unsealed, checkpoints } = verdict;
    return [
      `${events} events are as they were sealed, up to ${seq} (${hash}).`,
      `${erased} of them without details, as their people were deleted; ${checkpoints} checkpoints agree.`,
      `${unsealed} events are not sealed yet, and not proven.`,
    ].join("\n");
  }
  const { code, seq, event_id, checkpoint } = verdict;
  const where = checkpoint === undefined ? `Event ${seq}` : `Checkpoint ${checkpoint}, of event ${seq}`;
  return `${where}${event_id ? ` (${event_id})` : ""}: ${breaks[code]}`;
}
