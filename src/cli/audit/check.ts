import { faultOf, type ProofFault } from "../../audit/proofs/proof_check.ts";
import { command } from "../command.ts";
import { readProof } from "./audit_files.ts";

const faults: Record<ProofFault, string> = {
  row_changed: "The row of the event does not have the hash of the proof.",
  chain_broken: "The rows after the event do not lead to the checkpoint.",
  signature_wrong: "The signature of the checkpoint is not valid.",
};

/** `audit check` */
export const check = command({
  name: "check",
  summary: "Check the saved proof of one event, without the database (exit 1 if it does not hold)",
  words: ["FILE"],
  about:
    `FILE is what the console downloads, or GET /audit-events/{id}/proof answers; - reads standard input. Compare the
key that is printed with the public_key of a checkpoint that you stored.`,
  async run({ words: [file], io, out }) {
    const proof = await readProof(file, io);
    const { seq, row, checkpoint: { public_key, seq: upTo } } = proof;
    const fault = faultOf(proof);
    if (fault) {
      out.done(faults[fault], { valid: false, code: fault });
      return 1;
    }
    const { action, occurred_at } = JSON.parse(row);
    const sentence = `Event ${seq}, ${action} at ${occurred_at}, is in the chain that checkpoint ${upTo} confirms.`;
    out.done(`${sentence}\nSigned with the key ${public_key}.`, { valid: true, seq, checkpoint_seq: upTo, public_key });
    return 0;
  },
});
