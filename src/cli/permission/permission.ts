import { localActor } from "../../vocabulary/actor.ts";
import { listPermissions } from "../../access/permissions/permission_store.ts";
import { NewPermissionRequest } from "../../access/permissions/permissions_route.ts";
import { validate } from "../../http/parsing/validation.ts";
import { command, type Group } from "../command.ts";
import { allPages, withServices } from "../setup.ts";

const list = command({
  name: "list",
  summary: "List the permissions",
  async run({ io, out }) {
    await withServices(io, ({ db }) => {
      const all = allPages((after, limit) => listPermissions(db, "", after, limit), ({ name }) => name);
      const columns = {
        PERMISSION: ({ name }: { name: string }) => name,
        DESCRIPTION: ({ description }: { description: string }) => description || "-",
      };
      return out.list(all, { columns });
    });
  },
});

const create = command({
  name: "create",
  summary: "Register a permission of an application",
  words: ["PERMISSION"],
  flags: { description: { value: "TEXT", about: "what it allows" } },
  about: "A permission is named resource:action, such as documents:read. Users with the role admin have it " +
    "at once.",
  async run({ words: [name], flags: { description = "" }, io, out }) {
    const wanted = validate(NewPermissionRequest, { name, description }, "#");
    const permission = await withServices(
      io,
      ({ permissionRegistry }) => permissionRegistry.register(wanted.name, wanted.description, localActor),
    );
    out.done(`Created the permission ${name}.`, permission);
  },
});

const remove = command({
  name: "delete",
  summary: "Delete a permission that no role holds",
  words: ["PERMISSION"],
  async run({ words: [name], io, out }) {
    await withServices(io, ({ permissionRegistry }) => permissionRegistry.remove(name, localActor));
    out.done(`Deleted the permission ${name}.`, { deleted: name });
  },
});

export const permissionCommands: Group = {
  name: "permission",
  summary: "List, create and delete permissions of applications",
  commands: [list, create, remove],
};
