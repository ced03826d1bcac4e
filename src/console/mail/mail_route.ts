import { z } from "@hono/zod-openapi";
import { mailModeOf } from "../../delivery/mail/mail_mode.ts";
import type { Outbox } from "../../delivery/outbox/outbox.ts";
import { form, formPage, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { mailPage } from "./mail_page.ts";
import { mailTexts } from "./mail_texts.ts";

/** Rows of each list. What is beyond them waits for the same reason. */
const shownMax = 50;

const show = operation("GET /console/mail", {
  operationId: "showMailInConsole",
  tags: ["pages"],
  summary: "See which mails wait, and which were given up",
  ...inConsole("system:read"),
  ...page("The outbox"),
  ...problems("unavailable"),
});

const retry = operation("POST /console/mail/retry", {
  operationId: "retryMailInConsole",
  tags: ["pages"],
  summary: "Send mails again that were given up: one, or all",
  ...inConsole("system:write"),
  ...form(z.strictObject({ id: z.uuid().optional() })),
  ...formPage("Leads back to the outbox"),
  ...problems("unavailable"),
});

/** `GET /console/mail`, `POST /console/mail/retry` */
export const mailRoute = resource(
  [show, retry],
  (app, { outbox, settings }: { outbox: Outbox; settings: Settings }) => {
    const mode = mailModeOf(settings);
    app.addPage(show, async (at) => mailPage(at, { mode, ...await outbox.overview("mail", shownMax) }));
    app.addPage(retry, async ({ visit, body: { id }, actor }) => {
      const count = await outbox.revive("mail", id ?? null, actor());
      return onward(visit, { title: mailTexts[visit.language].sending(count), next: "/console/mail" });
    });
  },
);
