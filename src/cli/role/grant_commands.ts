import { anyRevision } from "../../access/grants/grants.ts";
import type { Services } from "../../compose/services.ts";
import { localActor, type UserKind } from "../../vocabulary/actor.ts";
import { type Command, command } from "../command.ts";
import { withServices } from "../setup.ts";
import { timeArgument } from "./time_argument.ts";

/** The accounts whose roles the commands change: their kind, and how NAME identifies one. */
type Holders = {
  kind: UserKind;
  called: "user" | "service account";
  find(services: Services, name: string): Promise<{ id: string; name: string }>;
};

/** The commands `grant NAME ROLE` and `revoke NAME ROLE`. */
export function grantCommands({ kind, called, find }: Holders): Command[] {
  const member = called.replace(" ", "_");
  const grant = command({
    name: "grant",
    summary: `Grant a role to a ${called}, with or without an end`,
    words: ["NAME", "ROLE"],
    flags: { until: { value: "TIME", about: "when the grant expires, such as 2027-01-31T18:00:00Z (RFC 3339)" } },
    async run({ words: [name, role], flags: { until }, io, out }) {
      const end = until === undefined ? null : timeArgument("until", until);
      const holder = await withServices(io, async (services) => {
        const { id, name: holder } = await find(services, name);
        await services.grants.grant(id, role, end, anyRevision, localActor, kind);
        return holder;
      });
      const expires_at = end?.toISOString() ?? null;
      const sentence = `Granted ${role} to ${holder}${end ? ` until ${expires_at}` : ""}.`;
      out.done(sentence, { [member]: holder, role, expires_at });
    },
  });
  const revoke = command({
    name: "revoke",
    summary: `Revoke a role from a ${called}`,
    words: ["NAME", "ROLE"],
    async run({ words: [name, role], io, out }) {
      const { holder, had } = await withServices(io, async (services) => {
        const { id, name: holder } = await find(services, name);
        return { holder, had: await services.grants.revoke(id, role, anyRevision, localActor, kind) };
      });
      const sentence = had
        ? `Revoked ${role} from ${holder}.`
        : `${holder} does not have ${role}; nothing was revoked.`;
      out.done(sentence, { [member]: holder, role, revoked: had });
    },
  });
  return [grant, revoke];
}
