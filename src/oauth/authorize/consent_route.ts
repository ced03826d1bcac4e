import { z } from "@hono/zod-openapi";
import { awayFormPage, awayPage } from "../../http/contract/away_page.ts";
import { form, Id, operation, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Client } from "../../vocabulary/actor.ts";
import type { Authorizations } from "./authorizations.ts";
import { stepAfterForm, stepAfterGet } from "./step_page.ts";

/** A flow that is no id is as stale as one that is over. */
const FlowQuery = z.object({ flow: Id.optional().catch(undefined) });

const show = operation("GET /consent", {
  operationId: "showConsent",
  tags: ["pages"],
  summary: "Go on to an application, or ask what it may do",
  query: FlowQuery,
  ...visitor,
  ...awayPage("Leads to the application or to the sign-in, or asks"),
  ...problems("authorization_refused", "authorization_stale", "rate_limited", "too_many_clients", "unavailable"),
});

const submit = operation("POST /consent", {
  operationId: "decideConsent",
  tags: ["pages"],
  summary: "Allow or deny an application its access",
  query: FlowQuery,
  ...visitor,
  ...form(z.strictObject({ decision: z.enum(["allow", "deny"]) })),
  ...awayFormPage("Leads to the application"),
  ...problems("authorization_refused", "authorization_stale", "rate_limited", "too_many_clients", "unavailable"),
});

/** `GET|POST /consent` */
export const consentRoute = resource(
  [show, submit],
  (app, { authorizations, clock }: { authorizations: Authorizations; clock: Clock }) => {
    app.addPage(show, async ({ visit, caller, query: { flow }, concerns, client }) => {
      const step = await authorizations.resume(flow, { caller, secret: visit.browser() }, client());
      if (step.client) concerns(step.client.id);
      return stepAfterGet(visit, step, factsOf(client()));
    });
    app.addPage(submit, async ({ visit, caller, query: { flow }, body, concerns, client, actor }) => {
      const browser = { caller, secret: visit.browser() };
      const step = await authorizations.answer(flow, browser, body.decision === "allow", actor());
      if (step.client) concerns(step.client.id);
      return stepAfterForm(visit, step, factsOf(client()));
    });

    function factsOf({ request_id }: Client) {
      return { requestId: request_id!, at: new Date(clock.now()) };
    }
  },
);
