import { z } from "@hono/zod-openapi";
import { permissionName } from "../../access/permissions/permission_name.ts";
import type { PermissionRegistry } from "../../access/permissions/permission_registry.ts";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import { form, formPage, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { deletePermissionPage, newPermissionPage } from "./new_permission_page.ts";
import { type PermissionTexts, permissionTexts } from "./permission_texts.ts";

const show = operation("GET /console/new-permission", {
  operationId: "showNewPermission",
  tags: ["pages"],
  summary: "The form that registers a permission",
  ...inConsole("permissions:write"),
  ...page("The form"),
  ...problems("unavailable"),
});

const register = operation("POST /console/new-permission", {
  operationId: "registerPermissionInConsole",
  tags: ["pages"],
  summary: "Register a permission of an application",
  ...inConsole("permissions:write"),
  ...form(z.strictObject({ name: z.string().max(200), description: z.string().max(1_000).default("") })),
  ...formPage("Registered"),
  ...problems("permission_taken", "invalid_token", "unavailable"),
});

const params = z.strictObject({ permission: z.string() });

const ask = operation("GET /console/permissions/{permission}/delete", {
  operationId: "showDeletionOfPermission",
  tags: ["pages"],
  summary: "Ask whether to delete a permission",
  params,
  ...inConsole("permissions:write", { fresh: true }),
  ...page("The effect, and the form"),
  ...problems("not_found", "unavailable"),
});

const remove = operation("POST /console/permissions/{permission}/delete", {
  operationId: "deletePermissionInConsole",
  tags: ["pages"],
  summary: "Delete a permission",
  params,
  ...inConsole("permissions:write", { fresh: true }),
  ...form(z.strictObject({})),
  ...formPage("Deleted"),
  ...problems("not_found", "permission_in_use", "invalid_token", "unavailable"),
});

type RegistryDeps = { permissionRegistry: PermissionRegistry; evaluator: PermissionEvaluator };

/** `GET|POST /console/new-permission`, `GET|POST /console/permissions/{permission}/delete` */
export const newPermissionRoute = resource(
  [show, register, ask, remove],
  (app, { permissionRegistry, evaluator }: RegistryDeps) => {
    app.addPage(show, (at) => newPermissionPage(at, { name: "", description: "" }));
    app.addPage(register, async ({ body, actor, ...at }) => {
      const sketch = { ...body, name: body.name.trim() };
      const t = permissionTexts[at.visit.language];
      if (!permissionName.test(sketch.name)) return newPermissionPage(at, sketch, { error: t.badName, status: 422 });
      try {
        await permissionRegistry.register(sketch.name, sketch.description, actor());
      } catch (error) {
        return newPermissionPage(at, sketch, refusalOf(t, sketch.name, error));
      }
      return onward(at.visit, { title: t.done.registered, next: "/console/permissions?done=registered" });
    });
    app.addPage(ask, async ({ params: { permission }, ...at }) => {
      const found = await permissionRegistry.find(permission);
      return deletePermissionPage(at, found, { roles: await holders(permission) });
    });
    app.addPage(remove, async ({ params: { permission }, actor, ...at }) => {
      const t = permissionTexts[at.visit.language];
      try {
        await permissionRegistry.remove(permission, actor());
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "permission_in_use") throw error;
        const refusal = { error: t.inUse, status: error.status };
        const found = await permissionRegistry.find(permission);
        return deletePermissionPage(at, found, { roles: await holders(permission), refusal });
      }
      return onward(at.visit, { title: t.done.deleted, next: "/console/permissions?done=deleted" });
    });

    /** How many roles hold the permission themselves. */
    async function holders(permission: string): Promise<number> {
      return (await evaluator.graph()).holdersOf(permission).length;
    }
  },
);

function refusalOf(t: PermissionTexts, name: string, error: unknown): { error: string; status: number } {
  if (!(error instanceof Problem)) throw error;
  const { code, status, errors } = error;
  if (code === "permission_taken") return { error: t.taken(name), status };
  if (errors) return { error: t.reserved, status };
  throw error;
}
