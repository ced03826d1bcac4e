import { z } from "@hono/zod-openapi";
import { anyone, fromMemory, ok, operation, problems, resource } from "../../http/contract/contract.ts";

const Alive = z.strictObject({ status: z.literal("alive") }).openapi("Alive");

const route = operation("GET /livez", {
  operationId: "getLiveness",
  tags: ["operations"],
  summary: "Whether the process answers; does not use the database",
  ...anyone,
  ...fromMemory,
  ...ok(Alive, "Alive"),
  ...problems(),
});

export const livezRoute = resource([route], (app) => {
  app.add(route, () => ({ status: "alive" as const }));
});
