import { z } from "@hono/zod-openapi";
import { anyone, ok, operation, problems, resource } from "../../http/contract/contract.ts";
import type { Readiness } from "./readiness.ts";

const Ready = z.strictObject({
  status: z.literal("ready"),
  warnings: z.array(z.enum(["disk_full"])).optional().openapi({
    description: "What needs the operator's attention: `disk_full` if the database refused a write within the last " +
      "minute",
  }),
}).openapi("Ready");

const route = operation("GET /readyz", {
  operationId: "getReadiness",
  tags: ["operations"],
  summary: "Whether requests can be served: checks database, schema and keys within a second",
  ...anyone,
  ...ok(Ready, "Ready"),
  ...problems("unavailable"),
});

export const readyzRoute = resource([route], (app, { readiness }: { readiness: Readiness }) => {
  app.add(route, async () => {
    const warnings = await readiness.requireReady();
    return { status: "ready" as const, ...(warnings.length > 0 && { warnings }) };
  });
});
