import { z } from "@hono/zod-openapi";
import type { EffectivePermissions } from "../../access/decisions/effective_permissions.ts";
import type { Grants } from "../../access/grants/grants.ts";
import { resource } from "../../http/contract/resource.ts";
import { conditional, Id, json, noContent, ok, operation, problems, requires } from "../../http/contract/contract.ts";
import { PageQuery, type Pages } from "../../http/contract/list_page.ts";
import { EffectivePermissionPage, grantParams, GrantRequest } from "../users/user_roles_route.ts";
import type { ServiceAccounts } from "./service_accounts.ts";

const grant = operation({
  method: "put",
  path: "/service-accounts/{id}/roles/{role}",
  operationId: "grantServiceAccountRole",
  tags: ["access"],
  summary: "Grant a role to a service account",
  description: "By the rules for users: you must hold the role, for as long as you grant it, and each role of the " +
    "service account's. `If-Match` takes the service account's `ETag`.",
  params: grantParams,
  ...requires("roles:grant"),
  ...conditional,
  ...json(GrantRequest),
  bodyOptional: true,
  ...noContent("Granted"),
  ...problems("not_found", "exclusion_violated", "unavailable"),
});

const revoke = operation({
  method: "delete",
  path: "/service-accounts/{id}/roles/{role}",
  operationId: "revokeServiceAccountRole",
  tags: ["access"],
  summary: "Revoke a role from a service account",
  description: "You must hold the role, and each role of the service account's. `If-Match` takes its `ETag`.",
  params: grantParams,
  ...requires("roles:grant"),
  ...conditional,
  ...noContent("Revoked, or the service account did not have it"),
  ...problems("not_found", "unavailable"),
});

const effective = operation({
  method: "get",
  path: "/service-accounts/{id}/permissions",
  operationId: "listServiceAccountPermissions",
  tags: ["access"],
  summary: "A service account's permissions, and the grants they come from",
  params: z.strictObject({ id: Id }),
  query: PageQuery,
  ...requires("service_accounts:read"),
  ...ok(EffectivePermissionPage, "A page of permissions, by name"),
  ...problems("not_found", "unavailable"),
});

/** `PUT|DELETE /service-accounts/{id}/roles/{role}`, `GET /service-accounts/{id}/permissions` */
export const serviceAccountRolesRoute = resource(
  [grant, revoke, effective],
  (app, { grants, effectivePermissions, serviceAccounts, pages }: {
    grants: Grants;
    effectivePermissions: EffectivePermissions;
    serviceAccounts: ServiceAccounts;
    pages: Pages;
  }) => {
    app.add(grant, ({ params: { id, role }, body, expected, actor }) => {
      const requireRevision = serviceAccounts.revisionOf(id, expected());
      return grants.grant(id, role, body?.expires_at ?? null, requireRevision, actor(), "service");
    });
    app.add(revoke, async ({ params: { id, role }, expected, actor }) => {
      await grants.revoke(id, role, serviceAccounts.revisionOf(id, expected()), actor(), "service");
    });
    app.add(effective, ({ params: { id }, query, caller }) => {
      const fetch = (after: string | null, limit: number) =>
        effectivePermissions.list(id, after, limit, caller, "service");
      return pages.read(`permissions of ${id}`, query, fetch, ({ permission }) => permission);
    });
  },
);
