import { z } from "@hono/zod-openapi";
import { json, ok, operation, problems, resource, signedIn } from "../../http/contract/contract.ts";
import { Context, Resource, Subject } from "./evaluation_route.ts";
import type { Searches } from "./searches.ts";
import { PageRequest, PageResponse } from "./subject_search_route.ts";

const route = operation("POST /access/v1/search/action", {
  operationId: "searchActions",
  tags: ["decisions"],
  summary: "What may this subject do on this resource?",
  description: "AuthZEN 1.0, Action Search API: actions in the order of their names. Asking about other users " +
    "requires `decisions:evaluate`.",
  errors: "authzen",
  ...signedIn,
  ...json(
    z.object({ subject: Subject, resource: Resource, context: Context.optional(), page: PageRequest.optional() })
      .openapi("ActionSearchRequest"),
  ),
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

export const actionSearchRoute = resource([route], (app, { searches }: { searches: Searches }) => {
  app.add(route, ({ caller, body }) => searches.searchActions(body, caller));
});
