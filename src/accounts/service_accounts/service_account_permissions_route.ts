import { z } from "@hono/zod-openapi";
import { Id, ok, operation, problems, requires, resource } from "../../http/contract/contract.ts";
import { PageQuery } from "../../http/contract/list_page.ts";
import { EffectivePermissionPage, type PermissionListDeps, permissionPage } from "../users/user_permissions_route.ts";

const list = operation("GET /service-accounts/{id}/permissions", {
  operationId: "listServiceAccountPermissions",
  tags: ["access"],
  summary: "A service account's permissions, and the grants that give them",
  params: z.strictObject({ id: Id }),
  query: PageQuery,
  ...requires("service_accounts:read"),
  ...ok(EffectivePermissionPage, "A page of permissions, by name"),
  ...problems("not_found", "unavailable"),
});

export const serviceAccountPermissionsRoute = resource([list], (app, deps: PermissionListDeps) => {
  app.add(list, ({ params: { id }, query, caller }) => permissionPage(deps, { id, kind: "service" }, query, caller));
});
