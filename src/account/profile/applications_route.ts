import { z } from "@hono/zod-openapi";
import { form, formPage, Id, operation, page, problems, signedInBrowser } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import type { Consents } from "../../oauth/consents/consents.ts";
import { accountTexts } from "../texts/texts.ts";
import { removalPage } from "./applications_page.ts";

const show = operation("GET /account/applications/remove", {
  operationId: "showRemovalOfApplication",
  tags: ["pages"],
  summary: "Ask whether to remove the access of an application",
  query: z.object({ client_id: Id }),
  ...signedInBrowser,
  ...page("What ends, and the form"),
  ...problems("not_found", "unavailable"),
});

const remove = operation("POST /account/applications/remove", {
  operationId: "removeApplicationOfAccount",
  tags: ["pages"],
  summary: "Remove the access of an application, and end its sessions",
  ...signedInBrowser,
  ...form(z.strictObject({ client_id: Id })),
  ...formPage("Removed"),
  ...problems("not_found", "invalid_token", "unavailable"),
});

/** `GET|POST /account/applications/remove` */
export const applicationsRoute = resource([show, remove], (app, { consents }: { consents: Consents }) => {
  app.addPage(
    show,
    async ({ visit, caller, query: { client_id } }) =>
      removalPage(visit, caller, await consents.application(caller.user.id, client_id)),
  );
  app.addPage(remove, async ({ visit, caller: { user }, body: { client_id }, actor }) => {
    await consents.withdraw(user.id, client_id, actor());
    const [title] = accountTexts[visit.language].accessRemoved;
    return onward(visit, { title: title!, next: "/account?done=access_removed" });
  });
});
