import { operation, page, problems, resource, visitor } from "../../http/contract/contract.ts";
import { seeOther } from "../../http/pages/page_answer.ts";

const start = operation("GET /start", {
  operationId: "start",
  tags: ["pages"],
  summary: "Lead users to where they belong: the console, their account, or the page of this server",
  ...visitor,
  ...page("Another page"),
  ...problems("unavailable"),
});

/** `GET /start`. A browser whose session has ended forgets it, and gets the page for visitors. */
export const startRoute = resource([start], (app) => {
  app.addPage(start, ({ caller, visit, may }) => {
    if (caller) return seeOther(may("console:enter") ? "/console" : "/account");
    visit.endSession();
    return seeOther("/");
  });
});
