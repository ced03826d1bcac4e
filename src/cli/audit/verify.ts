import { breaks } from "../../audit/chain/chain_walk.ts";
import type { Verdict } from "../../audit/chain/verification.ts";
import { command, UsageError } from "../command.ts";
import { configOf, withServices } from "../setup.ts";
import { readCheckpoint } from "./audit_files.ts";

/** `audit verify` */
export const verify = command({
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
      io,
      ({ auditVerification }) => auditVerification.verify({ from: Number(from), ...exported }),
      config,
    );
    out.done(sentenceOf(verdict), verdict);
    return verdict.valid ? 0 : 1;
  },
});

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
