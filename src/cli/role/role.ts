import { localActor } from "../../vocabulary/actor.ts";
import { findRole, listRoleDetails } from "../../access/roles/role_store.ts";
import { NewRoleRequest } from "../../access/roles/roles_route.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { validate } from "../../http/parsing/validation.ts";
import { whateverTheState } from "../../platform/revision.ts";
import { command, type Group } from "../command.ts";
import { allPages, withServices } from "../setup.ts";
import { grantCommands } from "./grant_commands.ts";

const listed = (names: string[]) => names.join(",") || "-";

const list = command({
  name: "list",
  summary: "List the roles with their own permissions and their parents",
  async run({ io, out }) {
    await withServices(
      io,
      ({ db }) =>
        out.list(allPages((after, limit) => listRoleDetails(db, "", after, limit), ({ name }) => name), {
          columns: {
            ROLE: ({ name }) => name,
            PERMISSIONS: ({ permissions }) => listed(permissions),
            "INHERITS FROM": ({ parents }) => listed(parents),
          },
        }),
    );
  },
});

const show = command({
  name: "show",
  summary: "Show one role",
  words: ["ROLE"],
  async run({ words: [name], io, out }) {
    const role = await withServices(io, ({ roles }) => roles.find(name));
    const { description, permissions, parents, built_in, mfa_required, created_at } = role;
    const rows = {
      role: name,
      description,
      permissions: listed(permissions),
      "inherits from": listed(parents),
      "second factor": mfa_required ? "required" : "as SENTINEL_MFA says",
    };
    const lines = Object.entries({ ...rows, "built in": built_in ? "yes" : "no", created: created_at.toISOString() })
      .map(([title, value]) => `${title.padEnd(13)}  ${value}`.trimEnd());
    out.done(lines.join("\n"), role);
  },
});

const create = command({
  name: "create",
  summary: "Create a role",
  words: ["ROLE"],
  flags: {
    description: { value: "TEXT", about: "what the role is for" },
    permission: { value: "PERMISSION", multiple: true, about: "a permission that the role holds" },
    parent: { value: "ROLE", multiple: true, about: "a role that it inherits from" },
    "mfa-required": { about: "its holders must have a second factor" },
  },
  about: "A role name has 2 to 64 lower-case letters, digits, _ and -, and never changes.",
  async run({ words: [name], flags, io, out }) {
    const { description = "", permission: permissions = [], parent: parents = [], "mfa-required": mfa_required } =
      flags;
    const wanted = validate(NewRoleRequest, { name, description, permissions, parents, mfa_required }, "#");
    const role = await withServices(io, ({ roles }) => roles.create(wanted, localActor));
    out.done(`Created the role ${name}.`, role);
  },
});

const remove = command({
  name: "delete",
  summary: "Delete a role, and revoke it from every user who has it",
  words: ["ROLE"],
  async run({ words: [name], io, out }) {
    await withServices(io, ({ roles }) => roles.remove(name, whateverTheState, localActor));
    out.done(`Deleted the role ${name}.`, { deleted: name });
  },
});

/** A command that sets whether the holders of a role must have a second factor. */
function factorCommand({ name, mfa_required, summary }: { name: string; mfa_required: boolean; summary: string }) {
  return command({
    name,
    summary,
    words: ["ROLE"],
    async run({ words: [role], io, out }) {
      await withServices(io, ({ roles }) => roles.change(role, { mfa_required }, whateverTheState, localActor));
      const sentence = mfa_required
        ? `Holders of ${role} must have a second factor, from their next login on.`
        : `${role} no longer requires a second factor by itself.`;
      out.done(sentence, { role, mfa_required });
    },
  });
}

type Parts = "permissions" | "parents";

/** A command that adds or removes one part of a role. Its output says whether anything changed. */
function partCommand({ name, part, adds, summary }: { name: string; part: Parts; adds: boolean; summary: string }) {
  const word = part === "permissions" ? "PERMISSION" : "PARENT";
  return command({
    name,
    summary,
    words: ["ROLE", word],
    async run({ words: [role, value], io, out }) {
      const had = await withServices(io, async ({ db, roles }) => {
        const before = await findRole(db, role);
        const { addPermission, removePermission, addParent, removeParent } = roles;
        const [add, remove] = part === "permissions" ? [addPermission, removePermission] : [addParent, removeParent];
        await (adds ? add : remove)(role, value, whateverTheState, localActor);
        return before?.[part].includes(value) ?? false;
      });
      out.done(sentenceOf(role, value, { part, adds, had }), {
        role,
        [word.toLowerCase()]: value,
        changed: had !== adds,
      });
    },
  });
}

function sentenceOf(role: string, value: string, { part, adds, had }: { part: Parts; adds: boolean; had: boolean }) {
  const parent = part === "parents";
  if (adds && had) return parent ? `${role} already inherits from ${value}.` : `${role} already has ${value}.`;
  if (adds) return parent ? `${role} now inherits from ${value}.` : `Added ${value} to ${role}.`;
  if (had) return parent ? `${role} no longer inherits from ${value}.` : `Removed ${value} from ${role}.`;
  return parent ? `${role} does not inherit from ${value}.` : `${role} does not have ${value} of its own.`;
}

export const roleCommands: Group = {
  name: "role",
  summary: "List and edit roles; grant and revoke them",
  about: "NAME is a username or an e-mail address.",
  commands: [
    list,
    show,
    create,
    remove,
    partCommand({ name: "add-permission", part: "permissions", adds: true, summary: "Add a permission to a role" }),
    partCommand({
      name: "remove-permission",
      part: "permissions",
      adds: false,
      summary: "Remove a permission from a role",
    }),
    partCommand({ name: "add-parent", part: "parents", adds: true, summary: "Make a role inherit from another" }),
    partCommand({
      name: "remove-parent",
      part: "parents",
      adds: false,
      summary: "Stop a role inheriting from another",
    }),
    factorCommand({
      name: "require-mfa",
      mfa_required: true,
      summary: "Require a second factor of everyone who holds a role, itself or by inheritance",
    }),
    factorCommand({ name: "waive-mfa", mfa_required: false, summary: "Stop requiring a second factor for a role" }),
    ...grantCommands({
      kind: "person",
      called: "user",
      async find({ users }, name) {
        const user = await users.named(name);
        return { id: user.id, name: shownName(user) };
      },
    }),
  ],
};
