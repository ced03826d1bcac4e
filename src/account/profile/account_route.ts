import { z } from "@hono/zod-openapi";
import type { OwnFactors } from "../../accounts/factors/own_factors.ts";
import type { OwnPasskeys } from "../../accounts/factors/own_passkeys.ts";
import type { Passkeys } from "../../credentials/passkeys/passkeys.ts";
import { form, formPage, Id, operation, page, problems, signedInBrowser } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import type { ApiKeyRow, ApiKeys } from "../../credentials/api_keys/api_keys.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Consents } from "../../oauth/consents/consents.ts";
import type { SessionLists } from "../../sessions/sessions/session_lists.ts";
import type { SessionRevocation } from "../../sessions/sessions/session_revocation.ts";
import { waysOf } from "../factors/factors_route.ts";
import { keysShownMax } from "../keys/keys_page.ts";
import { accountPage } from "./account_page.ts";
import { sessionsShownMax } from "./sessions_page.ts";
import { applicationsShownMax } from "./applications_page.ts";
import { accountTexts } from "../texts/texts.ts";

const show = operation("GET /account", {
  operationId: "showAccount",
  tags: ["pages"],
  summary: "See who you are, where you are signed in, and which applications have access",
  query: z.object({
    done: z.enum([
      "password_changed",
      "session_ended",
      "others_ended",
      "access_removed",
      "key_revoked",
      "username_changed",
    ]).optional()
      .catch(undefined),
  }),
  ...signedInBrowser,
  ...page("The account"),
  ...problems("unavailable"),
});

const endOne = operation("POST /account/sessions/end", {
  operationId: "endSessionOfAccount",
  tags: ["pages"],
  summary: "End one of your sessions",
  ...signedInBrowser,
  ...form(z.strictObject({ id: Id })),
  ...formPage("Ended"),
  ...problems("not_found", "invalid_token", "unavailable"),
});

const endOthers = operation("POST /account/sessions/end-others", {
  operationId: "endOtherSessionsOfAccount",
  tags: ["pages"],
  summary: "End all your sessions except this one",
  ...signedInBrowser,
  ...form(z.strictObject({})),
  ...formPage("Ended"),
  ...problems("invalid_token", "unavailable"),
});

type AccountDeps = {
  clock: Clock;
  sessionLists: SessionLists;
  sessionRevocation: SessionRevocation;
  consents: Consents;
  apiKeys: ApiKeys;
  ownFactors: OwnFactors;
  ownPasskeys: OwnPasskeys;
  passkeys: Passkeys;
};

/** `GET /account`, `POST /account/sessions/end`, `POST /account/sessions/end-others` */
export const accountRoute = resource(
  [show, endOne, endOthers],
  (app, deps: AccountDeps) => {
    const { clock, sessionLists, sessionRevocation, consents, apiKeys } = deps;
    app.addPage(show, async ({ visit, caller, query: { done } }) => {
      const { id } = caller.user;
      const sessions = await sessionLists.page(id, null, sessionsShownMax + 1);
      const applications = await consents.page(id, null, applicationsShownMax + 1);
      const keys = await apiKeys.page(caller.user, null, keysShownMax + 1);
      const isLive = ({ revoked_at, expires_at }: ApiKeyRow) =>
        revoked_at === null && (expires_at === null || expires_at.getTime() > clock.now());
      const ways = await waysOf(deps, id);
      return accountPage(visit, caller, { ways, sessions, applications, keys: keys.filter(isLive), done });
    });
    app.addPage(endOne, async ({ visit, caller: { user }, body: { id }, actor }) => {
      await sessionRevocation.revokeOwnSession(user.id, id, actor());
      const [title] = accountTexts[visit.language].sessionEnded;
      return onward(visit, { title: title!, next: "/account?done=session_ended" });
    });
    app.addPage(endOthers, async ({ visit, caller: { user, session }, actor }) => {
      await sessionRevocation.revokeOtherOwnSessions(user.id, session.id, actor());
      const [title] = accountTexts[visit.language].othersEnded;
      return onward(visit, { title: title!, next: "/account?done=others_ended" });
    });
  },
);
