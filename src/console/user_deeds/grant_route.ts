import { z } from "@hono/zod-openapi";
import type { Grants } from "../../access/grants/grants.ts";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import { requireRevision } from "../../accounts/users/user_revision.ts";
import type { Users } from "../../accounts/users/users.ts";
import {
  form,
  formPage,
  Id,
  inConsole,
  operation,
  page,
  problems,
  resource,
  RoleReference,
} from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import { expectedBy, revisionOf } from "../../platform/revision.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { gainOf } from "./access_change.ts";
import { deedTexts } from "./deed_texts.ts";
import { grantPage } from "./grant_page.ts";

const params = z.strictObject({ id: Id });

const show = operation("GET /console/users/{id}/grant", {
  operationId: "askGrantToUser",
  tags: ["pages"],
  summary: "Choose a role, and see what it would give the user",
  params,
  query: z.object({ role: RoleReference.transform((text) => text.trim() || undefined).optional() }),
  ...inConsole("roles:grant", { fresh: true, shows: "users:read" }),
  ...page("The roles, and what one gives"),
  ...problems("not_found", "unavailable"),
});

const grant = operation("POST /console/users/{id}/grant", {
  operationId: "doGrantToUser",
  tags: ["pages"],
  summary: "Grant a role to a user",
  params,
  ...inConsole("roles:grant", { fresh: true, shows: "users:read" }),
  ...form(
    z.strictObject({ role: RoleReference, expires: z.string().max(10).default(""), revision: z.string().max(64) }),
  ),
  ...formPage("Granted"),
  ...problems("not_found", "precondition_failed", "exclusion_violated", "last_admin", "invalid_token", "unavailable"),
});

type GrantDeps = { users: Users; grants: Grants; principals: PrincipalCache; evaluator: PermissionEvaluator };

/** The most roles that the page suggests. */
const suggestedMax = 300;

/** `GET|POST /console/users/{id}/grant` */
export const grantRoute = resource([show, grant], (app, deps: GrantDeps) => {
  const { users, grants, evaluator } = deps;

  /** What the page shows of a role that was chosen. */
  async function chosen(id: string, role: string | undefined) {
    const user = await users.find(id);
    const names = (await evaluator.graph()).roles;
    const isKnown = role !== undefined && names.has(role);
    return {
      user,
      roles: [...names].sort().slice(0, suggestedMax),
      role,
      gain: isKnown ? await gainOf(deps, id, role) : undefined,
      revision: revisionOf(user),
    };
  }

  app.addPage(
    show,
    async ({ params: { id }, query: { role }, visit, caller, may }) =>
      grantPage({ visit, caller, may }, await chosen(id, role)),
  );
  app.addPage(grant, async ({ params: { id }, body: { role, expires, revision }, visit, caller, may, actor }) => {
    const t = deedTexts[visit.language];
    const end = endOfDay(expires);
    try {
      if (end === undefined) throw wrongEnd();
      await grants.grant(id, role, end, (tx) => requireRevision(tx, id, expectedBy(`"${revision}"`)), actor());
    } catch (error) {
      if (!isOfField(error, "#/expires_at")) throw error;
      const again = await chosen(id, role);
      return grantPage({ visit, caller, may }, { ...again, expires, errors: { expires: t.wrongDay } });
    }
    return onward(visit, { title: t.granted(role), next: `/console/users/${id}#grants` });
  });
});

/** The end of a day in UTC; null without a day, undefined for text that is none. */
function endOfDay(day: string): Date | null | undefined {
  if (day === "") return null;
  const end = new Date(`${day}T23:59:59Z`);
  return /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(end.getTime()) ? end : undefined;
}

function wrongEnd(): Problem {
  const detail = "This is not a day.";
  return new Problem("invalid_request", { errors: [{ pointer: "#/expires_at", code: "invalid_value", detail }] });
}

function isOfField(error: unknown, pointer: string): boolean {
  return error instanceof Problem && (error.errors?.some((each) => each.pointer === pointer) ?? false);
}
