import { z } from "@hono/zod-openapi";
import { Id, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import type { Pages } from "../../http/contract/list_page.ts";
import type { ClientRefusals } from "../../oauth/clients/client_refusals.ts";
import type { ClientSecrets } from "../../oauth/clients/client_secrets.ts";
import type { Clients } from "../../oauth/clients/clients.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { clientPage } from "./client_page.ts";
import { clientsPage } from "./clients_page.ts";
import { type ClientDone, clientsTexts } from "./clients_texts.ts";

const list = operation("GET /console/clients", {
  operationId: "showClientsInConsole",
  tags: ["pages"],
  summary: "See the OAuth clients, and which of them are refused",
  query: z.object({
    q: z.string().max(100).transform((text) => text || undefined).optional(),
    state: z.enum(["enabled", "disabled", "refused"]).optional().catch(undefined),
    source: z.enum(["admin", "dynamic", "document"]).optional().catch(undefined),
    page_token: z.string().optional(),
  }),
  ...inConsole("clients:read"),
  ...page("A page of clients"),
  ...problems("unavailable"),
});

const doneNames = Object.keys(clientsTexts.en.done) as [ClientDone, ...ClientDone[]];

const show = operation("GET /console/clients/{id}", {
  operationId: "showClientInConsole",
  tags: ["pages"],
  summary: "See an OAuth client, its secrets, and why its requests were refused",
  params: z.strictObject({ id: Id }),
  query: z.object({ done: z.enum(doneNames).optional().catch(undefined) }),
  ...inConsole("clients:read"),
  ...page("The client"),
  ...problems("not_found", "unavailable"),
});

/** What the pages of clients need. */
export type ClientsDeps = {
  oauthClients: Clients;
  clientSecrets: ClientSecrets;
  clientRefusals: ClientRefusals;
  pages: Pages;
  clock: Clock;
  settings: Settings;
};

/** `GET /console/clients`, `GET /console/clients/{id}` */
export const clientsPagesRoute = resource(
  [list, show],
  (app, { oauthClients, clientSecrets, clientRefusals, pages, clock, settings }: ClientsDeps) => {
    app.addPage(list, async ({ query: { page_token, ...asked }, search, ...at }) => {
      const filter = { name: asked.q, source: asked.source, state: asked.state };
      const found = await pages.read(
        `console clients ${JSON.stringify(filter)}`,
        { page_token },
        (before, limit) => oauthClients.overview(filter, before, limit),
        ({ id }) => id,
      );
      return clientsPage(at, { asked, found, search });
    });
    app.addPage(show, async ({ params: { id }, query: { done }, ...at }) => {
      const client = await oauthClients.find(id);
      const secrets = await clientSecrets.list(id);
      const refusals = await clientRefusals.explained(client);
      const issuer = settings.SENTINEL_PUBLIC_URL;
      return clientPage(at, { client, secrets, refusals, issuer, now: clock.now(), done });
    });
  },
);
