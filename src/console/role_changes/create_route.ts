import { z } from "@hono/zod-openapi";
import type { Roles } from "../../access/roles/roles.ts";
import { form, formPage, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { rolePath } from "../roles/role_page.ts";
import { rolesTexts } from "../roles/roles_texts.ts";
import { type ChangeRefusal, fieldErrors } from "./change_page.ts";
import { changeTexts } from "./change_texts.ts";
import { createPage } from "./create_page.ts";
import { namesIn } from "./role_draft.ts";

const path = "/console/new-role";
const roleName = /^[a-z][a-z0-9_-]{1,63}$/;
const names = z.string().max(20_000).default("");

const show = operation(`GET ${path}`, {
  operationId: "showNewRole",
  tags: ["pages"],
  summary: "The form that creates a role",
  query: z.object({ name: z.string().max(64).default("") }),
  ...inConsole("roles:write"),
  ...page("The form"),
  ...problems("unavailable"),
});

const create = operation(`POST ${path}`, {
  operationId: "createRoleInConsole",
  tags: ["pages"],
  summary: "Create a role",
  ...inConsole("roles:write"),
  ...form(z.strictObject({
    name: z.string().max(100),
    description: z.string().max(1_000).default(""),
    add: names,
    add_parents: names,
    mfa: z.enum(["yes", "no"]).default("no"),
  })),
  ...formPage("Created"),
  ...problems("role_taken", "role_built_in", "exclusion_violated", "invalid_token", "unavailable"),
});

/** `GET|POST /console/new-role` */
export const roleCreateRoute = resource([show, create], (app, { roles }: { roles: Roles }) => {
  const empty = { description: "", add: [], addParents: [], mfaRequired: false };
  app.addPage(show, ({ query: { name }, ...at }) => createPage(at, { ...empty, name }));
  app.addPage(create, async ({ body: { name: typed, description, add, add_parents, mfa }, actor, ...at }) => {
    const name = typed.trim();
    const sketch = {
      name,
      description,
      add: namesIn(add),
      addParents: namesIn(add_parents),
      mfaRequired: mfa === "yes",
    };
    try {
      if (!roleName.test(name)) throw new BadName();
      const { add: permissions, addParents: parents, mfaRequired: mfa_required } = sketch;
      await roles.create({ name, description, permissions, parents, mfa_required }, actor());
    } catch (error) {
      return createPage(at, sketch, refusalOf(at, name, error));
    }
    const { created } = rolesTexts[at.visit.language].done;
    return onward(at.visit, { title: created, next: `${rolePath(name)}?done=created` });
  });
});

class BadName extends Error {}

/** What is wrong with the form. Other failures are not its business. */
function refusalOf({ visit }: ConsoleVisit, name: string, error: unknown): ChangeRefusal {
  const t = changeTexts[visit.language];
  if (error instanceof BadName) return { fields: { name: t.badName }, status: 422 };
  if (!(error instanceof Problem)) throw error;
  const { code, status, errors } = error;
  if (code === "role_taken") return { fields: { name: t.taken(name) }, status };
  if (code === "role_built_in") return { fields: { add_parents: t.ofAdmin }, status };
  if (code === "exclusion_violated") return { fields: { add_parents: t.excludesItself }, status };
  if (code === "forbidden") return { whole: t.tooMuch, status };
  if (errors) return { fields: fieldErrors(t, errors), status };
  throw error;
}
