import { inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { homePage } from "./home_page.ts";

const show = operation("GET /console", {
  operationId: "showConsole",
  tags: ["pages"],
  summary: "The state of the server at a glance",
  ...inConsole(),
  ...page("The start page of the console"),
  ...problems("unavailable"),
});

export const homeRoute = resource([show], (app) => {
  app.addPage(show, (at) => homePage(at));
});
