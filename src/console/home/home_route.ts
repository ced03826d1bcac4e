import { inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { homePage } from "./home_page.ts";
import { gatherOverview, type OverviewDeps } from "./overview.ts";

const show = operation("GET /console", {
  operationId: "showConsole",
  tags: ["pages"],
  summary: "The state of the server at a glance",
  ...inConsole(),
  ...page("The start page of the console"),
  ...problems("unavailable"),
});

/** `GET /console` */
export const homeRoute = resource([show], (app, deps: OverviewDeps) => {
  app.addPage(show, async (at) => homePage(at, await gatherOverview(deps, at.may)));
});
