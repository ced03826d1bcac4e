import { z } from "@hono/zod-openapi";
import type { Exclusions } from "../../access/exclusions/exclusions.ts";
import type { RolePreview, RolePreviews } from "../../access/previews/role_previews.ts";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import type { RoleDetailRow } from "../../access/roles/roles.ts";
import type { RoleChange, Roles } from "../../access/roles/roles.ts";
import { form, formPage, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { expectedBy } from "../../platform/revision.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { changePage, fieldErrors } from "./change_page.ts";
import { changeTexts } from "./change_texts.ts";
import { reviewPage } from "./review_page.ts";
import { changeBy, draftOf, type RoleDraft } from "./role_draft.ts";
import { drawnAmong, type DrawnRoles, type RoleEdge } from "../roles/graph_page.ts";
import { rolePath } from "../roles/role_page.ts";
import { rolesTexts } from "../roles/roles_texts.ts";

const names = z.string().max(20_000).default("");
const draftMembers = {
  add: names,
  remove: names,
  add_parents: names,
  remove_parents: names,
  description: z.string().max(1_000).optional(),
  mfa: z.enum(["yes", "no"]).optional(),
};

/** A checkbox that removes something is a member of its own, as each member occurs once. */
const DraftQuery = z.looseObject(draftMembers);

const params = z.strictObject({ role: z.string() });

const edit = operation("GET /console/roles/{role}/change", {
  operationId: "showChangeOfRole",
  tags: ["pages"],
  summary: "The form that changes a role",
  params,
  query: DraftQuery,
  ...inConsole("roles:write", { shows: "roles:read" }),
  ...page("The form"),
  ...problems("not_found", "role_built_in", "unavailable"),
});

const review = operation("GET /console/roles/{role}/review", {
  operationId: "reviewChangeOfRole",
  tags: ["pages"],
  summary: "Who would gain and who would lose what by a change of a role",
  params,
  query: DraftQuery,
  ...inConsole("roles:write", { fresh: true, shows: "roles:read" }),
  ...page("The preview, and the button that saves the change"),
  ...problems("not_found", "role_built_in", "unavailable"),
});

const save = operation("POST /console/roles/{role}/change", {
  operationId: "changeRoleInConsole",
  tags: ["pages"],
  summary: "Save the change of a role that was reviewed",
  params,
  ...inConsole("roles:write", { fresh: true, shows: "roles:read" }),
  ...form(z.strictObject({ ...draftMembers, revision: z.string().max(64) })),
  ...formPage("Saved, or reviewed again"),
  ...formPage("Saved, or reviewed again"),
  ...problems(
    "not_found",
    "role_built_in",
    "precondition_failed",
    "exclusion_violated",
    "invalid_token",
    "unavailable",
  ),
});

type ChangeDeps = { roles: Roles; rolePreviews: RolePreviews; exclusions: Exclusions; evaluator: PermissionEvaluator };

/** `GET|POST /console/roles/{role}/change`, `GET /console/roles/{role}/review` */
export const roleChangeRoute = resource([edit, review, save], (app, deps: ChangeDeps) => {
  const { roles, rolePreviews, exclusions, evaluator } = deps;
  app.addPage(edit, async ({ params: { role }, query, ...at }) => changePage(at, await editable(role), draftOf(query)));
  app.addPage(review, async ({ params, query, ...at }) => {
    const draft = draftOf(query);
    return await reviewed(at, await editable(params.role), draft);
  });
  app.addPage(save, async ({ params, body: { revision, ...body }, actor, ...at }) => {
    const draft = draftOf(body);
    const role = await editable(params.role);
    const { name } = role;
    try {
      await roles.change(name, changeBy(draft, role), expectedBy(`"${revision}"`), actor());
    } catch (error) {
      return await refused(at, role, draft, error);
    }
    const { changed } = rolesTexts[at.visit.language].done;
    return onward(at.visit, { title: changed, next: `${rolePath(name)}?done=changed` });
  });

  async function editable(name: string): Promise<RoleDetailRow> {
    const role = await roles.find(name);
    if (role.built_in) throw new Problem("role_built_in");
    return role;
  }

  /** The preview of the draft, or the form again with what is wrong with it. */
  async function reviewed(
    at: ConsoleVisit,
    role: RoleDetailRow,
    draft: RoleDraft,
    refusal?: { note: readonly string[]; status: number },
  ): Promise<Page> {
    const t = changeTexts[at.visit.language];
    const wanted = changeBy(draft, role);
    if (!refusal && isUnchanged(role, wanted)) return changePage(at, role, draft, { whole: t.unchanged, status: 422 });
    try {
      const preview = await rolePreviews.preview(role.name, wanted, at.caller);
      const drawn = await drawing(role, preview);
      return reviewPage(at, { role, draft, preview, drawn, ...(refusal && { refusal }) });
    } catch (error) {
      return changePage(at, role, draft, inForm(at, error));
    }
  }

  /** The roles around this one, with the edges that the change adds and removes; nothing if it leaves the hierarchy. */
  async function drawing(role: RoleDetailRow, { parents: { added, removed } }: RolePreview): Promise<DrawnRoles> {
    const before = (await evaluator.graph()).withRole(role);
    const parents = [...new Set([...role.parents, ...added]).difference(new Set(removed))];
    const graph = before.withRole({ ...role, parents });
    if (added.length + removed.length === 0) return { names: [], edges: [], graph, excluded: new Set() };
    const { name } = role;
    const near = [...before.lineage(name), ...graph.lineage(name), ...graph.heirsOf(name)];
    const { names, edges } = drawnAmong(graph, near);
    const isAdded = ({ from, to }: RoleEdge) => from === name && added.includes(to);
    return {
      names: [...new Set([...names, name, ...removed])].sort(),
      edges: [
        ...edges.map((edge): RoleEdge => isAdded(edge) ? { ...edge, tone: "good" } : edge),
        ...removed.map((to): RoleEdge => ({ from: name, to, tone: "bad" })),
      ],
      graph,
      excluded: await exclusions.rolesAmong(names),
    };
  }

  /** Why the change was not saved: on the preview of what it does now, or beside the field that is wrong. */
  async function refused(at: ConsoleVisit, role: RoleDetailRow, draft: RoleDraft, error: unknown): Promise<Page> {
    if (!(error instanceof Problem)) throw error;
    const t = changeTexts[at.visit.language];
    const { code, status } = error;
    if (code === "precondition_failed" || code === "exclusion_violated") {
      return await reviewed(at, role, draft, { note: t.changedMeanwhile, status });
    }
    if (code === "forbidden") return await reviewed(at, role, draft, { note: t.tooMuch, status });
    return changePage(at, role, draft, inForm(at, error));
  }
});

/** What is wrong with the form. Other failures are not its business. */
function inForm({ visit }: ConsoleVisit, error: unknown): { fields: Record<string, string>; status: number } {
  const t = changeTexts[visit.language];
  if (error instanceof Problem && error.errors) return { fields: fieldErrors(t, error.errors), status: error.status };
  const isOfAdmin = error instanceof Problem && error.code === "role_built_in";
  if (isOfAdmin) return { fields: { add_parents: t.ofAdmin }, status: 422 };
  throw error;
}

function isUnchanged(role: RoleDetailRow, { permissions, parents, description, mfa_required }: Required<RoleChange>) {
  const same = (a: string[], b: string[] = []) => new Set(a).symmetricDifference(new Set(b)).size === 0;
  return same(role.permissions, permissions) && same(role.parents, parents) && role.description === description &&
    role.mfa_required === mfa_required;
}
