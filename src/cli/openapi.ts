import { createApp } from "../http/app.ts";
import { openApiDocument } from "../http/openapi.ts";
import { addRoutes } from "../routes.ts";
import { version } from "../version.ts";
import { configOf } from "./setup.ts";
import { jsonFlag, readArguments, type Verb } from "./verb.ts";

const usage = `sentinel openapi [--json]

  Prints what GET /openapi.json answers under these settings, as JSON with or without the flag. Opens no database.`;

/** `openapi [--json]` */
export const openapiVerb: Verb = {
  name: "openapi",
  summary: "Print the OpenAPI document",
  usage,
  run(args, io) {
    readArguments(args, jsonFlag);
    io.out(JSON.stringify(describeApi(configOf(io)), null, 2));
    return Promise.resolve(0);
  },
};

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
