import { z } from "zod";
import { breaks, type Verdict } from "../../audit/chain/verification.ts";
import { configOf, withServices } from "../setup.ts";
import { command, type Group, type Io, UsageError } from "../command.ts";

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

const verify = command({
  name: "verify",
  summary: "Prove that no sealed event was changed, added, moved or deleted, or name the first that was (exit 1)",
  flags: {
    checkpoint: { value: "FILE", about: "compare with an earlier checkpoint as well; - reads standard input" },
    from: { value: "SEQ", about: "begin after this event, and take its hash as it stands" },
  },
  async run({ flags: { checkpoint: file, from = "0" }, io, out }) {
    if (!/^\d{1,15}$/.test(from)) throw new UsageError("--from takes the number of an event");
    const config = configOf(io);
    const exported = file === undefined ? {} : { exported: await readCheckpoint(file, io) };
    const verdict = await withServices(
      config,
      io,
      ({ auditVerification }) => auditVerification.verify({ from: Number(from), ...exported }),
    );
    out.done(sentenceOf(verdict), verdict);
    return verdict.valid ? 0 : 1;
  },
});

const checkpoint = command({
  name: "checkpoint",
  summary: "Seal what was recorded and print a signed checkpoint of the chain, as JSON",
  about:
    `Keep checkpoints where no user who can write to the database can write: only against such a copy does audit verify
find a chain that was cut or written anew.`,
  async run({ io, out }) {
    const made = await withServices(configOf(io), io, async ({ sealer, checkpoints }) => {
      await sealer.seal();
      return await checkpoints.make();
    });
    if (!made) throw new Error("Nothing was recorded yet.");
    out.document(made);
  },
});

const expireDetails = command({
  name: "expire-details",
  summary: "Delete the addresses, user agents and names of old events; the events and their proof stay",
  flags: { "older-than": { value: "DAYS", required: true, about: "the age in days" } },
  about:
    `The audit log records it first, and audit verify accepts only what that covers. Details cannot be restored. Run it
regularly; an interrupted run is finished by the next one.`,
  async run({ flags: { "older-than": days }, io, out }) {
    if (!/^[1-9]\d{0,4}$/.test(days)) throw new UsageError("--older-than takes a number of days, at least 1");
    const expired = await withServices(
      configOf(io),
      io,
      ({ auditExpiry }) => auditExpiry.expireOlderThan(Number(days)),
    );
    const { seq, deleted } = expired;
    out.done(`Deleted ${deleted} details. Those of all events up to ${seq} are expired.`, expired);
  },
});

/** `audit verify|checkpoint|expire-details` */
export const auditCommands: Group = {
  name: "audit",
  summary: "Prove the audit log, print a checkpoint of it, or delete the details of old events",
  commands: [verify, checkpoint, expireDetails],
};

async function readCheckpoint(file: string, io: Io) {
  const text = file === "-" ? await io.stdin() : await readText(file);
  try {
    return CheckpointFile.parse(JSON.parse(text.trim())); // also of a byte-order mark, which some editors write
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
    const { events, seq, hash, erased, expired, unsealed, checkpoints, secret_resets } = verdict;
    return [
      `${events} events are as they were sealed, up to ${seq} (${hash}).`,
      `${erased} of them without details, as their people were deleted; ${checkpoints} checkpoints agree.`,
      ...(expired === undefined ? [] : [`${expired} of them without details, as these are expired.`]),
      ...(secret_resets === undefined ? [] : [
        `The secret was lost and replaced ${secret_resets} times: older checkpoints are as they were found then.`,
      ]),
      `${unsealed} events are not sealed yet, and not proven.`,
    ].join("\n");
  }
  const { code, seq, event_id, checkpoint } = verdict;
  const where = checkpoint === undefined ? `Event ${seq}` : `Checkpoint ${checkpoint}, of event ${seq}`;
  return `${where}${event_id ? ` (${event_id})` : ""}: ${breaks[code]}`;
}
