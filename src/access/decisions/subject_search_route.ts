import { z } from "@hono/zod-openapi";
import { Id, json, ok, operation, problems, requires, resource } from "../../http/contract/contract.ts";
import { Action, Context, Resource, Subject } from "./evaluation_route.ts";
import type { Searches } from "./searches.ts";

export const PageRequest = z.object({
  token: z.string().optional().openapi({
    description: "`next_token` of the previous page",
    example: "",
  }),
  limit: z.int().min(0).optional().openapi({ description: "Results per page, at most 200", example: 50 }),
}).openapi("DecisionPageRequest");

export const PageResponse = z.strictObject({
  next_token: z.string().openapi({ description: "Empty on the last page", example: "" }),
}).openapi("DecisionPage");

const route = operation("POST /access/v1/search/subject", {
  operationId: "searchSubjects",
  tags: ["decisions"],
  summary: "Who may do this action on this resource?",
  description: "AuthZEN 1.0, Subject Search API: active users and service accounts, by id.",
  errors: "authzen",
  ...requires("decisions:evaluate"),
  ...json(
    z.object({
      subject: Subject.omit({ id: true }).openapi({ example: { type: "user" } }),
      action: Action,
      resource: Resource,
      context: Context.optional(),
      page: PageRequest.optional(),
    })
      .openapi("SubjectSearchRequest"),
  ),
  ...ok(
    z.strictObject({ results: z.array(z.strictObject({ type: z.literal("user"), id: Id })), page: PageResponse })
      .openapi("SubjectSearchResponse"),
    "A page of subjects",
  ),
  ...problems("unavailable"),
});

export const subjectSearchRoute = resource([route], (app, { searches }: { searches: Searches }) => {
  app.add(route, ({ body }) => searches.searchSubjects(body));
});
