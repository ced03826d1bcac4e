import { z } from "@hono/zod-openapi";
import type { Outbox } from "../../delivery/outbox/outbox.ts";
import { form, formPage, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import { logoutTokensPage } from "./logout_tokens_page.ts";
import { logoutTokensTexts } from "./logout_tokens_texts.ts";

/** Rows of each list. */
const shownMax = 50;

const show = operation("GET /console/logout-tokens", {
  operationId: "showLogoutTokensInConsole",
  tags: ["pages"],
  summary: "See which applications have not been told that sessions have ended",
  ...inConsole("system:read"),
  ...page("Logout tokens that wait, and those that were given up"),
  ...problems("unavailable"),
});

const retry = operation("POST /console/logout-tokens/retry", {
  operationId: "retryLogoutTokensInConsole",
  tags: ["pages"],
  summary: "Tell applications again: by one logout token that was given up, or all",
  ...inConsole("system:write"),
  ...form(z.strictObject({ id: z.uuid().optional() })),
  ...formPage("Leads back to the logout tokens"),
  ...problems("unavailable"),
});

/** `GET /console/logout-tokens`, `POST /console/logout-tokens/retry` */
export const logoutTokensRoute = resource([show, retry], (app, { outbox }: { outbox: Outbox }) => {
  app.addPage(show, async (at) => logoutTokensPage(at, await outbox.overview("http", shownMax)));
  app.addPage(retry, async ({ visit, body: { id }, actor }) => {
    const count = await outbox.revive("http", id ?? null, actor());
    return onward(visit, { title: logoutTokensTexts[visit.language].sending(count), next: "/console/logout-tokens" });
  });
});
