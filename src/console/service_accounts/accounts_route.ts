import { z } from "@hono/zod-openapi";
import type { EffectivePermissions } from "../../access/decisions/effective_permissions.ts";
import { type ServiceAccounts, shownServiceAccount } from "../../accounts/service_accounts/service_accounts.ts";
import type { ApiKeys } from "../../credentials/api_keys/api_keys.ts";
import { Id, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import type { Pages } from "../../http/contract/list_page.ts";
import { accountPage, keysShownMax, permissionsShownMax } from "./account_page.ts";
import { accountsPage } from "./accounts_page.ts";

const done = z.enum(["created", "changed", "deleted", "granted", "revoked", "disabled", "enabled", "key_revoked"])
  .optional().catch(undefined);

const list = operation("GET /console/service-accounts", {
  operationId: "showServiceAccountsInConsole",
  tags: ["pages"],
  summary: "Find service accounts",
  query: z.object({ q: z.string().max(64).default(""), page_token: z.string().optional(), done }),
  ...inConsole("service_accounts:read"),
  ...page("A page of service accounts"),
  ...problems("unavailable"),
});

const show = operation("GET /console/service-accounts/{id}", {
  operationId: "showServiceAccountInConsole",
  tags: ["pages"],
  summary: "A service account: what it may do and why, and its keys",
  params: z.strictObject({ id: Id }),
  query: z.object({ done }),
  ...inConsole("service_accounts:read"),
  ...page("The service account"),
  ...problems("not_found", "unavailable"),
});

type AccountsDeps = {
  serviceAccounts: ServiceAccounts;
  effectivePermissions: EffectivePermissions;
  apiKeys: ApiKeys;
  pages: Pages;
};

/** `GET /console/service-accounts`, `GET /console/service-accounts/{id}` */
export const serviceAccountPagesRoute = resource(
  [list, show],
  (app, { serviceAccounts, effectivePermissions, apiKeys, pages }: AccountsDeps) => {
    app.addPage(list, async ({ query: { q, page_token, done }, search, ...at }) => {
      const fetch = (after: string | null, limit: number) => serviceAccounts.page(q, after, limit);
      const found = await pages.read(`console service accounts ${q}`, { page_token }, fetch, ({ name }) => name);
      return accountsPage(at, { found: { ...found, items: found.items.map(shownServiceAccount) }, q, search, done });
    });
    app.addPage(show, async ({ params: { id }, query: { done }, ...at }) => {
      const account = await serviceAccounts.find(id);
      const permissions = await effectivePermissions.list(id, null, permissionsShownMax + 1, at.caller, "service");
      const keys = await apiKeys.page({ id, kind: "service" }, null, keysShownMax + 1);
      return accountPage(at, { account, permissions, keys, done });
    });
  },
);
