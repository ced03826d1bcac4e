import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import {
  conditional,
  Id,
  json,
  noContent,
  ok,
  operation,
  problems,
  requires,
  Time,
} from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import type { EffectivePermissions } from "../../access/decisions/effective_permissions.ts";
import { requireRevision } from "./user_revision.ts";
import type { Grants } from "../../access/grants/grants.ts";
import { RoleParameter } from "../../access/roles/roles_route.ts";

export const grantParams = z.strictObject({ id: Id, role: RoleParameter.openapi({ example: "user" }) });

export const GrantRequest = z.strictObject({
  expires_at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)).nullable().default(null).openapi({
    type: ["string", "null"],
    format: "date-time",
    description: "When the grant expires; absent or null, never",
    example: "2099-01-31T18:00:00Z",
  }),
}).openapi("GrantRequest");

const grant = operation({
  method: "put",
  path: "/users/{id}/roles/{role}",
  operationId: "grantRole",
  tags: ["access"],
  summary: "Grant a role to a user",
  description:
    "You must hold the role, for as long as you grant it, and each role of the user's. A role is held by a grant of it " +
    "or of one that inherits from it; `admin` holds all, and `user` counts as held. " +
    "Repeating the call replaces the expiry. `If-Match` takes the user's `ETag`.",
  params: grantParams,
  ...requires("roles:grant"),
  ...conditional,
  ...json(GrantRequest),
  bodyOptional: true,
  ...noContent("Granted"),
  ...problems("not_found", "exclusion_violated", "last_admin", "unavailable"),
});

const revoke = operation({
  method: "delete",
  path: "/users/{id}/roles/{role}",
  operationId: "revokeRole",
  tags: ["access"],
  summary: "Revoke a role from a user",
  description: "You must hold the role, and each role of the user's. `If-Match` takes the user's `ETag`.",
  params: grantParams,
  ...requires("roles:grant"),
  ...conditional,
  ...noContent("Revoked, or the user did not have it"),
  ...problems("not_found", "last_admin", "unavailable"),
});

const EffectivePermissionResponse = z.strictObject({
  permission: z.string().openapi({ example: "documents:read" }),
  sources: z.array(z.strictObject({
    role: z.string().openapi({ description: "The role that was granted", example: "editor" }),
    expires_at: Time.nullable().openapi({ description: "When the grant expires; null if never", example: null }),
    path: z.array(z.string()).optional().openapi({
      description:
        "Roles from that one to the one that holds the permission itself; only for callers with `roles:read`",
      example: ["editor", "viewer"],
    }),
  })),
}).openapi("EffectivePermission");

export const EffectivePermissionPage = pageOf(EffectivePermissionResponse).openapi("EffectivePermissionPage");

const effective = operation({
  method: "get",
  path: "/users/{id}/permissions",
  operationId: "listUserPermissions",
  tags: ["access"],
  summary: "A user's permissions, and the grants they come from",
  params: z.strictObject({ id: Id }),
  query: PageQuery,
  ...requires("users:read"),
  ...ok(EffectivePermissionPage, "A page of permissions, by name"),
  ...problems("not_found", "unavailable"),
});

/** `PUT|DELETE /users/{id}/roles/{role}`, `GET /users/{id}/permissions` */
export const userRolesRoute = resource([grant, revoke, effective], (app, { grants, effectivePermissions, pages }: {
  grants: Grants;
  effectivePermissions: EffectivePermissions;
  pages: Pages;
}) => {
  app.add(
    grant,
    ({ params: { id, role }, body, expected, actor }) =>
      grants.grant(id, role, body?.expires_at ?? null, (tx) => requireRevision(tx, id, expected()), actor()),
  );
  app.add(revoke, async ({ params: { id, role }, expected, actor }) => {
    await grants.revoke(id, role, (tx) => requireRevision(tx, id, expected()), actor());
  });
  app.add(effective, ({ params: { id }, query, caller }) => {
    const fetch = (after: string | null, limit: number) => effectivePermissions.list(id, after, limit, caller);
    return pages.read(`permissions of ${id}`, query, fetch, ({ permission }) => permission);
  });
});
