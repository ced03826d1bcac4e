import { z } from "@hono/zod-openapi";
import {
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
  RoleReference,
  Time,
} from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import type { Db } from "../../platform/db/db.ts";
import { listExclusions } from "./exclusion_store.ts";
import type { Exclusions } from "./exclusions.ts";

const members = {
  description: z.string().max(1_000).openapi({ example: "Administrators do not answer support requests" }),
  roles: z.array(RoleReference).min(2).max(100).openapi({ example: ["admin", "support"] }),
  at_most: z.int().min(1).openapi({ description: "The most of these roles that one user may hold", example: 1 }),
};

const ExclusionResponse = z.strictObject({ id: Id, ...members, created_at: Time })
  .openapi("RoleExclusion");

const list = operation("GET /role-exclusions", {
  operationId: "listRoleExclusions",
  tags: ["access"],
  summary: "List role exclusions, oldest first",
  query: PageQuery,
  ...requires("roles:read"),
  ...ok(pageOf(ExclusionResponse).openapi("RoleExclusionPage"), "A page of exclusions"),
  ...problems("unavailable"),
});

const create = operation("POST /role-exclusions", {
  operationId: "createRoleExclusion",
  tags: ["access"],
  summary: "Create a role exclusion",
  description:
    "Static separation of duty: a user may hold at most `at_most` of these roles, granted or inherited. It is refused " +
    "while a user holds more. Creating or deleting an exclusion requires holding all of its roles, so it is reserved " +
    "for administrators: any other user who holds all of them violates the exclusion.",
  ...requires("roles:write"),
  ...json(
    z.strictObject({ ...members, description: members.description.default("") }).openapi("NewRoleExclusion", {
      example: {
        description: "Administrators do not answer support requests",
        roles: ["admin", "support"],
        at_most: 1,
      },
    }),
  ),
  ...leadsTo({ to: ["deleteRoleExclusion"], parameters: { id: "#/id" } }),
  ...created(ExclusionResponse, "The new exclusion", ({ id }) => `/role-exclusions/${id}`),
  ...problems("exclusion_violated", "unavailable"),
});

const remove = operation("DELETE /role-exclusions/{id}", {
  operationId: "deleteRoleExclusion",
  tags: ["access"],
  summary: "Delete a role exclusion",
  params: z.strictObject({ id: Id }),
  ...requires("roles:write"),
  ...noContent("Deleted"),
  ...problems("not_found", "unavailable"),
});

export const roleExclusionsRoute = resource(
  [list, create, remove],
  (app, { exclusions, pages, db }: { exclusions: Exclusions; pages: Pages; db: Db }) => {
    app.add(
      list,
      ({ query }) => pages.read("role exclusions", query, (...page) => listExclusions(db, ...page), ({ id }) => id),
    );
    app.add(create, ({ body, actor }) => exclusions.create(body, actor()));
    app.add(remove, ({ params: { id }, actor }) => exclusions.remove(id, actor()));
  },
);
