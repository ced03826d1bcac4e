import { z } from "@hono/zod-openapi";
import { form, formPage, Id, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import type { ClientSecrets } from "../../oauth/clients/client_secrets.ts";
import type { Clients } from "../../oauth/clients/clients.ts";
import { expectedBy, revisionOf, whateverTheState } from "../../platform/revision.ts";
import { changeTexts } from "./change_texts.ts";
import { disablePage, endTokensPage, removePage } from "./client_deeds_page.ts";

const params = z.strictObject({ id: Id });
const path = "/console/clients/{id}";
const revision = z.string().max(64);
const common = { tags: ["pages"] as ["pages"], params };
const failures = problems("not_found", "precondition_failed", "invalid_token", "unavailable");

const askDisable = operation(`GET ${path}/disable`, {
  operationId: "askToDisableClient",
  summary: "What disabling an OAuth client does",
  ...common,
  ...inConsole("clients:write", { shows: "clients:read" }),
  ...page("The question"),
  ...problems("not_found", "unavailable"),
});

const disable = operation(`POST ${path}/disable`, {
  operationId: "disableClientInConsole",
  summary: "Disable an OAuth client",
  ...common,
  ...inConsole("clients:write", { shows: "clients:read" }),
  ...form(z.strictObject({ revision })),
  ...formPage("Disabled"),
  ...failures,
});

const enable = operation(`POST ${path}/enable`, {
  operationId: "enableClientInConsole",
  summary: "Enable an OAuth client",
  ...common,
  ...inConsole("clients:write", { shows: "clients:read" }),
  ...form(z.strictObject({})),
  ...formPage("Enabled"),
  ...failures,
});

const askRemove = operation(`GET ${path}/delete`, {
  operationId: "askToDeleteClient",
  summary: "What deleting an OAuth client does",
  ...common,
  ...inConsole("clients:write", { fresh: true, shows: "clients:read" }),
  ...page("The question"),
  ...problems("not_found", "unavailable"),
});

const remove = operation(`POST ${path}/delete`, {
  operationId: "deleteClientInConsole",
  summary: "Delete an OAuth client",
  ...common,
  ...inConsole("clients:write", { fresh: true, shows: "clients:read" }),
  ...form(z.strictObject({ confirm: z.string().max(200), revision })),
  ...formPage("Deleted, or the question again"),
  ...failures,
});

const askEnd = operation(`GET ${path}/end-tokens`, {
  operationId: "askToEndTokensOfClient",
  summary: "What revoking the tokens of an OAuth client does",
  ...common,
  ...inConsole("clients:write", { shows: "clients:read" }),
  ...page("The question"),
  ...problems("not_found", "unavailable"),
});

const end = operation(`POST ${path}/end-tokens`, {
  operationId: "endTokensOfClientInConsole",
  summary: "Revoke the tokens of an OAuth client",
  ...common,
  ...inConsole("clients:write", { shows: "clients:read" }),
  ...form(z.strictObject({})),
  ...formPage("Revoked"),
  ...failures,
});

type DeedsDeps = { oauthClients: Clients; clientSecrets: ClientSecrets };

/** The deeds to a client: disable and enable it, delete it, and revoke its tokens */
export const clientDeedsRoute = resource(
  [askDisable, disable, enable, askRemove, remove, askEnd, end],
  (app, { oauthClients, clientSecrets }: DeedsDeps) => {
    app.addPage(askDisable, async ({ params: { id }, ...at }) => {
      const client = await oauthClients.find(id);
      return disablePage(at, client, revisionOf(client));
    });
    app.addPage(disable, async ({ params: { id }, body: { revision }, actor, visit }) => {
      await oauthClients.change(id, { disabled: true }, expectedBy(`"${revision}"`), actor());
      const { disabled } = changeTexts[visit.language].done;
      return onward(visit, { title: disabled, next: `/console/clients/${id}?done=disabled` });
    });
    app.addPage(enable, async ({ params: { id }, actor, visit }) => {
      await oauthClients.change(id, { disabled: false }, whateverTheState, actor());
      const { enabled } = changeTexts[visit.language].done;
      return onward(visit, { title: enabled, next: `/console/clients/${id}?done=enabled` });
    });
    app.addPage(askRemove, async ({ params: { id }, ...at }) => {
      const client = await oauthClients.find(id);
      return removePage(at, client, { revision: revisionOf(client), secrets: await clientSecrets.list(id) });
    });
    app.addPage(remove, async ({ params: { id }, body: { confirm, revision }, actor, ...at }) => {
      const client = await oauthClients.find(id);
      if (confirm.trim() !== client.name) {
        const secrets = await clientSecrets.list(id);
        return removePage(at, client, { revision: revisionOf(client), secrets, typed: confirm });
      }
      await oauthClients.remove(id, expectedBy(`"${revision}"`), actor());
      const { removed } = changeTexts[at.visit.language].done;
      return onward(at.visit, { title: removed, next: "/console/clients" });
    });
    app.addPage(askEnd, async ({ params: { id }, ...at }) => endTokensPage(at, await oauthClients.find(id)));
    app.addPage(end, async ({ params: { id }, actor, visit }) => {
      await oauthClients.endTokens(id, actor());
      const { ended } = changeTexts[visit.language].done;
      return onward(visit, { title: ended, next: `/console/clients/${id}?done=tokens_ended` });
    });
  },
);
