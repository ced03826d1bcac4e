import { z } from "@hono/zod-openapi";
import type { EffectivePermissions } from "../../access/decisions/effective_permissions.ts";
import { Id, ok, operation, problems, requires, resource, Time } from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import type { Principal, UserKind } from "../../vocabulary/actor.ts";

const EffectivePermissionResponse = z.strictObject({
  permission: z.string().openapi({ example: "documents:read" }),
  sources: z.array(z.strictObject({
    role: z.string().openapi({ description: "The role that was granted", example: "editor" }),
    expires_at: Time.nullable().openapi({ description: "When the grant expires; null means never", example: null }),
    path: z.array(z.string()).optional().openapi({
      description:
        "The roles from the granted one to the one that holds the permission itself; only for callers with " +
        "`roles:read`",
      example: ["editor", "viewer"],
    }),
  })),
}).openapi("EffectivePermission");

export const EffectivePermissionPage = pageOf(EffectivePermissionResponse).openapi("EffectivePermissionPage");

const list = operation("GET /users/{id}/permissions", {
  operationId: "listUserPermissions",
  tags: ["access"],
  summary: "A user's permissions, and the grants that give them",
  params: z.strictObject({ id: Id }),
  query: PageQuery,
  ...requires("users:read"),
  ...ok(EffectivePermissionPage, "A page of permissions, by name"),
  ...problems("not_found", "unavailable"),
});

export type PermissionListDeps = { effectivePermissions: EffectivePermissions; pages: Pages };

export function permissionPage(
  { effectivePermissions, pages }: PermissionListDeps,
  { id, kind }: { id: string; kind: UserKind },
  query: z.output<typeof PageQuery>,
  caller: Principal,
): Promise<z.infer<typeof EffectivePermissionPage>> {
  const fetch = (after: string | null, limit: number) => effectivePermissions.list(id, after, limit, caller, kind);
  return pages.read(`permissions of ${id}`, query, fetch, ({ permission }) => permission);
}

export const userPermissionsRoute = resource([list], (app, deps: PermissionListDeps) => {
  app.add(list, ({ params: { id }, query, caller }) => permissionPage(deps, { id, kind: "person" }, query, caller));
});
