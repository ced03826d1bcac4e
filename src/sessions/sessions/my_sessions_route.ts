import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import {
  Id,
  leadsTo,
  noContent,
  ok,
  operation,
  ownAccount,
  problems,
  signedIn,
  Time,
} from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import type { SessionRevocation } from "./session_revocation.ts";
import { type SessionLists, shownSession } from "./session_lists.ts";

/** A session as its owner or an administrator sees it. */
export const SessionResponse = z.strictObject({
  id: Id,
  kind: z.enum(["api", "browser", "client"]).openapi({
    description:
      "Who holds it: an application with tokens of a login, a browser that is signed in on the pages of this " +
      "server, or an OAuth client",
    example: "api",
  }),
  client_id: z.string().nullable().openapi({ description: "The OAuth client that holds it", example: null }),
  client_name: z.string().nullable().openapi({ description: "The name of that client", example: null }),
  created_at: Time,
  last_seen_at: Time.openapi({
    description: "Time of the last refresh; for a browser, of the last page, to the minute",
  }),
  expires_at: Time.openapi({ description: "The session ends at this time, however often it is refreshed" }),
  ip: z.string().nullable().openapi({ description: "Address of the login", example: "192.0.2.7" }),
  user_agent: z.string().nullable().openapi({ example: "Mozilla/5.0" }),
  amr: z.array(z.string()).openapi({
    description: "How the user signed in (RFC 8176)",
    example: ["pwd", "otp", "mfa"],
  }),
  current: z.boolean().openapi({ description: "Whether this request uses the session", example: true }),
}).openapi("Session");

export const SessionPage = pageOf(SessionResponse).openapi("SessionPage");

const list = operation("GET /users/me/sessions", {
  operationId: "listMySessions",
  tags: ["sessions"],
  summary: "List your sessions, newest first",
  query: PageQuery,
  ...signedIn,
  ...ok(SessionPage, "Your live sessions"),
  ...leadsTo({ to: ["endMySession"], parameters: { id: "#/items/0/id" } }),
  ...problems("unavailable"),
});

const endOne = operation("DELETE /users/me/sessions/{id}", {
  operationId: "endMySession",
  tags: ["sessions"],
  summary: "End one of your sessions",
  params: z.strictObject({ id: Id }),
  ...ownAccount,
  ...noContent("Ended"),
  ...problems("not_found", "unavailable"),
});

const endOthers = operation("DELETE /users/me/sessions", {
  operationId: "endMyOtherSessions",
  tags: ["sessions"],
  summary: "End all your sessions except this one",
  ...ownAccount,
  ...noContent("Ended"),
  ...problems("unavailable"),
});

/** What the list of sessions needs. */
export type SessionListDeps = { sessionLists: SessionLists; pages: Pages };

/** A page of the user's live sessions, newest first. */
export async function sessionPage(
  { sessionLists, pages }: SessionListDeps,
  userId: string,
  query: z.output<typeof PageQuery>,
  currentId: string | undefined,
): Promise<z.infer<typeof SessionPage>> {
  const fetch = (before: string | null, limit: number) => sessionLists.page(userId, before, limit);
  const page = await pages.read(`sessions ${userId}`, query, fetch, ({ id }) => id);
  return { ...page, items: page.items.map((row) => ({ ...shownSession(row), current: row.id === currentId })) };
}

/** `GET|DELETE /users/me/sessions`, `DELETE /users/me/sessions/{id}` */
export const mySessionsRoute = resource(
  [endOne, list, endOthers],
  (app, deps: SessionListDeps & { sessionRevocation: SessionRevocation }) => {
    app.add(
      endOne,
      ({ caller, params: { id }, actor }) => deps.sessionRevocation.revokeOwnSession(caller.user.id, id, actor()),
    );
    app.add(list, ({ caller, query }) => sessionPage(deps, caller.user.id, query, caller.session?.id));
    app.add(
      endOthers,
      ({ caller: { user, session }, actor }) =>
        deps.sessionRevocation.revokeOtherOwnSessions(user.id, session.id, actor()),
    );
  },
);
