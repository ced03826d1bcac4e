import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { conditional, Id, json, noContent, operation, problems, requires } from "../../http/contract/contract.ts";
import { requireRevision } from "./user_revision.ts";
import type { Grants } from "../../access/grants/grants.ts";
import { freshToGrantAdmin, RoleParameter } from "../../access/roles/roles_route.ts";

export const grantParams = z.strictObject({ id: Id, role: RoleParameter.openapi({ example: "user" }) });

export const GrantRequest = z.strictObject({
  expires_at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)).nullable().default(null).openapi({
    type: ["string", "null"],
    format: "date-time",
    description: "When the grant expires; absent or null means never",
    example: "2099-01-31T18:00:00Z",
  }),
}).openapi("GrantRequest");

const grant = operation("PUT /users/{id}/roles/{role}", {
  operationId: "grantRole",
  tags: ["access"],
  summary: "Grant a role to a user",
  description:
    "You must hold the role for at least as long as you grant it, and every role of the user. You hold a role by a grant " +
    "of it or of a role that inherits from it; `admin` holds every role, and everyone holds `user`. " +
    "Repeating the call replaces the expiry. `If-Match` takes the user's `ETag`.",
  params: grantParams,
  ...requires("roles:grant"),
  ...freshToGrantAdmin,
  ...conditional,
  ...json(GrantRequest),
  bodyOptional: true,
  ...noContent("Granted"),
  ...problems("not_found", "exclusion_violated", "last_admin", "unavailable"),
});

const revoke = operation("DELETE /users/{id}/roles/{role}", {
  operationId: "revokeRole",
  tags: ["access"],
  summary: "Revoke a role from a user",
  description: "You must hold the role and every role of the user. `If-Match` takes the user's `ETag`.",
  params: grantParams,
  ...requires("roles:grant"),
  ...conditional,
  ...noContent("Revoked, or the user did not have the role"),
  ...problems("not_found", "last_admin", "unavailable"),
});

export const userRolesRoute = resource([grant, revoke], (app, { grants }: { grants: Grants }) => {
  app.add(
    grant,
    ({ params: { id, role }, body, expected, actor }) =>
      grants.grant(id, role, body?.expires_at ?? null, (tx) => requireRevision(tx, id, expected()), actor()),
  );
  app.add(revoke, async ({ params: { id, role }, expected, actor }) => {
    await grants.revoke(id, role, (tx) => requireRevision(tx, id, expected()), actor());
  });
});
