import { z } from "@hono/zod-openapi";
import { Id, ok, operation, problems, requires, Time } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import type { ClientRefusals } from "./client_refusals.ts";
import type { Clients } from "./clients.ts";

const RefusalsResponse = z.strictObject({
  items: z.array(
    z.strictObject({
      reason: z.string().openapi({ example: "scope not allowed: users:write" }),
      count: z.int().openapi({ example: 3 }),
      first_at: Time,
      last_at: Time,
    }).openapi("ClientRefusal"),
  ),
}).openapi("ClientRefusals");

const list = operation("GET /clients/{id}/refusals", {
  operationId: "listClientRefusals",
  tags: ["clients"],
  summary: "Why requests of an OAuth client were refused, the latest reason first",
  description: "The latest 50 reasons, a few seconds late.",
  params: z.strictObject({ id: Id }),
  ...requires("clients:read"),
  ...ok(RefusalsResponse, "The reasons, with how often and when"),
  ...problems("not_found", "unavailable"),
});

/** `GET /clients/{id}/refusals` */
export const clientRefusalsRoute = resource(
  [list],
  (app, { clientRefusals, oauthClients }: { clientRefusals: ClientRefusals; oauthClients: Clients }) => {
    app.add(list, async ({ params: { id } }) => {
      await oauthClients.find(id);
      return { items: await clientRefusals.list(id) };
    });
  },
);
