import { z } from "@hono/zod-openapi";
import type { EffectivePermissions } from "../../access/decisions/effective_permissions.ts";
import type { ApiKeys } from "../../credentials/api_keys/api_keys.ts";
import {
  form,
  formPage,
  freshlySignedIn,
  Id,
  operation,
  page,
  problems,
  signedInBrowser,
} from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { Clock } from "../../platform/clock.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { type Refusal, refusalOf } from "../texts/refusal.ts";
import { accountTexts } from "../texts/texts.ts";
import { keyTexts } from "./key_texts.ts";
import { issuedKeyPage, keyRevocationPage, newKeyPage } from "./keys_page.ts";

const tags: ["pages"] = ["pages"];

/** The most permissions that the form offers, which is the most that a key carries. */
const scopesMax = 100;

const showAdd = operation("GET /account/keys/add", {
  operationId: "showApiKeyForm",
  tags,
  summary: "Create an API key",
  ...freshlySignedIn,
  ...page("The form"),
  ...problems("unavailable"),
});

const NewKeyForm = z.strictObject({
  name: z.string().min(1).max(100),
  days: z.string().regex(/^(?:never|\d{1,5})$/),
  scopes: z.array(z.string().max(127)).max(scopesMax).default([]),
});

const add = operation("POST /account/keys/add", {
  operationId: "createApiKeyOfAccount",
  tags,
  summary: "Create an API key and show it",
  ...freshlySignedIn,
  ...form(NewKeyForm, { repeatable: ["scopes"] }),
  ...formPage("The key, shown once"),
  ...problems("too_many_api_keys", "invalid_token", "unavailable"),
});

const showRevocation = operation("GET /account/keys/revoke", {
  operationId: "showApiKeyRevocation",
  tags,
  summary: "Ask whether to revoke an API key",
  query: z.object({ id: Id }),
  ...signedInBrowser,
  ...page("What happens, and the form"),
  ...problems("not_found", "unavailable"),
});

const revoke = operation("POST /account/keys/revoke", {
  operationId: "revokeApiKeyOfAccount",
  tags,
  summary: "Revoke one of your API keys",
  ...signedInBrowser,
  ...form(z.strictObject({ id: Id })),
  ...formPage("Revoked"),
  ...problems("not_found", "invalid_token", "unavailable"),
});

type KeysDeps = { settings: Settings; clock: Clock; apiKeys: ApiKeys; effectivePermissions: EffectivePermissions };

const dayMs = 86_400_000;

/** `GET|POST /account/keys/add`, `GET|POST /account/keys/revoke` */
export const keysRoute = resource(
  [showAdd, add, showRevocation, revoke],
  (app, { settings, clock, apiKeys, effectivePermissions }: KeysDeps) => {
    const daysMax = settings.SENTINEL_API_KEY_TTL_MAX_DAYS;
    const offered = [30, 90, 365, null].filter((days) => daysMax === 0 || (days !== null && days <= daysMax));
    const lifetimes = offered.length > 0 ? offered : [daysMax];

    app.addPage(showAdd, ({ visit, caller }) => formOf(visit, caller, { scopes: [], days: "90" }));
    app.addPage(add, async ({ visit, caller, body, actor }) => {
      const { name, scopes, days } = body;
      const expires_at = days === "never" ? null : new Date(clock.now() + Number(days) * dayMs);
      try {
        return issuedKeyPage(visit, caller, await apiKeys.create(caller.user, { name, scopes, expires_at }, actor()));
      } catch (error) {
        const tooMany = { field: "name", text: keyTexts[visit.language].tooMany };
        const refused = refusalOf(error, accountTexts[visit.language], { too_many_api_keys: tooMany });
        if (!refused) throw error;
        return await formOf(visit, caller, { ...body, refused });
      }
    });

    app.addPage(
      showRevocation,
      async ({ visit, caller, query: { id } }) => keyRevocationPage(visit, caller, await apiKeys.find(caller.user, id)),
    );
    app.addPage(revoke, async ({ visit, caller: { user }, body: { id }, actor }) => {
      await apiKeys.revoke(user, id, actor());
      const [title] = keyTexts[visit.language].revoked;
      return onward(visit, { title, next: "/account?done=key_revoked" });
    });

    async function formOf(
      visit: Visit,
      caller: BrowserCaller,
      { refused, ...chosen }: { name?: string; scopes: string[]; days: string; refused?: Refusal },
    ) {
      const held = await effectivePermissions.list(caller.user.id, null, scopesMax, caller, "person");
      return newKeyPage(visit, caller, {
        held: held.map(({ permission }) => permission),
        lifetimes,
        chosen,
        ...(refused && { refused }),
      });
    }
  },
);
