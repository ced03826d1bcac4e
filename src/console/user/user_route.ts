import { z } from "@hono/zod-openapi";
import {
  Id,
  inConsole,
  operation,
  page,
  PermissionReference,
  problems,
  resource,
} from "../../http/contract/contract.ts";
import type { Pages } from "../../http/contract/list_page.ts";
import { type DossierDeps, gatherDossier, shownMax } from "./dossier.ts";
import { permissionsPage, userPage } from "./user_page.ts";

const params = z.strictObject({ id: Id });

const show = operation("GET /console/users/{id}", {
  operationId: "showUserInConsole",
  tags: ["pages"],
  summary: "A user: what they may do and why, where they are signed in, and what happened",
  params,
  query: z.object({
    permission: PermissionReference.transform((text) => text.trim() || undefined).optional(),
    done: z.literal("session_revoked").optional().catch(undefined),
    session: Id.optional().catch(undefined),
    resource: z.string().max(254).transform((text) => text.trim() || undefined).optional(),
  }),
  ...inConsole("users:read"),
  ...page("The user"),
  ...problems("not_found", "unavailable"),
});

const showPermissions = operation("GET /console/users/{id}/permissions", {
  operationId: "showPermissionsOfUserInConsole",
  tags: ["pages"],
  summary: "Every permission of a user, with the path to it",
  params,
  query: z.object({ page_token: z.string().optional() }),
  ...inConsole("users:read"),
  ...page("A page of permissions"),
  ...problems("not_found", "unavailable"),
});

/** `GET /console/users/{id}`, `GET /console/users/{id}/permissions` */
export const userRoute = resource([show, showPermissions], (app, deps: DossierDeps & { pages: Pages }) => {
  app.addPage(show, async ({ params: { id }, query, ...at }) => {
    const { permission, done, session } = query;
    const dossier = await gatherDossier(deps, { id, permission, ended: done && session, ...at });
    return userPage(at, dossier, { asked: query, max: shownMax });
  });
  app.addPage(showPermissions, async ({ params: { id }, query: { page_token }, search, caller, ...at }) => {
    const user = await deps.users.find(id);
    const fetch = (after: string | null, limit: number) =>
      deps.effectivePermissions.list(id, after, limit, caller, "person");
    const found = await deps.pages.read(`console permissions ${id}`, { page_token }, fetch, (row) => row.permission);
    return permissionsPage({ caller, ...at }, { user, found, search });
  });
});
