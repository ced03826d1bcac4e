import { z } from "@hono/zod-openapi";
import { Id, ok, operation, problems, requires, Time } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import type { ClientRefusals } from "./client_refusals.ts";
import type { Clients } from "./clients.ts";
import { refusalCauses } from "../refusals/refusal_rules.ts";
import { differenceKinds } from "../refusals/uri_difference.ts";

const RefusalsResponse = z.strictObject({
  items: z.array(
    z.strictObject({
      reason: z.string().openapi({ example: "scope not allowed: users:write" }),
      count: z.int().openapi({ example: 3 }),
      first_at: Time,
      last_at: Time,
      explanation: z.strictObject({
        cause: z.enum(refusalCauses).openapi({ example: "redirect_uri_not_registered" }),
        error: z.string().openapi({
          description: "What the client was told (RFC 6749); `page` where the user was kept on a page of Sentinel",
          example: "page",
        }),
        value: z.string().nullable().openapi({
          description: "What was sent, such as a URI, a scope, or the last characters of a secret",
          example: "https://ledger.example.com/callback/",
        }),
        difference: z.strictObject({
          registered: z.string().openapi({ example: "https://ledger.example.com/callback" }),
          kind: z.enum(differenceKinds).openapi({ example: "slash_more" }),
          before: z.string().openapi({ example: "https://ledger.example.com/callback" }),
          sent_part: z.string().openapi({ example: "/" }),
          registered_part: z.string().openapi({ example: "" }),
          after: z.string().openapi({ example: "" }),
          typing_error: z.boolean().openapi({
            description: "Whether at most two characters differ, at the same origin",
            example: true,
          }),
        }).nullable().openapi({
          description: "Where it differs from the registered value that is most like it",
        }),
        mended: z.boolean().openapi({
          description: "Whether the client was changed since, so that the request would not be refused for this reason",
          example: false,
        }),
        failing: z.boolean().openapi({
          description: "Whether there is something to mend; not where users deny, or are not signed in",
          example: true,
        }),
      }),
    }).openapi("ClientRefusal"),
  ),
}).openapi("ClientRefusals");

const list = operation("GET /clients/{id}/refusals", {
  operationId: "listClientRefusals",
  tags: ["clients"],
  summary: "Why requests of an OAuth client were refused, the latest reason first",
  description: "The latest 50 reasons, a few seconds late, each explained by what the client is now.",
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
      return { items: await clientRefusals.explained(await oauthClients.find(id)) };
    });
  },
);
