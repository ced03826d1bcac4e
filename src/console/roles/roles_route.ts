import { z } from "@hono/zod-openapi";
import type { Exclusions } from "../../access/exclusions/exclusions.ts";
import type { RoleGraph } from "../../access/roles/role_graph.ts";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import type { Roles } from "../../access/roles/roles.ts";
import { inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import type { Pages } from "../../http/contract/list_page.ts";
import { drawnAmong, type DrawnRoles, drawnRolesMax } from "./graph_page.ts";
import { rolePage } from "./role_page.ts";
import { rolesPage } from "./roles_page.ts";

/** The most exclusions that the page lists. */
const exclusionsShownMax = 50;

const done = z.enum(["created", "changed", "deleted", "exclusion_created", "exclusion_deleted"]).optional()
  .catch(undefined);

const list = operation("GET /console/roles", {
  operationId: "showRolesInConsole",
  tags: ["pages"],
  summary: "Find roles",
  query: z.object({ q: z.string().max(64).default(""), page_token: z.string().optional(), done }),
  ...inConsole("roles:read"),
  ...page("A page of roles"),
  ...problems("unavailable"),
});

const show = operation("GET /console/roles/{role}", {
  operationId: "showRoleInConsole",
  tags: ["pages"],
  summary: "A role: what it gives and by which path, who has it, and what excludes it",
  params: z.strictObject({ role: z.string() }),
  query: z.object({ page_token: z.string().optional(), done }),
  ...inConsole("roles:read"),
  ...page("The role"),
  ...problems("not_found", "unavailable"),
});

type RolesDeps = { roles: Roles; exclusions: Exclusions; evaluator: PermissionEvaluator; pages: Pages };

/** `GET /console/roles`, `GET /console/roles/{role}` */
export const rolesRoute = resource([list, show], (app, { roles, exclusions, evaluator, pages }: RolesDeps) => {
  app.addPage(list, async ({ query: { q, page_token, done }, search, ...at }) => {
    const fetch = (after: string | null, limit: number) => roles.page(q, after, limit);
    const found = await pages.read(`console roles ${q}`, { page_token }, fetch, ({ name }) => name);
    const counts = await roles.memberCounts(found.items.map(({ name }) => name));
    const listed = await exclusions.page(null, exclusionsShownMax);
    const graph = await evaluator.graph();
    const isFirst = q === "" && page_token === undefined;
    const drawn = await drawing(isFirst && graph.roles.size <= drawnRolesMax ? graph.roles : [], graph);
    return rolesPage(at, { found, counts, graph, drawn, exclusions: listed, q, search, done });
  });
  app.addPage(show, async ({ params, query: { page_token, done }, search, ...at }) => {
    const role = await roles.find(params.role);
    const { name } = role;
    const fetch = (after: string | null, limit: number) => roles.members(name, after, limit);
    const members = await pages.read(`console members ${name}`, { page_token }, fetch, ({ id }) => id);
    const graph = (await evaluator.graph()).withRole(role);
    const near = new Set([...graph.lineage(name), ...graph.heirsOf(name)]);
    const drawn = await drawing(near.size <= drawnRolesMax ? near : [], graph);
    return rolePage(at, { role, members, graph, drawn, exclusions: await exclusions.ofRole(name), search, done });
  });

  /** What is drawn of these roles. */
  async function drawing(names: Iterable<string>, graph: RoleGraph): Promise<DrawnRoles> {
    const drawn = drawnAmong(graph, names);
    const excluded = drawn.names.length > 0 ? await exclusions.rolesAmong(drawn.names) : new Set<string>();
    return { ...drawn, graph, excluded };
  }
});
