import { z } from "@hono/zod-openapi";
import { shownName } from "../../vocabulary/identifiers.ts";
import { fromMemory, ok, operation, problems, requires, resource } from "../../http/contract/contract.ts";

const Greeting = z.strictObject({ message: z.string().openapi({ example: "Hello, Admin ada" }) }).openapi("Greeting");

const route = operation("GET /admin-only", {
  operationId: "enterAdminArea",
  tags: ["access"],
  summary: "Check that you may enter the admin area",
  ...requires("admin_area:enter"),
  ...fromMemory,
  ...ok(Greeting, "You may enter"),
  ...problems("unavailable"),
});

export const adminOnlyRoute = resource([route], (app) => {
  app.add(route, ({ caller }) => ({ message: `Hello, Admin ${shownName(caller.user)}` }));
});
