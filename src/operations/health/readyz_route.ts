import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { anyone, ok, operation, problems } from "../../http/contract/contract.ts";
import type { Readiness } from "./readiness.ts";

const Ready = z.strictObject({ status: z.literal("ready") }).openapi("Ready");

const route = operation({
  method: "get",
  path: "/readyz",
  operationId: "getReadiness",
  tags: ["operations"],
  summary: "Whether requests can be served: database, schema and keys, judged within a second",
  ...anyone,
  ...ok(Ready, "Ready"),
  ...problems("unavailable"),
});

/** `GET /readyz` */
export const readyzRoute = resource([route], (app, { readiness }: { readiness: Readiness }) => {
  app.add(route, async () => {
    await readiness.refuseUnlessReady();
    return { status: "ready" as const };
  });
});
