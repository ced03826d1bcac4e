import { z } from "@hono/zod-openapi";
import type { RolePreviews } from "../../access/previews/role_previews.ts";
import type { Roles } from "../../access/roles/roles.ts";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import { form, formPage, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { expectedBy } from "../../platform/revision.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { rolesTexts } from "../roles/roles_texts.ts";
import { changeTexts } from "./change_texts.ts";
import { deletePage } from "./delete_page.ts";

const params = z.strictObject({ role: z.string() });

const ask = operation("GET /console/roles/{role}/delete", {
  operationId: "showDeletionOfRole",
  tags: ["pages"],
  summary: "Who would lose what if a role were deleted",
  params,
  ...inConsole("roles:write", { fresh: true, shows: "roles:read" }),
  ...page("The effect, and the form"),
  ...problems("not_found", "role_built_in", "unavailable"),
});

const remove = operation("POST /console/roles/{role}/delete", {
  operationId: "deleteRoleInConsole",
  tags: ["pages"],
  summary: "Delete a role",
  params,
  ...inConsole("roles:write", { fresh: true, shows: "roles:read" }),
  ...form(z.strictObject({ confirm: z.string().max(64), revision: z.string().max(64) })),
  ...formPage("Deleted"),
  ...problems("not_found", "role_built_in", "precondition_failed", "role_excluded", "invalid_token", "unavailable"),
});

type DeleteDeps = { roles: Roles; rolePreviews: RolePreviews; evaluator: PermissionEvaluator };

/** `GET|POST /console/roles/{role}/delete` */
export const roleDeleteRoute = resource([ask, remove], (app, { roles, rolePreviews, evaluator }: DeleteDeps) => {
  app.addPage(ask, ({ params: { role }, ...at }) => asked(at, role));
  app.addPage(remove, async ({ params: { role }, body: { confirm, revision }, actor, ...at }) => {
    if (confirm !== role) return await asked(at, role, { wrong: confirm, status: 422 });
    try {
      await roles.remove(role, expectedBy(`"${revision}"`), actor());
    } catch (error) {
      return await asked(at, role, { ...refusalOf(at, error) });
    }
    return onward(at.visit, { title: rolesTexts[at.visit.language].done.deleted, next: "/console/roles?done=deleted" });
  });

  async function asked(
    at: ConsoleVisit,
    name: string,
    refusal?: { wrong?: string; note?: readonly string[]; status: number },
  ): Promise<Page> {
    const preview = await rolePreviews.preview(name, { permissions: [], parents: [] }, at.caller);
    const members = (await roles.memberCounts([name])).get(name)!;
    const children = (await evaluator.graph()).childrenOf(name).length;
    return deletePage(at, { name, preview, members, children, ...(refusal && { refusal }) });
  }
});

function refusalOf({ visit }: ConsoleVisit, error: unknown): { note: readonly string[]; status: number } {
  const t = changeTexts[visit.language];
  if (!(error instanceof Problem)) throw error;
  const { code, status } = error;
  if (code === "precondition_failed") return { note: t.changedBeforeDeletion, status };
  if (code === "role_excluded") return { note: t.excluded, status };
  if (code === "forbidden") return { note: t.tooMuch, status };
  throw error;
}
