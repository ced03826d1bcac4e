import { z } from "@hono/zod-openapi";
import type { PermissionRegistry } from "../../access/permissions/permission_registry.ts";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import { inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import type { Pages } from "../../http/contract/list_page.ts";
import { permissionPage, permissionsPage } from "./permissions_page.ts";

const list = operation("GET /console/permissions", {
  operationId: "showPermissionsInConsole",
  tags: ["pages"],
  summary: "Find permissions",
  query: z.object({
    q: z.string().max(127).default(""),
    page_token: z.string().optional(),
    done: z.enum(["registered", "deleted"]).optional().catch(undefined),
  }),
  ...inConsole("roles:read"),
  ...page("A page of permissions"),
  ...problems("unavailable"),
});

const show = operation("GET /console/permissions/{permission}", {
  operationId: "showPermissionInConsole",
  tags: ["pages"],
  summary: "A permission, and which roles give it",
  params: z.strictObject({ permission: z.string() }),
  ...inConsole("roles:read"),
  ...page("The permission"),
  ...problems("not_found", "unavailable"),
});

type PermissionsDeps = { permissionRegistry: PermissionRegistry; evaluator: PermissionEvaluator; pages: Pages };

/** `GET /console/permissions`, `GET /console/permissions/{permission}` */
export const permissionsRoute = resource(
  [list, show],
  (app, { permissionRegistry, evaluator, pages }: PermissionsDeps) => {
    app.addPage(list, async ({ query: { q, page_token, done }, search, ...at }) => {
      const fetch = (after: string | null, limit: number) => permissionRegistry.page(q, after, limit);
      const found = await pages.read(`console permissions ${q}`, { page_token }, fetch, ({ name }) => name);
      return permissionsPage(at, { found, graph: await evaluator.graph(), q, search, done });
    });
    app.addPage(
      show,
      async ({ params: { permission }, ...at }) =>
        permissionPage(at, await permissionRegistry.find(permission), await evaluator.graph()),
    );
  },
);
