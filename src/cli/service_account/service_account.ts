import { shownServiceAccount } from "../../accounts/service_accounts/service_accounts.ts";
import { NewServiceAccountRequest } from "../../accounts/service_accounts/service_accounts_route.ts";
import { validate } from "../../http/parsing/validation.ts";
import { whateverTheState } from "../../platform/revision.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { command, type Group } from "../command.ts";
import { grantCommands } from "../role/grant_commands.ts";
import { allPages, withServices } from "../setup.ts";

const create = command({
  name: "create",
  summary: "Create a service account with the roles of --role",
  words: ["NAME"],
  flags: {
    description: { value: "TEXT", about: "what the service account is for" },
    role: { value: "ROLE", multiple: true, about: "a role that it has" },
  },
  about: "A name has 2 to 64 lower-case letters, digits, _ and -.",
  async run({ words: [name], flags: { description = "", role = [] }, io, out }) {
    const wanted = validate(NewServiceAccountRequest, { name, description, roles: [...new Set(role)] }, "#");
    const account = await withServices(io, ({ serviceAccounts }) => serviceAccounts.create(wanted, localActor));
    const { roles } = account;
    const plural = roles.length === 1 ? "role" : "roles";
    const held = roles.length === 0 ? "without roles" : `with the ${plural} ${roles.join(", ")}`;
    out.done(`Created the service account ${name} ${held}.`, account);
  },
});

const list = command({
  name: "list",
  summary: "List the service accounts with their roles",
  async run({ io, out }) {
    await withServices(
      io,
      ({ serviceAccounts }) =>
        out.list(allPages((after, limit) => serviceAccounts.page("", after, limit), ({ name }) => name), {
          columns: {
            NAME: ({ name }) => name,
            ROLES: ({ roles }) => roles.join(",") || "-",
            STATE: ({ disabled_at }) => disabled_at ? `disabled since ${disabled_at.toISOString()}` : "active",
            DESCRIPTION: ({ description }) => description,
          },
          shown: shownServiceAccount,
        }),
    );
  },
});

function stateCommand({ name, disabled, summary }: { name: string; disabled: boolean; summary: string }) {
  return command({
    name,
    summary,
    words: ["NAME"],
    async run({ words: [called], io, out }) {
      const account = await withServices(io, async ({ serviceAccounts }) => {
        const { id } = await serviceAccounts.named(called);
        return await serviceAccounts.change(id, { disabled }, whateverTheState, localActor);
      });
      out.done(`${disabled ? "Disabled" : "Enabled"} the service account ${called}.`, account);
    },
  });
}

const remove = command({
  name: "delete",
  summary: "Delete a service account with its grants",
  words: ["NAME"],
  async run({ words: [name], io, out }) {
    await withServices(io, async ({ serviceAccounts }) => {
      const { id } = await serviceAccounts.named(name);
      await serviceAccounts.remove(id, whateverTheState, localActor);
    });
    out.done(`Deleted the service account ${name}.`, { deleted: name });
  },
});

export const serviceAccountCommands: Group = {
  name: "service-account",
  summary: "Create, change and list service accounts, and grant them roles",
  about: "A service account has roles like a user, but no username, e-mail address or password, so it " +
    "cannot log in.",
  commands: [
    create,
    list,
    stateCommand({ name: "disable", disabled: true, summary: "Disable a service account" }),
    stateCommand({ name: "enable", disabled: false, summary: "Enable a disabled service account" }),
    remove,
    ...grantCommands({
      kind: "service",
      called: "service account",
      find: ({ serviceAccounts }, name) => serviceAccounts.named(name),
    }),
  ],
};
