import { localActor } from "../../vocabulary/actor.ts";
import { adminRole, userRole } from "../../access/roles/permission_evaluator.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { noSuchUser } from "../../access/authority/authority.ts";
import { shownUser, type User } from "../../accounts/users/user_revision.ts";
import { command, type Group, type Io, UsageError } from "../command.ts";
import { type Output, printable } from "../output.ts";
import { passwordFlag, readPassword } from "./password_entry.ts";
import { allPages, configOf, withServices } from "../setup.ts";
import { importCommand } from "./user_import.ts";

const externalId = {
  "external-id": { value: "ID", about: "the id in the system that the user was imported from" },
} as const;

const personFlags = {
  username: { value: "NAME", about: "the username" },
  email: { value: "ADDRESS", about: "the e-mail address" },
  ...passwordFlag,
} as const;

const create = command({
  name: "create",
  summary: "Create a user with the role user, and those of --role",
  flags: { ...personFlags, role: { value: "ROLE", multiple: true, about: "an additional role" } },
  async run({ flags: { role = [], ...person }, io, out }) {
    await register(person, [...new Set([userRole, ...role])], io, out);
  },
});

const createAdmin = command({
  name: "create-admin",
  summary: "Create an administrator, whether or not there is one",
  flags: personFlags,
  async run({ flags, io, out }) {
    await register(flags, [userRole, adminRole], io, out);
  },
});

type Person = { username: string | undefined; email: string | undefined; "password-stdin": boolean | undefined };

async function register(person: Person, roles: string[], io: Io, out: Output): Promise<void> {
  const { username, email, "password-stdin": fromStdin } = person;
  if (username === undefined && email === undefined) throw new UsageError("give --username, --email or both");
  const config = configOf(io);
  const password = await readPassword(io, fromStdin);
  const user = await withServices(
    io,
    ({ registrations }) => registrations.create({ username, email, password }, roles, localActor),
    config,
  );
  const plural = user.roles.length === 1 ? "role" : "roles";
  out.done(`Created ${shownName(user)} with the ${plural} ${user.roles.join(", ")}.`, user);
}

const setPassword = command({
  name: "set-password",
  summary: "Replace the password of a user and revoke all sessions of the user",
  words: ["NAME"],
  flags: passwordFlag,
  async run({ words: [name], flags, io, out }) {
    const config = configOf(io);
    const password = await readPassword(io, flags["password-stdin"]);
    const user = await withServices(io, ({ users }) => users.setPassword(name, password), config);
    out.done(`Set the password of ${shownName(user)} and revoked every session.`, user);
  },
});

function stateCommand(name: string, disabled: boolean, summary: string) {
  return command({
    name,
    summary,
    words: ["NAME"],
    async run({ words: [name], io, out }) {
      const user = await withServices(io, ({ users }) => users.setDisabled(name, disabled));
      out.done(
        disabled ? `Disabled ${shownName(user)} and revoked every session.` : `Enabled ${shownName(user)}.`,
        user,
      );
    },
  });
}

const disable = stateCommand("disable", true, "Disable a user and revoke all sessions of the user");
const enable = stateCommand("enable", false, "Enable a disabled user");

const verifyEmail = command({
  name: "verify-email",
  summary: "Vouch that the e-mail address of a user is theirs",
  words: ["NAME"],
  about: "Many applications refuse users whose address is not verified. Without this, users prove it by mail.",
  async run({ words: [name], io, out }) {
    const user = await withServices(io, ({ users }) => users.verifyEmail(name));
    out.done(`The address ${user.email} is verified.`, user);
  },
});

const unlock = command({
  name: "unlock",
  summary: "Reset the count of failed logins of a user",
  words: ["NAME"],
  about: "Addresses with too many failed logins must still wait.",
  async run({ words: [name], io, out }) {
    const user = await withServices(io, ({ users }) => users.unlock(name));
    out.done(`Unlocked ${shownName(user)}. Addresses with too many failed logins must still wait.`, user);
  },
});

const resetFactors = command({
  name: "reset-factors",
  summary: "Remove the second factors and recovery codes of a user who has lost them",
  words: ["NAME"],
  about: "The user signs in by the password alone until another factor is set up, and is told by mail.",
  async run({ words: [name], io, out }) {
    const user = await withServices(io, ({ userFactors }) => userFactors.resetNamed(name));
    out.done(`Removed the second factors of ${shownName(user)}.`, user);
  },
});

const show = command({
  name: "show",
  summary: "Show a user",
  words: ["[NAME]"],
  flags: externalId,
  async run({ words: [name], flags, io, out }) {
    const external_id = flags["external-id"];
    if ((name === undefined) === (external_id === undefined)) throw new UsageError("give NAME or --external-id");
    const user = await withServices(io, async ({ users }) => {
      if (name !== undefined) return await users.find((await users.named(name)).id);
      const [row] = await users.page({ external_id }, null, 1);
      if (!row) throw noSuchUser();
      return shownUser(row);
    });
    out.done(printedUser(user), user);
  },
});

function printedUser(user: User): string {
  const { id, username, email, email_verified, external_id, roles, disabled_at, created_at } = user;
  return [
    ["id", id],
    ["username", username ?? "-"],
    ["e-mail address", email === null ? "-" : `${email} (${email_verified ? "verified" : "not verified"})`],
    ["external id", external_id ?? "-"],
    ["roles", roles.join(", ") || "-"],
    ["state", disabled_at ? `disabled since ${disabled_at}` : "active"],
    ["created", created_at],
  ].map(([name, value]) => printable(`${name!.padEnd(16)}${value}`)).join("\n");
}

const list = command({
  name: "list",
  summary: "List the users with their roles",
  flags: externalId,
  async run({ flags, io, out }) {
    const filter = { external_id: flags["external-id"] };
    await withServices(io, ({ users }) => {
      const all = allPages((after, limit) => users.page(filter, after, limit), ({ list_name }) => list_name);
      return out.list(all, {
        columns: {
          USERNAME: ({ username }) => username ?? "-",
          EMAIL: ({ email }) => email ?? "-",
          ROLES: ({ roles }) => roles.join(",") || "-",
          STATE: ({ disabled_at }) => disabled_at ? `disabled since ${disabled_at.toISOString()}` : "active",
        },
        shown: shownUser,
      });
    });
  },
});

export const userCommands: Group = {
  name: "user",
  summary: "Create, change, list and import users",
  about:
    `NAME is a username or an e-mail address. A password is typed twice without an echo, or read from standard input
(without one trailing newline) with --password-stdin. No argument takes a password, because every process could read it.`,
  commands: [
    create,
    createAdmin,
    setPassword,
    disable,
    enable,
    verifyEmail,
    unlock,
    resetFactors,
    show,
    list,
    importCommand,
  ],
};
