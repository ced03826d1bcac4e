import { z } from "@hono/zod-openapi";
import { form, formPage, Id, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import type { ClientSecrets } from "../../oauth/clients/client_secrets.ts";
import type { Clients } from "../../oauth/clients/clients.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { changeTexts } from "./change_texts.ts";
import { issuedPage } from "./issued_page.ts";
import { createSecretPage, revokeSecretPage } from "./client_secrets_page.ts";
import { refusalOf } from "./form_errors.ts";

const params = z.strictObject({ id: Id });
const path = "/console/clients/{id}/secrets";
const common = {
  tags: ["pages"] as ["pages"],
  params,
  ...inConsole("clients:write", { fresh: true, shows: "clients:read" }),
};

const askCreate = operation(`GET ${path}/new`, {
  operationId: "askToCreateClientSecret",
  summary: "What a new secret of an OAuth client does",
  ...common,
  ...page("The question"),
  ...problems("not_found", "unavailable"),
});

const create = operation(`POST ${path}/new`, {
  operationId: "createClientSecretInConsole",
  summary: "Rotate the secret of an OAuth client",
  ...common,
  ...form(z.strictObject({ overlap: z.enum(["0", "3600", "86400", "604800", "2592000"]) })),
  ...formPage("The new secret, shown once, or the question again"),
  ...problems("not_found", "too_many_secrets", "client_without_secret", "invalid_token", "unavailable"),
});

const askRevoke = operation(`GET ${path}/revoke`, {
  operationId: "askToRevokeClientSecret",
  summary: "What revoking a secret of an OAuth client does",
  ...common,
  query: z.object({ secret_id: Id }),
  ...page("The question"),
  ...problems("not_found", "unavailable"),
});

const revoke = operation(`POST ${path}/revoke`, {
  operationId: "revokeClientSecretInConsole",
  summary: "Revoke a secret of an OAuth client",
  ...common,
  ...form(z.strictObject({ secret_id: Id })),
  ...formPage("Revoked"),
  ...problems("not_found", "invalid_token", "unavailable"),
});

type SecretsDeps = { oauthClients: Clients; clientSecrets: ClientSecrets; settings: Settings };

/** `GET|POST /console/clients/{id}/secrets/new`, `GET|POST /console/clients/{id}/secrets/revoke` */
export const clientSecretsPagesRoute = resource(
  [askCreate, create, askRevoke, revoke],
  (app, { oauthClients, clientSecrets, settings }: SecretsDeps) => {
    app.addPage(askCreate, async ({ params: { id }, ...at }) => {
      const client = await oauthClients.find(id);
      return createSecretPage(at, client, await clientSecrets.list(id));
    });
    app.addPage(create, async ({ params: { id }, body: { overlap }, actor, ...at }) => {
      const client = await oauthClients.find(id);
      const t = changeTexts[at.visit.language];
      try {
        const { secret } = await clientSecrets.rotate(id, Number(overlap), actor());
        const issuer = settings.SENTINEL_PUBLIC_URL;
        return issuedPage(at, { client, secret, issuer, title: t.newSecretTitle(client.name) });
      } catch (error) {
        const texts = { too_many_secrets: t.tooManySecrets, client_without_secret: t.publicClient };
        return createSecretPage(at, client, await clientSecrets.list(id), refusalOf(error, texts));
      }
    });
    app.addPage(askRevoke, async ({ params: { id }, query: { secret_id }, ...at }) => {
      const client = await oauthClients.find(id);
      const secret = (await clientSecrets.list(id)).find((each) => each.id === secret_id);
      if (!secret) throw new Problem("not_found");
      return revokeSecretPage(at, client, secret);
    });
    app.addPage(revoke, async ({ params: { id }, body: { secret_id }, actor, visit }) => {
      await clientSecrets.remove(id, secret_id, actor());
      const { revoked } = changeTexts[visit.language];
      return onward(visit, { title: revoked, next: `/console/clients/${id}?done=secret_revoked` });
    });
  },
);
