import { z } from "@hono/zod-openapi";
import {
  Id,
  leadsTo,
  noContent,
  ok,
  operation,
  ownAccount,
  problems,
  signedIn,
  Time,
} from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import { resource } from "../../http/contract/resource.ts";
import { clientUrlLengthMax, clientUuid } from "../../vocabulary/clients/client_id.ts";
import { type Consents, shownConsent } from "./consents.ts";

/** A `client_id` as requests carry it: an id, or the URL of a client that describes itself. */
const ClientId = z.union([Id, z.string().startsWith("https://").max(clientUrlLengthMax)]).openapi({
  description: "The `client_id` that its requests carry",
  example: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e",
});

/** What a user allowed an application. */
export const ConsentResponse = z.strictObject({
  client_id: z.string().openapi({
    description: "The `client_id` that its requests carry",
    example: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e",
  }),
  name: z.string().openapi({ description: "The application", example: "Ledger" }),
  scopes: z.array(z.string()).openapi({ description: "What it may learn and do", example: ["email", "openid"] }),
  resources: z.array(z.string()).openapi({ description: "URIs of the APIs that it may use as you", example: [] }),
  granted_at: Time.openapi({ description: "When you last allowed it something" }),
  sessions: z.int().openapi({ description: "How many live sessions it holds", example: 1 }),
}).openapi("Consent");

const list = operation("GET /users/me/consents", {
  operationId: "listMyConsents",
  tags: ["clients"],
  summary: "List the applications that you allowed access to your account",
  description:
    "Applications of the operator ask for nothing and are not listed; `/users/me/sessions` has their sessions.",
  query: PageQuery,
  ...signedIn,
  ...ok(pageOf(ConsentResponse).openapi("ConsentPage"), "What you allowed, the newest applications first"),
  ...leadsTo({ to: ["withdrawMyConsent"], parameters: { client_id: "#/items/0/client_id" } }),
  ...problems("unavailable"),
});

const withdraw = operation("DELETE /users/me/consents/{client_id}", {
  operationId: "withdrawMyConsent",
  tags: ["clients"],
  summary: "Remove the access of an application to your account",
  description: "Its sessions end, and it has to ask you again.",
  params: z.strictObject({ client_id: ClientId }),
  ...ownAccount,
  ...noContent("Removed"),
  ...problems("not_found", "unavailable"),
});

/** `GET /users/me/consents`, `DELETE /users/me/consents/{client_id}` */
export const myConsentsRoute = resource(
  [list, withdraw],
  (app, { consents, pages }: { consents: Consents; pages: Pages }) => {
    app.add(list, async ({ caller: { user }, query }) => {
      const fetch = (before: string | null, limit: number) => consents.page(user.id, before, limit);
      const page = await pages.read(`consents ${user.id}`, query, fetch, ({ id }) => id);
      return { ...page, items: page.items.map(shownConsent) };
    });
    app.add(
      withdraw,
      ({ caller: { user }, params: { client_id }, actor }) =>
        consents.withdraw(user.id, clientUuid(client_id), actor()),
    );
  },
);
