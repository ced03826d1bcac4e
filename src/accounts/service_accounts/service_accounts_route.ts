import { z } from "@hono/zod-openapi";
import { freshToGrantAdmin } from "../../access/roles/roles_route.ts";
import {
  conditional,
  created,
  Id,
  json,
  leadsTo,
  noContent,
  ok,
  operation,
  problems,
  requires,
  resource,
  revised,
  RoleReference,
  Time,
} from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import { GrantsOfUser } from "../users/user_route.ts";
import { type ServiceAccounts, shownServiceAccount } from "./service_accounts.ts";

const Name = z.string().regex(
  /^[a-z][a-z0-9_-]{1,63}$/,
  "A service account's name: 2 to 64 lower-case letters, digits, _ and -, beginning with a letter.",
).openapi({ example: "nightly-backup" });

const Description = z.string().max(1_000).openapi({ example: "Reads the documents and stores a copy" });

const ServiceAccountResponse = z.strictObject({
  id: Id,
  name: z.string().openapi({ example: "nightly-backup" }),
  description: Description,
  roles: z.array(z.string()).openapi({ description: "Active roles, sorted", example: [] }),
  grants: GrantsOfUser,
  disabled_at: Time.nullable().openapi({ example: null }),
  created_at: Time,
}).openapi("ServiceAccount");

const list = operation("GET /service-accounts", {
  operationId: "listServiceAccounts",
  tags: ["accounts"],
  summary: "List service accounts by name",
  query: PageQuery.extend({
    name: z.string().max(64).optional().openapi({ description: "Service accounts whose name begins with this text" }),
  }),
  ...requires("service_accounts:read"),
  ...ok(pageOf(ServiceAccountResponse).openapi("ServiceAccountPage"), "A page of service accounts"),
  ...problems("unavailable"),
});

export const NewServiceAccountRequest = z.strictObject({
  name: Name,
  description: Description.default(""),
  roles: z.array(RoleReference).max(50).default([]).openapi({
    description: "Any role other than `user` requires `roles:grant` and every permission of the role",
    example: [],
  }),
}).openapi("NewServiceAccount", {
  example: { name: "nightly-backup", description: "Reads the documents and stores a copy" },
});

const create = operation("POST /service-accounts", {
  operationId: "createServiceAccount",
  tags: ["accounts"],
  summary: "Create a service account",
  description:
    "A service account has roles like a user, but no username, e-mail address or password, so it cannot log " +
    "in. In decisions it is a subject of type `user`, identified by its id. The list of users does not contain it.",
  ...requires("service_accounts:write"),
  ...freshToGrantAdmin,
  ...json(NewServiceAccountRequest),
  ...created(ServiceAccountResponse, "Created", ({ id }) => `/service-accounts/${id}`),
  ...leadsTo({
    to: [
      ...["getServiceAccount", "changeServiceAccount", "deleteServiceAccount"],
      ...["listServiceAccountApiKeys", "createServiceAccountApiKey"],
      ...["grantServiceAccountRole", "revokeServiceAccountRole", "listServiceAccountPermissions"],
    ],
    parameters: { id: "#/id" },
  }),
  ...problems("service_account_taken", "exclusion_violated", "unavailable"),
});

const params = z.strictObject({ id: Id });

const get = operation("GET /service-accounts/{id}", {
  operationId: "getServiceAccount",
  tags: ["accounts"],
  summary: "A service account",
  params,
  ...requires("service_accounts:read"),
  ...revised(ServiceAccountResponse, "The service account"),
  ...problems("not_found", "unavailable"),
});

const ServiceAccountChangeRequest = z.strictObject({
  name: Name.optional(),
  description: Description.optional(),
  disabled: z.boolean().optional().openapi({
    description: "`true` refuses every request of the account",
    example: true,
  }),
}).openapi("ServiceAccountChange", { example: { description: "Stores a copy of the documents", disabled: false } });

const change = operation("PATCH /service-accounts/{id}", {
  operationId: "changeServiceAccount",
  tags: ["accounts"],
  summary: "Change, disable or enable a service account",
  description: "Absent members stay unchanged. You can change only service accounts that hold no more than you do.",
  params,
  ...requires("service_accounts:write"),
  ...conditional,
  ...json(ServiceAccountChangeRequest),
  ...revised(ServiceAccountResponse, "The service account after the change"),
  ...problems("not_found", "service_account_taken", "unavailable"),
});

const remove = operation("DELETE /service-accounts/{id}", {
  operationId: "deleteServiceAccount",
  tags: ["accounts"],
  summary: "Delete a service account",
  description: "Its grants are deleted with it. You can delete only service accounts that hold no more than you " +
    "do.",
  params,
  ...requires("service_accounts:write"),
  ...conditional,
  ...noContent("Deleted"),
  ...problems("not_found", "service_account_in_use", "unavailable"),
});

export const serviceAccountsRoute = resource(
  [list, create, get, change, remove],
  (app, { serviceAccounts, pages }: { serviceAccounts: ServiceAccounts; pages: Pages }) => {
    app.add(list, async ({ query: { name = "", ...query } }) => {
      const fetch = (after: string | null, limit: number) => serviceAccounts.page(name, after, limit);
      const page = await pages.read(`service accounts ${name}`, query, fetch, (account) => account.name);
      return { ...page, items: page.items.map(shownServiceAccount) };
    });
    app.add(
      create,
      ({ body: { roles, ...rest }, actor }) => serviceAccounts.create({ ...rest, roles: [...new Set(roles)] }, actor()),
    );
    app.add(get, ({ params: { id } }) => serviceAccounts.find(id));
    app.add(
      change,
      ({ params: { id }, body, expected, actor }) => serviceAccounts.change(id, body, expected(), actor()),
    );
    app.add(remove, ({ params: { id }, expected, actor }) => serviceAccounts.remove(id, expected(), actor()));
  },
);
