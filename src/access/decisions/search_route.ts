import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { Id, json, ok, operation, problems, requires, signedIn } from "../../http/contract/contract.ts";
import { type Pages, pageSizeMax } from "../../http/contract/list_page.ts";
import type { Decisions } from "./decisions.ts";
import { Action, Context, Resource, Subject } from "./evaluation_route.ts";

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
  description: "AuthZEN 1.0, Subject Search API: active users, by id.",
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
  description: "AuthZEN 1.0, Action Search API: actions by name. Asking about others requires `decisions:evaluate`.",
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
export const searchRoute = resource(
  [subjects, actions],
  (app, { decisions, pages }: { decisions: Decisions; pages: Pages }) => {
    app.add(subjects, async ({ body: { subject, action, resource, page } }) => {
      if (subject.type !== "user") return { results: [], page: { next_token: "" } };
      const permission = `${resource.type}:${action.name}`;
      const fetch = (after: string | null, limit: number) => decisions.findHolders(permission, after, limit);
      const list = listOf("subjects", page, action.name, resource.type, resource.id);
      return await readSearch(list, page, fetch, (id) => ({ type: "user" as const, id }));
    });
    app.add(actions, async ({ caller, body: { subject, resource, page } }) => {
      const asker = await decisions.requireMayAsk(caller, [subject]);
      const all = await decisions.findActions(subject, resource.type, asker);
      const fetch = (after: string | null, limit: number) =>
        Promise.resolve(all.filter((name) => after === null || name > after).slice(0, limit));
      const list = listOf("actions", page, subject.id, resource.type, resource.id);
      return await readSearch(list, page, fetch, (name) => ({ name }));
    });

    /** The standard's page, of our own: an empty token is none. Of no results there is no next page to name. */
    async function readSearch<R>(
      list: string,
      { token = "", limit }: PageAsked = {},
      fetch: (after: string | null, limit: number) => Promise<string[]>,
      show: (key: string) => R,
    ) {
      if (limit === 0) return { results: [], page: { next_token: token } };
      const query = { page_token: token || undefined, page_size: limit && Math.min(limit, pageSizeMax) };
      const { items, next_page_token = "" } = await pages.read(list, query, fetch, (key) => key, show);
      return { results: items, page: { next_token: next_page_token } };
    }
  },
);

type PageAsked = z.output<typeof PageRequest>;

/** What a page token is good for: the same search, by pages of the same length. */
function listOf(kind: string, page: PageAsked | undefined, ...asked: (string | undefined)[]): string {
  return `${kind} ${JSON.stringify([...asked, page?.limit])}`;
}
