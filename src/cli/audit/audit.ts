import { withServices } from "../setup.ts";
import { command, type Group, UsageError } from "../command.ts";
import { check } from "./check.ts";
import { verify } from "./verify.ts";

const checkpoint = command({
  name: "checkpoint",
  summary: "Seal all recorded events and print a signed checkpoint of the chain, as JSON",
  about:
    `Store checkpoints where database users cannot write. Only a stored checkpoint lets audit verify detect a chain that
was truncated or rebuilt.`,
  async run({ io, out }) {
    const made = await withServices(io, async ({ sealer, checkpoints }) => {
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
    const expired = await withServices(io, ({ auditExpiry }) => auditExpiry.expireOlderThan(Number(days)));
    const { seq, deleted } = expired;
    const reached = seq === 0 ? "No details have expired." : `The details of all events up to ${seq} have expired.`;
    out.done(`Deleted the details of ${deleted} events. ${reached}`, expired);
  },
});

export const auditCommands: Group = {
  name: "audit",
  summary: "Prove the audit log or one event, print a checkpoint, or delete the details of old events",
  commands: [verify, check, checkpoint, expireDetails],
};
