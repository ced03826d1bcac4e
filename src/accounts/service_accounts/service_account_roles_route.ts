import type { Grants } from "../../access/grants/grants.ts";
import { freshToGrantAdmin } from "../../access/roles/roles_route.ts";
import { conditional, json, noContent, operation, problems, requires, resource } from "../../http/contract/contract.ts";
import { grantParams, GrantRequest } from "../users/user_roles_route.ts";
import type { ServiceAccounts } from "./service_accounts.ts";

const grant = operation("PUT /service-accounts/{id}/roles/{role}", {
  operationId: "grantServiceAccountRole",
  tags: ["access"],
  summary: "Grant a role to a service account",
  description:
    "The rules are those for users: you must hold the role for at least as long as you grant it, and every role of the " +
    "service account. `If-Match` takes the service account's `ETag`.",
  params: grantParams,
  ...requires("roles:grant"),
  ...freshToGrantAdmin,
  ...conditional,
  ...json(GrantRequest),
  bodyOptional: true,
  ...noContent("Granted"),
  ...problems("not_found", "exclusion_violated", "unavailable"),
});

const revoke = operation("DELETE /service-accounts/{id}/roles/{role}", {
  operationId: "revokeServiceAccountRole",
  tags: ["access"],
  summary: "Revoke a role from a service account",
  description: "You must hold the role and every role of the service account. `If-Match` takes its `ETag`.",
  params: grantParams,
  ...requires("roles:grant"),
  ...conditional,
  ...noContent("Revoked, or the service account did not have the role"),
  ...problems("not_found", "unavailable"),
});

export const serviceAccountRolesRoute = resource(
  [grant, revoke],
  (app, { grants, serviceAccounts }: { grants: Grants; serviceAccounts: ServiceAccounts }) => {
    app.add(grant, ({ params: { id, role }, body, expected, actor }) => {
      const requireRevision = serviceAccounts.revisionOf(id, expected());
      return grants.grant(id, role, body?.expires_at ?? null, requireRevision, actor(), "service");
    });
    app.add(revoke, async ({ params: { id, role }, expected, actor }) => {
      await grants.revoke(id, role, serviceAccounts.revisionOf(id, expected()), actor(), "service");
    });
  },
);
