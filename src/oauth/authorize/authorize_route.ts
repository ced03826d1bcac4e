import { awayPage } from "../../http/contract/away_page.ts";
import { operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { foreignForm, sameByGet } from "../../http/contract/foreign_form.ts";
import { resource } from "../../http/contract/resource.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Authorizations } from "./authorizations.ts";
import { stepAfterGet } from "./step_page.ts";

const path = "/oauth/authorize";

const begin = operation(`GET ${path}`, {
  operationId: "authorize",
  tags: ["pages"],
  summary: "Let an application sign a user in (OAuth 2.1 §4.1, OpenID Connect Core 1.0 §3.1.2)",
  ...visitor,
  ...awayPage("Leads to the application, or to what the user has to do first"),
  ...problems("authorization_refused", "authorization_stale", "rate_limited", "too_many_clients", "unavailable"),
});

const beginByForm = operation(`POST ${path}`, {
  operationId: "authorizeByForm",
  tags: ["pages"],
  summary: "The same parameters as a form (OpenID Connect Core 1.0 §3.1.2.1)",
  ...visitor,
  ...foreignForm,
  ...page("Leads to the same request as a GET, to which browsers send their cookies"),
  ...problems("authorization_refused"),
});

/** `GET|POST /oauth/authorize` */
export const authorizeRoute = resource(
  [begin, beginByForm],
  (app, { authorizations, clock }: { authorizations: Authorizations; clock: Clock }) => {
    app.addPage(begin, async ({ visit, caller, search, concerns, client }) => {
      const step = await authorizations.begin(
        search,
        { caller, secret: visit.browser() },
        visit.ensureBrowser,
        client(),
      );
      if (step.client) concerns(step.client.id);
      return stepAfterGet(visit, step, { requestId: client().request_id!, at: new Date(clock.now()) });
    });
    app.addPage(beginByForm, ({ visit, body, client }) => {
      const facts = () => ({ requestId: client().request_id!, at: new Date(clock.now()) });
      return sameByGet(path, body) ?? stepAfterGet(visit, authorizations.refuseLong(), facts());
    });
  },
);
