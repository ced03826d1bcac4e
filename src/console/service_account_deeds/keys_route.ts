import { z } from "@hono/zod-openapi";
import type { ServiceAccounts } from "../../accounts/service_accounts/service_accounts.ts";
import type { ApiKeys, KeyOwner } from "../../credentials/api_keys/api_keys.ts";
import { form, formPage, Id, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { accountPath } from "../service_accounts/account_page.ts";
import { accountTexts } from "../service_accounts/account_texts.ts";
import { deedTexts } from "./deed_texts.ts";
import type { FormRefusal } from "./form_page.ts";
import { namesIn, refusalOf } from "./form_refusal.ts";
import { issuedPage, keyDeedPage, newKeyPage } from "./keys_page.ts";

const write = inConsole("service_accounts:write", { fresh: true, shows: "service_accounts:read" });
const params = z.strictObject({ id: Id });
const ofKey = z.strictObject({ key: Id });
const tags: ["pages"] = ["pages"];

const showNew = operation("GET /console/service-accounts/{id}/new-key", {
  operationId: "showNewKeyOfServiceAccount",
  tags,
  summary: "The form that creates a key of a service account",
  params,
  ...write,
  ...page("The form"),
  ...problems("not_found", "unavailable"),
});

const create = operation("POST /console/service-accounts/{id}/new-key", {
  operationId: "createKeyOfServiceAccountInConsole",
  tags,
  summary: "Create a key of a service account",
  params,
  ...write,
  ...form(z.strictObject({
    name: z.string().max(200).transform((text) => text.trim()),
    scopes: z.string().max(20_000).default(""),
    days: z.string().regex(/^(?:never|\d{1,5})$/),
  })),
  ...formPage("The key, shown once"),
  ...problems("not_found", "too_many_api_keys", "invalid_token", "unavailable"),
});

const askRotate = operation("GET /console/service-accounts/{id}/rotate-key", {
  operationId: "showRotationOfServiceAccountKey",
  tags,
  summary: "Ask whether to rotate a key of a service account",
  params,
  query: ofKey,
  ...write,
  ...page("The effect, and the form"),
  ...problems("not_found", "unavailable"),
});

const rotate = operation("POST /console/service-accounts/{id}/rotate-key", {
  operationId: "rotateServiceAccountKeyInConsole",
  tags,
  summary: "Rotate a key of a service account",
  params,
  ...write,
  ...form(ofKey),
  ...formPage("The new secret, shown once"),
  ...problems("not_found", "too_many_secrets", "invalid_token", "unavailable"),
});

const askRevoke = operation("GET /console/service-accounts/{id}/revoke-key", {
  operationId: "showRevocationOfServiceAccountKey",
  tags,
  summary: "Ask whether to revoke a key of a service account",
  params,
  query: ofKey,
  ...write,
  ...page("The effect, and the form"),
  ...problems("not_found", "unavailable"),
});

const revoke = operation("POST /console/service-accounts/{id}/revoke-key", {
  operationId: "revokeServiceAccountKeyInConsole",
  tags,
  summary: "Revoke a key of a service account",
  params,
  ...write,
  ...form(ofKey),
  ...formPage("Revoked"),
  ...problems("not_found", "invalid_token", "unavailable"),
});

type KeysDeps = { serviceAccounts: ServiceAccounts; apiKeys: ApiKeys; clock: Clock; settings: Settings };

const dayMs = 86_400_000;
const overlapSeconds = 86_400;
const nameLengthMax = 100;
const owner = (id: string): KeyOwner => ({ id, kind: "service" });

/** `GET|POST /console/service-accounts/{id}/new-key`, `…/rotate-key`, `…/revoke-key` */
export const serviceAccountKeyPagesRoute = resource(
  [showNew, create, askRotate, askRevoke, rotate, revoke],
  (app, { serviceAccounts, apiKeys, clock, settings }: KeysDeps) => {
    const daysMax = settings.SENTINEL_API_KEY_TTL_MAX_DAYS;
    const offered = [90, 30, 365, null].filter((days) => daysMax === 0 || (days !== null && days <= daysMax));
    const lifetimes = offered.length > 0 ? offered : [daysMax];

    app.addPage(showNew, async ({ params: { id }, ...at }) => {
      const sketch = { name: "", scopes: [], days: String(lifetimes[0]) };
      return newKeyPage(at, { account: await serviceAccounts.find(id), sketch, lifetimes });
    });
    app.addPage(create, async ({ params: { id }, body, actor, ...at }) => {
      const account = await serviceAccounts.find(id);
      const sketch = { ...body, scopes: namesIn(body.scopes) };
      const again = (refusal: FormRefusal) => newKeyPage(at, { account, sketch, lifetimes, refusal });
      if (body.name === "" || body.name.length > nameLengthMax) {
        return again({ fields: { name: deedTexts[at.visit.language].noName }, status: 422 });
      }
      const expires_at = body.days === "never" ? null : new Date(clock.now() + Number(body.days) * dayMs);
      try {
        const { name, scopes } = sketch;
        return issuedPage(at, account, await apiKeys.create(owner(id), { name, scopes, expires_at }, actor()));
      } catch (error) {
        return again(refusalOf(at, error));
      }
    });
    for (const [ask, deed] of [[askRotate, "rotate"], [askRevoke, "revoke"]] as const) {
      app.addPage(ask, async ({ params: { id }, query, ...at }) => {
        const key = await apiKeys.find(owner(id), query.key);
        return keyDeedPage(at, deed, { account: await serviceAccounts.find(id), key });
      });
    }
    app.addPage(rotate, async ({ params: { id }, body: { key }, actor, ...at }) => {
      const account = await serviceAccounts.find(id);
      try {
        return issuedPage(at, account, await apiKeys.rotate(owner(id), key, overlapSeconds, actor()));
      } catch (error) {
        const refusal = refusalOf(at, error);
        return keyDeedPage(at, "rotate", { account, key: await apiKeys.find(owner(id), key), refusal });
      }
    });
    app.addPage(revoke, async ({ params: { id }, body: { key }, actor, ...at }) => {
      try {
        await apiKeys.revoke(owner(id), key, actor());
      } catch (error) {
        const refusal = refusalOf(at, error);
        const account = await serviceAccounts.find(id);
        return keyDeedPage(at, "revoke", { account, key: await apiKeys.find(owner(id), key), refusal });
      }
      const { key_revoked } = accountTexts[at.visit.language].done;
      return onward(at.visit, { title: key_revoked, next: `${accountPath(id)}?done=key_revoked#api-keys` });
    });
  },
);
