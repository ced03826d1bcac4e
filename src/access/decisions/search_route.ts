import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { Id, json, ok, operation, problems, requires, signedIn } from "../../http/contract/contract.ts";
import { Action, Context, Resource, Subject } from "./evaluation_route.ts";
import type { Searches } from "./searches.ts";

const PageRequest = z.object({
  token: z.string().optional().openapi({
    description: "`next_token` of the previous page",
    example: "",
  }),
  limit: z.int().min(0).optional().openapi({ description: "Results per page, at most 200", example: 50 }),
}).openapi("DecisionPageRequest");

const PageResponse = z.strictObject({
  next_token: z.string().openapi({ description: "Empty on the last page", example: "" }),
}).openapi("DecisionPage");

const context = Context.optional();
const page = PageRequest.optional();

const subjects = operation({
  method: "post",
  path: "/access/v1/search/subject",
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
      context,
      page,
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

const actions = operation({
  method: "post",
  path: "/access/v1/search/action",
  operationId: "searchActions",
  tags: ["decisions"],
  summary: "What may this subject do on this resource?",
  description: "AuthZEN 1.0, Action Search API: actions in the order of their names. Asking about other users " +
    "requires `decisions:evaluate`.",
  errors: "authzen",
  ...signedIn,
  ...json(z.object({ subject: Subject, resource: Resource, context, page }).openapi("ActionSearchRequest")),
  ...ok(
    z.strictObject({
      results: z.array(z.strictObject({ name: z.string().openapi({ example: "read" }) })),
      page: PageResponse,
    })
      .openapi("ActionSearchResponse"),
    "A page of actions",
  ),
  ...problems("forbidden", "unavailable"),
});

/** `POST /access/v1/search/subject`, `POST /access/v1/search/action` */
export const searchRoute = resource([subjects, actions], (app, { searches }: { searches: Searches }) => {
  app.add(subjects, ({ body }) => searches.searchSubjects(body));
  app.add(actions, ({ caller, body }) => searches.searchActions(body, caller));
});
