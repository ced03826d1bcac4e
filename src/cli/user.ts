import { adminRole, userRole } from "../access/roles.ts";
import { shownUser } from "../accounts/user_revision.ts";
import type { UserRow } from "../accounts/user_store.ts";
import { localClient } from "../audit/audit.ts";
import { passwordFlag, readPassword } from "./password_entry.ts";
import { configOf, withServices } from "./setup.ts";
import { importUsage, importUsers } from "./user_import.ts";
import { type Io, jsonFlag, readArguments, UsageError, type Verb } from "./verb.ts";

const usage = `sentinel user create --username NAME --email ADDRESS [--role ROLE]… [--password-stdin] [--json]
sentinel user create-admin --username NAME --email ADDRESS [--password-stdin] [--json]
sentinel user set-password NAME [--password-stdin]
sentinel user disable|enable|unlock NAME
sentinel user list [--json]
sentinel user import --from seed|csv|jsonl [FILE] [--dry-run] [--json]

  create         make an account with the role user, and those of --role
  create-admin   make another administrator, whether or not there is one
  set-password   replace the password and end every session
  disable        lock the account and end every session; enable lets it in again
  unlock         forget the failed logins counted against the account; an address that has tried too often still waits
  list           each account with its roles; --json writes one document per line (jq -s makes an array of them)
  import         take people over from another system with the hashes of their passwords

  NAME is a username or an e-mail address. A password is asked for twice without an echo, or with --password-stdin
  read from standard input, less one trailing newline. No argument takes it: every process could read it there.

${importUsage}`;

const commands: Record<string, (args: string[], io: Io) => Promise<number | void>> = {
  create,
  "create-admin": createAdmin,
  "set-password": setPassword,
  disable: (args, io) => setDisabled(args, io, true),
  enable: (args, io) => setDisabled(args, io, false),
  unlock,
  list,
  import: importUsers,
};

/** `user create|create-admin|set-password|disable|enable|unlock|list|import` */
export const userVerb: Verb = {
  name: "user",
  summary: "Make, change and list accounts",
  usage,
  async run([word = "", ...args], io) {
    if (!Object.hasOwn(commands, word)) throw new UsageError();
    return await commands[word]!(args, io) ?? 0;
  },
};

const text = { type: "string" } as const;
const personFlags = { username: text, email: text, ...passwordFlag, ...jsonFlag };
const roleFlag = { role: { type: "string", multiple: true } } as const;

type PersonFlags = {
  username?: string | undefined;
  email?: string | undefined;
  "password-stdin"?: boolean | undefined;
  json?: boolean | undefined;
};

async function create(args: string[], io: Io): Promise<void> {
  const { values: { role = [], ...person } } = readArguments(args, { ...personFlags, ...roleFlag });
  await make(person, [...new Set([userRole, ...role])], io);
}

async function createAdmin(args: string[], io: Io): Promise<void> {
  await make(readArguments(args, personFlags).values, [userRole, adminRole], io);
}

async function make(flags: PersonFlags, roles: string[], io: Io): Promise<void> {
  const { username, email, "password-stdin": fromStdin, json } = flags;
  if (username === undefined || email === undefined) throw new UsageError();
  const config = configOf(io);
  const password = await readPassword(io, fromStdin);
  const person = await withServices(
    config,
    io,
    ({ registrations }) =>
      registrations.create({ username, email, password }, roles, { actor_id: null, client: localClient }),
  );
  io.out(json ? JSON.stringify(person) : `${person.username} has an account, with: ${person.roles.join(", ")}.`);
}

async function setPassword(args: string[], io: Io): Promise<void> {
  const { values, words: [name = ""] } = readArguments(args, passwordFlag, 1);
  const config = configOf(io);
  const password = await readPassword(io, values["password-stdin"]);
  await withServices(config, io, ({ users }) => users.setPassword(name, password, localClient));
  io.out("The password is set; every session has ended.");
}

async function setDisabled(args: string[], io: Io, disabled: boolean): Promise<void> {
  const { words: [name = ""] } = readArguments(args, {}, 1);
  await withServices(configOf(io), io, ({ users }) => users.setDisabled(name, disabled, localClient));
  io.out(disabled ? "The account is disabled; every session has ended." : "The account is enabled.");
}

const pageSize = 200;

async function list(args: string[], io: Io): Promise<void> {
  const { values: { json } } = readArguments(args, jsonFlag);
  const render = (user: UserRow) => json ? JSON.stringify(shownUser(user)) : row(user);
  await withServices(configOf(io), io, async ({ users }) => {
    let after: string | null | undefined = null;
    while (after !== undefined) {
      const page: Awaited<ReturnType<typeof users.page>> = await users.page({}, after, pageSize);
      for (const user of page) io.out(render(user));
      after = page.length === pageSize ? page.at(-1)?.username_canonical : undefined;
    }
  });
}

function row({ username, email, roles, disabled_at }: UserRow): string {
  const state = disabled_at ? `disabled since ${disabled_at.toISOString()}` : "active";
  return [username, email, roles.join(",") || "-", state].join("\t");
}

async function unlock(args: string[], io: Io): Promise<void> {
  const [name = ""] = readArguments(args, {}, 1).words;
  await withServices(configOf(io), io, ({ users }) => users.unlock(name, localClient));
  io.out("The failed logins of the account are forgotten; an address that has tried too often still waits.");
}
