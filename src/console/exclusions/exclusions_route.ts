import { z } from "@hono/zod-openapi";
import type { Exclusions } from "../../access/exclusions/exclusions.ts";
import { form, formPage, Id, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { rolesTexts } from "../roles/roles_texts.ts";
import {
  deleteExclusionPage,
  type ExclusionRefusal,
  type ExclusionSketch,
  newExclusionPage,
} from "./exclusion_page.ts";
import { exclusionTexts } from "./exclusion_texts.ts";

const path = "/console/new-exclusion";

const show = operation(`GET ${path}`, {
  operationId: "showNewExclusion",
  tags: ["pages"],
  summary: "The form that adds a role exclusion",
  ...inConsole("roles:write", { fresh: true }),
  ...page("The form"),
  ...problems("unavailable"),
});

const create = operation(`POST ${path}`, {
  operationId: "createExclusionInConsole",
  tags: ["pages"],
  summary: "Add a role exclusion",
  ...inConsole("roles:write", { fresh: true }),
  ...form(z.strictObject({
    description: z.string().max(1_000).default(""),
    roles: z.string().max(10_000),
    at_most: z.string().max(10),
  })),
  ...formPage("Added"),
  ...problems("exclusion_violated", "invalid_token", "unavailable"),
});

const params = z.strictObject({ id: Id });

const ask = operation("GET /console/exclusions/{id}/delete", {
  operationId: "showDeletionOfExclusion",
  tags: ["pages"],
  summary: "Ask whether to delete a role exclusion",
  params,
  ...inConsole("roles:write", { fresh: true }),
  ...page("The effect, and the form"),
  ...problems("not_found", "unavailable"),
});

const remove = operation("POST /console/exclusions/{id}/delete", {
  operationId: "deleteExclusionInConsole",
  tags: ["pages"],
  summary: "Delete a role exclusion",
  params,
  ...inConsole("roles:write", { fresh: true }),
  ...form(z.strictObject({})),
  ...formPage("Deleted"),
  ...problems("not_found", "invalid_token", "unavailable"),
});

/** `GET|POST /console/new-exclusion`, `GET|POST /console/exclusions/{id}/delete` */
export const exclusionsRoute = resource(
  [show, create, ask, remove],
  (app, { exclusions }: { exclusions: Exclusions }) => {
    app.addPage(show, (at) => newExclusionPage(at, { description: "", roles: [], atMost: "1" }));
    app.addPage(create, async ({ body: { description, roles: typed, at_most }, actor, ...at }) => {
      const roles = [...new Set(typed.split(/[\s,]+/).filter(Boolean))];
      const sketch = { description, roles, atMost: at_most.trim() };
      const wrong = refusalOf(at, sketch);
      if (wrong) return newExclusionPage(at, sketch, wrong);
      try {
        await exclusions.create({ description, roles, at_most: Number(sketch.atMost) }, actor());
      } catch (error) {
        return newExclusionPage(at, sketch, refusedBy(at, error));
      }
      const title = rolesTexts[at.visit.language].done.exclusion_created;
      return onward(at.visit, { title, next: "/console/roles?done=exclusion_created#exclusions" });
    });
    app.addPage(ask, async ({ params: { id }, ...at }) => deleteExclusionPage(at, await exclusions.find(id)));
    app.addPage(remove, async ({ params: { id }, actor, ...at }) => {
      try {
        await exclusions.remove(id, actor());
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "forbidden") throw error;
        const note = exclusionTexts[at.visit.language].forbidden;
        return deleteExclusionPage(at, await exclusions.find(id), { note, status: error.status });
      }
      const title = rolesTexts[at.visit.language].done.exclusion_deleted;
      return onward(at.visit, { title, next: "/console/roles?done=exclusion_deleted#exclusions" });
    });
  },
);

/** What is wrong before anything is asked of the rules: the form has names and a number as text. */
function refusalOf({ visit }: ConsoleVisit, { roles, atMost }: ExclusionSketch): ExclusionRefusal | undefined {
  const t = exclusionTexts[visit.language];
  if (roles.length < 2) return { fields: { roles: t.tooFew }, status: 422 };
  const isLess = /^[1-9]\d{0,2}$/.test(atMost) && Number(atMost) < roles.length;
  return isLess ? undefined : { fields: { at_most: t.tooMany(roles.length) }, status: 422 };
}

function refusedBy({ visit }: ConsoleVisit, error: unknown): ExclusionRefusal {
  const t = exclusionTexts[visit.language];
  if (!(error instanceof Problem)) throw error;
  const { code, status, errors } = error;
  if (code === "exclusion_violated") return { whole: t.violated, status };
  if (code === "forbidden") return { whole: t.forbidden, status };
  const unknown = errors?.find((each) => each.code === "unknown_role");
  if (!unknown) throw error;
  return { fields: { roles: t.unknownRole(/"(.*)"/.exec(unknown.detail)?.[1] ?? "") }, status };
}
