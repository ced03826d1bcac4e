import { inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import type { SystemStates } from "../../operations/state/system_state.ts";
import { systemPage } from "./system_page.ts";

const show = operation("GET /console/system", {
  operationId: "showSystemInConsole",
  tags: ["pages"],
  summary: "See the version, the database, the replicas, the jobs and the migrations",
  ...inConsole("system:read"),
  ...page("The state of this replica and of its database"),
  ...problems("unavailable"),
});

/** `GET /console/system` */
export const systemRoute = resource([show], (app, { systemStates }: { systemStates: SystemStates }) => {
  app.addPage(show, async (at) => systemPage(at, await systemStates.read()));
});
