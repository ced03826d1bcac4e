import { z } from "@hono/zod-openapi";
import { shownUser } from "../../accounts/users/user_revision.ts";
import type { Users } from "../../accounts/users/users.ts";
import type { Factors } from "../../credentials/factors/factors.ts";
import { inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import type { Pages } from "../../http/contract/list_page.ts";
import type { Db } from "../../platform/db/db.ts";
import type { SessionLists } from "../../sessions/sessions/session_lists.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { usersPage } from "./users_page.ts";

/** A filter that a browser sends empty when nothing was chosen. */
const optional = z.string().max(254).transform((text) => text.trim() || undefined).optional();

const list = operation("GET /console/users", {
  operationId: "showUsersInConsole",
  tags: ["pages"],
  summary: "Find users",
  query: z.object({
    q: optional,
    role: optional,
    state: z.enum(["", "active", "disabled"]).optional().catch(undefined),
    page_token: z.string().optional(),
  }),
  ...inConsole("users:read"),
  ...page("A page of users"),
  ...problems("unavailable"),
});

type UsersDeps = {
  db: Db;
  users: Users;
  pages: Pages;
  factors: Factors;
  sessionLists: SessionLists;
  settings: Settings;
};

/** `GET /console/users` */
export const usersRoute = resource([list], (app, deps: UsersDeps) => {
  const { db, users, pages, factors, sessionLists } = deps;
  const mustConfirm = deps.settings.SENTINEL_EMAIL_VERIFICATION === "required";

  app.addPage(list, async ({ query: { page_token, ...asked }, search, ...at }) => {
    const { q, role, state } = asked;
    const isDisabled = state ? state === "disabled" : undefined;
    const read = (name: { name?: string | undefined; email?: string | undefined }) => {
      const filter = { ...name, role, disabled: isDisabled };
      const fetch = (after: string | null, limit: number) => users.page(filter, after, limit);
      const list = `console users ${JSON.stringify({ q, role, state })}`;
      return pages.read(list, { page_token }, fetch, ({ list_name }) => list_name);
    };
    const named = await read(q?.includes("@") ? { email: q } : { name: q });
    const found = named.items.length === 0 && q !== undefined ? await read({ email: q }) : named;
    const ids = found.items.map(({ id }) => id);
    const kinds = await factors.kindsOfEach(db, ids);
    const sessions = await sessionLists.counts(ids);
    const items = found.items.map((row) => ({
      ...shownUser(row),
      factors: kinds.get(row.id) ?? [],
      signedIn: sessions.get(row.id),
    }));
    return usersPage(at, { asked, found: { ...found, items }, search, mustConfirm });
  });
});
