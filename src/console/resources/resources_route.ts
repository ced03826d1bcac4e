import { z } from "@hono/zod-openapi";
import { Id, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import type { Pages } from "../../http/contract/list_page.ts";
import { type ApiResources, shownApiResource } from "../../oauth/resources/api_resources.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { resourcePage, resourcesPage } from "./resources_page.ts";

const done = z.enum(["created", "changed", "removed"]).optional().catch(undefined);

const list = operation("GET /console/resources", {
  operationId: "showApisInConsole",
  tags: ["pages"],
  summary: "See the APIs that tokens are issued for",
  query: z.object({ done, page_token: z.string().optional() }),
  ...inConsole("api_resources:read"),
  ...page("A page of APIs"),
  ...problems("unavailable"),
});

const show = operation("GET /console/resources/{id}", {
  operationId: "showApiInConsole",
  tags: ["pages"],
  summary: "See an API, and how it checks tokens",
  params: z.strictObject({ id: Id }),
  query: z.object({ done }),
  ...inConsole("api_resources:read"),
  ...page("The API"),
  ...problems("not_found", "unavailable"),
});

type ResourcesDeps = { apiResources: ApiResources; pages: Pages; settings: Settings };

/** `GET /console/resources`, `GET /console/resources/{id}` */
export const resourcesPagesRoute = resource([list, show], (app, { apiResources, pages, settings }: ResourcesDeps) => {
  app.addPage(list, async ({ query: { page_token, done }, search, ...at }) => {
    const found = await pages.read("console resources", { page_token }, apiResources.page, ({ uri }) => uri);
    return resourcesPage(at, { found: { ...found, items: found.items.map(shownApiResource) }, search, done });
  });
  app.addPage(
    show,
    async ({ params: { id }, query: { done }, ...at }) =>
      resourcePage(at, { resource: await apiResources.find(id), issuer: settings.SENTINEL_PUBLIC_URL, done }),
  );
});
