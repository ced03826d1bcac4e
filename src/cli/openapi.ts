import { createApp } from "../http/request/app.ts";
import { openApiDocument } from "../http/contract/openapi.ts";
import { addRoutes } from "../compose/routes.ts";
import { version } from "../version.ts";
import { command } from "./command.ts";
import { configOf } from "./setup.ts";

/** `openapi` */
export const openapiCommand = command({
  name: "openapi",
  summary: "Print the OpenAPI document",
  about: "It is what GET /openapi.json answers under these settings. Opens no database.",
  run({ io }) {
    io.out(JSON.stringify(describeApi(configOf(io)), null, 2));
  },
});

/** Stands for whatever only requests need. The app below is asked for its operations and answers no request. */
const unserved = undefined as never;

/** The document of every operation, from the same declarations that the server enforces. */
export function describeApi({ publicUrl, docs }: { publicUrl: string; docs: boolean }) {
  const app = createApp({ guard: unserved, log: unserved });
  const about = { version, publicUrl };
  addRoutes(app, {
    users: unserved,
    registrations: unserved,
    grants: unserved,
    roleAdministration: unserved,
    exclusions: unserved,
    permissionRegistry: unserved,
    effectivePermissions: unserved,
    decisions: unserved,
    roles: unserved,
    sessions: unserved,
    rotation: unserved,
    endings: unserved,
    introspection: unserved,
    passwordChanges: unserved,
    db: unserved,
    pages: unserved,
    sessionLists: unserved,
    keys: unserved,
    readiness: unserved,
    instruments: unserved,
    metricsToken: undefined,
    docs,
    ...about,
  });
  return openApiDocument(app.hono as never, app.operations, about);
}
