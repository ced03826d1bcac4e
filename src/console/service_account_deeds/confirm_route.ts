import { z } from "@hono/zod-openapi";
import { anyRevision, type Grants } from "../../access/grants/grants.ts";
import type { ServiceAccounts } from "../../accounts/service_accounts/service_accounts.ts";
import { form, formPage, Id, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import { expectedBy, revisionOf } from "../../platform/revision.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { accountPath } from "../service_accounts/account_page.ts";
import { type AccountDone, accountTexts } from "../service_accounts/account_texts.ts";
import { confirmationOf, deletionPage, revocationPage, statePage } from "./confirm_page.ts";
import { refusalOf } from "./form_refusal.ts";

const write = inConsole("service_accounts:write", { fresh: true, shows: "service_accounts:read" });
const grantFreshly = inConsole("roles:grant", { fresh: true, shows: "service_accounts:read" });
const params = z.strictObject({ id: Id });
const revision = z.string().max(64);
const role = z.string().max(64);
const tags: ["pages"] = ["pages"];

/** The page that asks before the state of an account is changed, and the form. */
function stateOperations(deed: "disable" | "enable") {
  const verb = deed === "disable" ? "Disable" : "Enable";
  return [
    operation(`GET /console/service-accounts/{id}/${deed}`, {
      operationId: `show${verb}ServiceAccount`,
      tags,
      summary: `${verb} a service account: what happens`,
      params,
      ...write,
      ...page("The effect, and the form"),
      ...problems("not_found", "unavailable"),
    }),
    operation(`POST /console/service-accounts/{id}/${deed}`, {
      operationId: `${deed}ServiceAccountInConsole`,
      tags,
      summary: `${verb} a service account`,
      params,
      ...write,
      ...form(z.strictObject({ revision })),
      ...formPage("Done"),
      ...problems("not_found", "precondition_failed", "invalid_token", "unavailable"),
    }),
  ] as const;
}

const [askDisable, disable] = stateOperations("disable");
const [askEnable, enable] = stateOperations("enable");

const askDelete = operation("GET /console/service-accounts/{id}/delete", {
  operationId: "showDeletionOfServiceAccount",
  tags,
  summary: "Ask whether to delete a service account",
  params,
  ...write,
  ...page("The effect, and the form"),
  ...problems("not_found", "unavailable"),
});

const remove = operation("POST /console/service-accounts/{id}/delete", {
  operationId: "deleteServiceAccountInConsole",
  tags,
  summary: "Delete a service account",
  params,
  ...write,
  ...form(z.strictObject({ confirm: z.string().max(100), revision })),
  ...formPage("Deleted"),
  ...problems("not_found", "precondition_failed", "service_account_in_use", "invalid_token", "unavailable"),
});

const askRevoke = operation("GET /console/service-accounts/{id}/revoke", {
  operationId: "showRevocationFromServiceAccount",
  tags,
  summary: "Ask whether to revoke a role from a service account",
  params,
  query: z.object({ role }),
  ...grantFreshly,
  ...page("The effect, and the form"),
  ...problems("not_found", "unavailable"),
});

const revoke = operation("POST /console/service-accounts/{id}/revoke", {
  operationId: "revokeFromServiceAccountInConsole",
  tags,
  summary: "Revoke a role from a service account",
  params,
  ...grantFreshly,
  ...form(z.strictObject({ role })),
  ...formPage("Revoked"),
  ...problems("not_found", "invalid_token", "unavailable"),
});

type ConfirmDeps = { serviceAccounts: ServiceAccounts; grants: Grants };

/** `GET|POST /console/service-accounts/{id}/disable`, `…/enable`, `…/delete`, `…/revoke` */
export const serviceAccountConfirmRoute = resource(
  [askDisable, disable, askEnable, enable, askDelete, remove, askRevoke, revoke],
  (app, { serviceAccounts, grants }: ConfirmDeps) => {
    for (const [ask, deed, disabled] of [[askDisable, disable, true], [askEnable, enable, false]] as const) {
      app.addPage(ask, async ({ params: { id }, ...at }) => {
        const account = await serviceAccounts.find(id);
        return statePage(at, account, disabled, confirmationOf(revisionOf(account)));
      });
      app.addPage(deed, async ({ params: { id }, body: { revision }, actor, ...at }) => {
        try {
          await serviceAccounts.change(id, { disabled }, expectedBy(`"${revision}"`), actor());
        } catch (error) {
          const refusal = refusalOf(at, error);
          const account = await serviceAccounts.find(id);
          return statePage(at, account, disabled, confirmationOf(revisionOf(account), refusal));
        }
        return went(at, disabled ? "disabled" : "enabled", accountPath(id));
      });
    }
    app.addPage(askDelete, async ({ params: { id }, ...at }) => {
      const account = await serviceAccounts.find(id);
      return deletionPage(at, account, confirmationOf(revisionOf(account)));
    });
    app.addPage(remove, async ({ params: { id }, body: { confirm, revision }, actor, ...at }) => {
      const account = await serviceAccounts.find(id);
      if (confirm !== account.name) {
        return deletionPage(at, account, { revision, wrong: confirm, status: 422 });
      }
      try {
        await serviceAccounts.remove(id, expectedBy(`"${revision}"`), actor());
      } catch (error) {
        const refusal = refusalOf(at, error);
        return deletionPage(at, account, confirmationOf(revisionOf(await serviceAccounts.find(id)), refusal));
      }
      return went(at, "deleted", "/console/service-accounts");
    });
    app.addPage(
      askRevoke,
      async ({ params: { id }, query: { role }, ...at }) => revocationPage(at, await serviceAccounts.find(id), role),
    );
    app.addPage(revoke, async ({ params: { id }, body: { role }, actor, ...at }) => {
      try {
        await grants.revoke(id, role, anyRevision, actor(), "service");
      } catch (error) {
        return revocationPage(at, await serviceAccounts.find(id), role, refusalOf(at, error));
      }
      return went(at, "revoked", accountPath(id));
    });
  },
);

function went({ visit }: ConsoleVisit, done: AccountDone, path: string) {
  return onward(visit, { title: accountTexts[visit.language].done[done], next: `${path}?done=${done}` });
}
