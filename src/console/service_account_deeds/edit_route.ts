import { z } from "@hono/zod-openapi";
import type { Grants } from "../../access/grants/grants.ts";
import type { ServiceAccounts } from "../../accounts/service_accounts/service_accounts.ts";
import { form, formPage, Id, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import { expectedBy, revisionOf } from "../../platform/revision.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { accountPath } from "../service_accounts/account_page.ts";
import { accountTexts } from "../service_accounts/account_texts.ts";
import { changeAccountPage, grantPage, newAccountPage } from "./edit_page.ts";
import type { FormRefusal } from "./form_page.ts";
import { namesIn, refusalOf, wrongDay, wrongName } from "./form_refusal.ts";

const write = inConsole("service_accounts:write", { fresh: true, shows: "service_accounts:read" });
const grantFreshly = inConsole("roles:grant", { fresh: true, shows: "service_accounts:read" });
const params = z.strictObject({ id: Id });
const name = z.string().max(200).transform((text) => text.trim());
const description = z.string().max(1_000).default("");
const revision = z.string().max(64);
const tags: ["pages"] = ["pages"];

const showNew = operation("GET /console/new-service-account", {
  operationId: "showNewServiceAccount",
  tags,
  summary: "The form that creates a service account",
  ...write,
  ...page("The form"),
  ...problems("unavailable"),
});

const create = operation("POST /console/new-service-account", {
  operationId: "createServiceAccountInConsole",
  tags,
  summary: "Create a service account",
  ...write,
  ...form(z.strictObject({ name, description, roles: z.string().max(10_000).default("") })),
  ...formPage("Created"),
  ...problems("service_account_taken", "exclusion_violated", "invalid_token", "unavailable"),
});

const showChange = operation("GET /console/service-accounts/{id}/change", {
  operationId: "showChangeOfServiceAccount",
  tags,
  summary: "The form that changes a service account",
  params,
  ...write,
  ...page("The form"),
  ...problems("not_found", "unavailable"),
});

const change = operation("POST /console/service-accounts/{id}/change", {
  operationId: "changeServiceAccountInConsole",
  tags,
  summary: "Change the name and the description of a service account",
  params,
  ...write,
  ...form(z.strictObject({ name, description, revision })),
  ...formPage("Changed"),
  ...problems("not_found", "precondition_failed", "service_account_taken", "invalid_token", "unavailable"),
});

const showGrant = operation("GET /console/service-accounts/{id}/grant", {
  operationId: "showGrantToServiceAccount",
  tags,
  summary: "The form that grants a role to a service account",
  params,
  query: z.object({ role: z.string().max(64).default("") }),
  ...grantFreshly,
  ...page("The form"),
  ...problems("not_found", "unavailable"),
});

const grant = operation("POST /console/service-accounts/{id}/grant", {
  operationId: "grantToServiceAccountInConsole",
  tags,
  summary: "Grant a role to a service account",
  params,
  ...grantFreshly,
  ...form(z.strictObject({ role: z.string().max(64), expires: z.string().max(10).default(""), revision })),
  ...formPage("Granted"),
  ...problems("not_found", "precondition_failed", "exclusion_violated", "invalid_token", "unavailable"),
});

type EditDeps = { serviceAccounts: ServiceAccounts; grants: Grants };

/** `GET|POST /console/new-service-account`, `GET|POST /console/service-accounts/{id}/change`, `…/grant` */
export const serviceAccountEditRoute = resource(
  [showNew, create, showChange, change, showGrant, grant],
  (app, { serviceAccounts, grants }: EditDeps) => {
    app.addPage(showNew, (at) => newAccountPage(at, { name: "", description: "", roles: [] }));
    app.addPage(create, async ({ body, actor, ...at }) => {
      const sketch = { ...body, roles: namesIn(body.roles) };
      const again = (refusal: FormRefusal) => newAccountPage(at, sketch, refusal);
      const wrong = wrongName(at, sketch.name);
      if (wrong) return again(wrong);
      try {
        const { id } = await serviceAccounts.create(sketch, actor());
        return went(at, id, "created");
      } catch (error) {
        return again(refusalOf(at, error, sketch.name));
      }
    });
    app.addPage(showChange, async ({ params: { id }, ...at }) => {
      const account = await serviceAccounts.find(id);
      return changeAccountPage(at, { account, revision: revisionOf(account) });
    });
    app.addPage(change, async ({ params: { id }, body: { revision, ...typed }, actor, ...at }) => {
      const wrong = wrongName(at, typed.name);
      try {
        if (!wrong) {
          await serviceAccounts.change(id, typed, expectedBy(`"${revision}"`), actor());
          return went(at, id, "changed");
        }
      } catch (error) {
        const refusal = refusalOf(at, error, typed.name);
        const account = await serviceAccounts.find(id);
        return changeAccountPage(at, { account, typed, revision: revisionOf(account), refusal });
      }
      const account = await serviceAccounts.find(id);
      return changeAccountPage(at, { account, typed, revision, refusal: wrong });
    });
    app.addPage(showGrant, async ({ params: { id }, query: { role }, ...at }) => {
      const account = await serviceAccounts.find(id);
      return grantPage(at, { account, typed: { role, expires: "" }, revision: revisionOf(account) });
    });
    app.addPage(grant, async ({ params: { id }, body: { revision, ...typed }, actor, ...at }) => {
      const end = endOfDay(typed.expires);
      try {
        if (end !== undefined) {
          const requireRevision = serviceAccounts.revisionOf(id, expectedBy(`"${revision}"`));
          await grants.grant(id, typed.role.trim(), end, requireRevision, actor(), "service");
          return went(at, id, "granted");
        }
      } catch (error) {
        const refusal = refusalOf(at, error, typed.role);
        const account = await serviceAccounts.find(id);
        return grantPage(at, { account, typed, revision: revisionOf(account), refusal });
      }
      return grantPage(at, { account: await serviceAccounts.find(id), typed, revision, refusal: wrongDay(at) });
    });
  },
);

function went({ visit }: ConsoleVisit, id: string, done: "created" | "changed" | "granted") {
  return onward(visit, { title: accountTexts[visit.language].done[done], next: `${accountPath(id)}?done=${done}` });
}

/** The end of a day in UTC; null without a day, undefined for text that is none. */
function endOfDay(day: string): Date | null | undefined {
  if (day === "") return null;
  const end = new Date(`${day}T23:59:59Z`);
  return /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(end.getTime()) ? end : undefined;
}
