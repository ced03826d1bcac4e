import { z } from "@hono/zod-openapi";
import { shownUser } from "../../accounts/users/user_revision.ts";
import type { Users } from "../../accounts/users/users.ts";
import { inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import type { Pages } from "../../http/contract/list_page.ts";
import { usersPage } from "./users_page.ts";

/** A filter that a browser sends empty when nothing was chosen. */
const optional = z.string().max(254).transform((text) => text || undefined).optional();

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

/** `GET /console/users` */
export const usersRoute = resource([list], (app, { users, pages }: { users: Users; pages: Pages }) => {
  app.addPage(list, async ({ query: { page_token, ...asked }, search, ...at }) => {
    const { q, role, state } = asked;
    const filter = {
      ...(q?.includes("@") ? { email: q } : { username: q }),
      role,
      disabled: state ? state === "disabled" : undefined,
    };
    const found = await pages.read(
      `console users ${JSON.stringify(filter)}`,
      { page_token },
      (after, limit) => users.page(filter, after, limit),
      ({ list_name }) => list_name,
    );
    return usersPage(at, { asked, found: { ...found, items: found.items.map(shownUser) }, search });
  });
});
