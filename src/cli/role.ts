import { listRoleDetails, type RoleDetailRow } from "../access/role_store.ts";
import { localClient } from "../audit/audit.ts";
import { whateverTheState } from "../platform/revision.ts";
import { configOf, withServices } from "./setup.ts";
import { type Io, jsonFlag, readArguments, UsageError, type Verb } from "./verb.ts";

const usage = `sentinel role list [--json]
sentinel role grant NAME ROLE [--until TIME]
sentinel role revoke NAME ROLE

  list     each role with its own permissions and the roles it inherits from; --json writes one document per line
  grant    give a user a role, for good or until a time such as 2027-01-31T18:00:00Z (RFC 3339)
  revoke   take it away

  NAME is a username or an e-mail address. Roles are made and edited over the API.`;

const commands: Record<string, (args: string[], io: Io) => Promise<void>> = { list, grant, revoke };

/** `role list|grant|revoke` */
export const roleVerb: Verb = {
  name: "role",
  summary: "List roles; grant and revoke them",
  usage,
  async run([word = "", ...args], io) {
    if (!Object.hasOwn(commands, word)) throw new UsageError();
    await commands[word]!(args, io);
    return 0;
  },
};

const by = { actor_id: null, client: localClient };
const pageSize = 200;

async function list(args: string[], io: Io): Promise<void> {
  const { values: { json } } = readArguments(args, jsonFlag);
  await withServices(configOf(io), io, async ({ db }) => {
    for (let after: string | null = null;;) {
      const page: RoleDetailRow[] = await listRoleDetails(db, after, pageSize);
      for (const role of page) io.out(json ? JSON.stringify(role) : line(role));
      if (page.length < pageSize) return;
      after = page.at(-1)!.name;
    }
  });
}

function line({ name, permissions, parents }: RoleDetailRow): string {
  return [name, permissions.join(",") || "-", parents.length > 0 ? `inherits ${parents.join(",")}` : ""].join("\t");
}

async function grant(args: string[], io: Io): Promise<void> {
  const { values: { until }, words: [name = "", role = ""] } = readArguments(args, { until: { type: "string" } }, 2);
  const end = until === undefined ? null : timeOf(until);
  await withServices(configOf(io), io, async ({ users, grants }) => {
    await grants.grant((await users.named(name)).id, role, end, whateverTheState, by);
  });
  io.out(end ? `Granted until ${end.toISOString()}.` : "Granted.");
}

function timeOf(text: string): Date {
  const time = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(text) || Number.isNaN(time.getTime())) {
    throw new UsageError("--until takes a time with its offset, such as 2027-01-31T18:00:00Z.");
  }
  return time;
}

async function revoke(args: string[], io: Io): Promise<void> {
  const [name = "", role = ""] = readArguments(args, {}, 2).words;
  await withServices(configOf(io), io, async ({ users, grants }) => {
    await grants.revoke((await users.named(name)).id, role, whateverTheState, by);
  });
  io.out("The user does not have the role.");
}
