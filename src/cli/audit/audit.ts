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
  summary: "Prove that no sealed event was changed, added, moved or deleted, or name the first that was (exit " +
    "1)",
  flags: {
    checkpoint: { value: "FILE", about: "also compare with an earlier checkpoint; - reads standard input" },
    from: { value: "SEQ", about: "begin after this event, and take its hash as it stands" },
  },
  async run({ flags: { checkpoint: file, from = "0" }, io, out }) {
    if (!/^\d{1,15}$/.test(from)) throw new UsageError("--from must be the number of an event, such as --from 1");
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
  summary: "Seal all recorded events and print a signed checkpoint of the chain, as JSON",
  about:
    `Store checkpoints where database users cannot write. Only a stored checkpoint lets audit verify detect a chain that
was truncated or rebuilt.`,
  async run({ io, out }) {
    const made = await withServices(configOf(io), io, async ({ sealer, checkpoints }) => {
      await sealer.seal();
      return await checkpoints.make();
    });
    if (!made) throw new Error("The audit log has no events yet.");
    out.document(made);
  },
});

const expireDetails = command({
  name: "expire-details",
  summary: "Delete the addresses, user agents and names of old events; the events and their proof stay",
  flags: { "older-than": { value: "DAYS", required: true, about: "age of the events, in days" } },
  about:
    `The deletion is recorded in the audit log first, and audit verify accepts only deletions that are recorded. Deleted
details cannot be restored. Run it regularly; the next run finishes an interrupted one.`,
  async run({ flags: { "older-than": days }, io, out }) {
    if (!/^[1-9]\d{0,4}$/.test(days)) throw new UsageError("--older-than must be a number of days, at least 1");
    const expired = await withServices(
      configOf(io),
      io,
      ({ auditExpiry }) => auditExpiry.expireOlderThan(Number(days)),
    );
    const { seq, deleted } = expired;
    const reached = seq === 0 ? "No details have expired." : `The details of all events up to ${seq} have expired.`;
    out.done(`Deleted the details of ${deleted} events. ${reached}`, expired);
  },
});

/** `audit verify|checkpoint|expire-details` */
export const auditCommands: Group = {
  name: "audit",
  summary: "Prove the audit log, print a checkpoint, or delete the details of old events",
  commands: [verify, checkpoint, expireDetails],
};

async function readCheckpoint(file: string, io: Io) {
  const text = file === "-" ? await io.stdin() : await readText(file);
  try {
    return CheckpointFile.parse(JSON.parse(text.trim())); // also removes a byte-order mark, which some editors write
  } catch (cause) {
    throw new Error('The file is not a checkpoint. Use the output of "sentinel audit checkpoint".', { cause });
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (cause) {
    throw new Error("The checkpoint cannot be read. To read it from standard input, use --checkpoint -", { cause });
  }
}

function sentenceOf(verdict: Verdict): string {
  if (verdict.valid) {
    const { events, seq, hash, erased, expired, unsealed, checkpoints, secret_resets } = verdict;
    return [
      `${events} events are unchanged since they were sealed, up to ${seq} (${hash}).`,
      `${erased} of them have no details because their users were deleted; ${checkpoints} checkpoints match.`,
      ...(expired === undefined ? [] : [`${expired} of them have no details because these have expired.`]),
      ...(secret_resets === undefined ? [] : [
        `The secret was lost and replaced ${secret_resets} times: older checkpoints cannot be proven.`,
      ]),
      `${unsealed} events are not sealed yet and therefore not proven.`,
    ].join("\n");
  }
  const { code, seq, event_id, checkpoint } = verdict;
  const where = checkpoint === undefined ? `Event ${seq}` : `Checkpoint ${checkpoint}, of event ${seq}`;
  return `${where}${event_id ? ` (${event_id})` : ""}: ${breaks[code]}`;
}
