import { z } from "@hono/zod-openapi";
import { inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import type { Foundation } from "../../http/contract/foundation.ts";
import { settingsPage } from "./settings_page.ts";

const list = operation("GET /console/settings", {
  operationId: "showSettingsInConsole",
  tags: ["pages"],
  summary: "See each setting with its value and its source",
  query: z.object({
    q: z.string().max(254).optional(),
    shown: z.enum(["", "given"]).optional().catch(undefined),
  }),
  ...inConsole("system:read"),
  ...page("The settings"),
  ...problems("unavailable"),
});

/** `GET /console/settings` */
export const settingsRoute = resource([list], (app, { configuration }: Pick<Foundation, "configuration">) => {
  app.addPage(list, ({ query, ...at }) => settingsPage(at, configuration, query));
});
