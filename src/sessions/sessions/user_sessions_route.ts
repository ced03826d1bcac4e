import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { Id, leadsTo, noContent, ok, operation, problems, requires } from "../../http/contract/contract.ts";
import { PageQuery } from "../../http/contract/list_page.ts";
import type { SessionRevocation } from "./session_revocation.ts";
import { type SessionListDeps, SessionPage, sessionPage } from "./my_sessions_route.ts";

const params = z.strictObject({ id: Id });

const list = operation("GET /users/{id}/sessions", {
  operationId: "listUserSessions",
  tags: ["sessions"],
  summary: "List a user's sessions, newest first",
  params,
  query: PageQuery,
  ...requires("sessions:read"),
  ...ok(SessionPage, "The user's live sessions"),
  ...leadsTo({ to: ["endUserSession"], parameters: { session_id: "#/items/0/id" } }),
  ...problems("not_found", "unavailable"),
});

const end = operation("DELETE /users/{id}/sessions", {
  operationId: "endUserSessions",
  tags: ["sessions"],
  summary: "End all sessions of a user",
  description: "You can end only sessions of users who hold no more than you do.",
  params,
  ...requires("sessions:revoke"),
  ...noContent("Ended"),
  ...problems("not_found", "unavailable"),
});

const endOne = operation("DELETE /users/{id}/sessions/{session_id}", {
  operationId: "endUserSession",
  tags: ["sessions"],
  summary: "End one session of a user",
  params: z.strictObject({ id: Id, session_id: Id }),
  ...requires("sessions:revoke"),
  ...noContent("Ended"),
  ...problems("not_found", "unavailable"),
});

/** `GET|DELETE /users/{id}/sessions`, `DELETE /users/{id}/sessions/{session_id}` */
export const userSessionsRoute = resource(
  [endOne, list, end],
  (app, deps: SessionListDeps & { sessionRevocation: SessionRevocation }) => {
    app.add(
      endOne,
      ({ params: { id, session_id }, actor }) =>
        deps.sessionRevocation.revokeSessionAsAdministrator(id, session_id, actor()),
    );
    app.add(list, async ({ caller, params: { id }, query }) => {
      await deps.sessionLists.requireUser(id);
      return await sessionPage(deps, id, query, caller.session?.id);
    });
    app.add(end, ({ params: { id }, actor }) => deps.sessionRevocation.revokeSessionsAsAdministrator(id, actor()));
  },
);
