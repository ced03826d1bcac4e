import { z } from "@hono/zod-openapi";
import { operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import type { SignIns } from "../../sessions/browser/sign_in.ts";
import { lostPage } from "./lost_page.ts";
import { nextPath } from "./next_path.ts";

const show = operation("GET /signin/lost", {
  operationId: "showLostFactor",
  tags: ["pages"],
  summary: "What to do after the loss of a device that a sign-in takes",
  query: z.object({ step: z.uuid().optional().catch(undefined), next: z.string().optional() }),
  ...visitor,
  ...page("The ways on"),
  ...problems("unavailable"),
});

/** `GET /signin/lost` */
export const lostFactorRoute = resource([show], (app, { signIns }: { signIns: SignIns }) => {
  app.addPage(show, async ({ visit, query: { step: id, next } }) => {
    const step = id === undefined ? undefined : await signIns.stepOf(id, visit.browser());
    return lostPage(visit, { step, next: nextPath(next) });
  });
});
