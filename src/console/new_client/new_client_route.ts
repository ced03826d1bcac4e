import { z } from "@hono/zod-openapi";
import { form, formPage, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { validate } from "../../http/parsing/validation.ts";
import { NewClientRequest } from "../../oauth/clients/clients_route.ts";
import type { Clients } from "../../oauth/clients/clients.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { changeTexts } from "../client_changes/change_texts.ts";
import { keysBy, wordsOf } from "../client_changes/client_draft.ts";
import { refusalOf } from "../client_changes/form_errors.ts";
import { issuedPage } from "../client_changes/issued_page.ts";
import {
  canHaveKeys,
  chooseKindPage,
  newClientPage,
  type NewDraft,
  type NewKind,
  newKinds,
} from "./new_client_page.ts";

const show = operation("GET /console/clients/new", {
  operationId: "showNewClient",
  tags: ["pages"],
  summary: "Register a client: its kind, then what it needs",
  query: z.object({ kind: z.enum(newKinds).optional().catch(undefined) }),
  ...inConsole("clients:write", { fresh: true }),
  ...page("The question, or the form"),
  ...problems("unavailable"),
});

const create = operation("POST /console/clients/new", {
  operationId: "createClientInConsole",
  tags: ["pages"],
  summary: "Register a client",
  ...inConsole("clients:write", { fresh: true }),
  ...form(
    z.strictObject({
      kind: z.enum(newKinds),
      name: z.string().trim().min(1).max(100),
      redirect_uris: z.array(z.string().trim().max(2_048)).default([]).transform((list) =>
        list.filter((uri) => uri !== "")
      ),
      scopes: z.string().max(16_384).default(""),
      resources: z.string().max(16_384).default(""),
      first_party: z.literal("on").optional().transform((value) => value === "on"),
      roles: z.string().max(4_096).default(""),
      jwks: z.string().max(16_384).default(""),
      jwks_uri: z.string().trim().max(2_048).default(""),
    }),
    { repeatable: ["redirect_uris"] },
  ),
  ...formPage("Registered, with the secret shown once, or the form again"),
  ...problems("invalid_token", "unavailable"),
});

/** `GET|POST /console/clients/new` */
export const newClientRoute = resource(
  [show, create],
  (app, { oauthClients, settings }: { oauthClients: Clients; settings: Settings }) => {
    app.addPage(
      show,
      ({ query: { kind }, ...at }) => kind === undefined ? chooseKindPage(at) : newClientPage(at, kind, emptyOf(kind)),
    );
    app.addPage(create, async ({ body: { kind, ...body }, actor, ...at }) => {
      const t = changeTexts[at.visit.language];
      try {
        const { client, secret } = await oauthClients.create(
          validate(NewClientRequest, wantedOf(kind, body), "#"),
          actor(),
        );
        const issuer = settings.SENTINEL_PUBLIC_URL;
        return issuedPage(at, { client, secret, issuer, title: t.registered(client.name) });
      } catch (error) {
        const draft = { ...emptyOf(kind), ...body };
        return newClientPage(at, kind, draft, refusalOf(error, { exclusion_violated: t.rolesExclude }));
      }
    });
  },
);

function emptyOf(kind: NewKind): NewDraft {
  const scopes = kind === "machine" || kind === "mcp" ? "" : "openid profile email";
  return {
    ...{ name: "", redirect_uris: [], post_logout_redirect_uris: [], scopes, resources: "", grant_types: [] },
    ...{ first_party: false, require_pkce: true, require_pushed_authorization_requests: false, roles: "" },
    ...{ dpop_bound_access_tokens: false, jwks: "", jwks_uri: "" },
    ...{ backchannel_logout_uri: "", backchannel_logout_session_required: false },
  };
}

function wantedOf(
  kind: NewKind,
  { name, redirect_uris, scopes, resources, first_party, roles, ...keys }: Pick<
    NewDraft,
    "name" | "redirect_uris" | "scopes" | "resources" | "first_party" | "roles" | "jwks" | "jwks_uri"
  >,
): Record<string, unknown> {
  const common = {
    ...{ name, scopes: wordsOf(scopes), resources: wordsOf(resources) },
    ...canHaveKeys(kind) ? keysBy(keys, false) : { token_endpoint_auth_method: "none" },
  };
  if (kind === "machine") return { ...common, grant_types: ["client_credentials"], roles: wordsOf(roles) };
  if (kind === "device") {
    return {
      ...{ ...common, first_party },
      grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
    };
  }
  return {
    ...{ ...common, redirect_uris, first_party },
    grant_types: ["authorization_code", "refresh_token"],
    application_type: kind === "native" || kind === "mcp" ? "native" : "web",
    native_localhost: kind === "mcp",
  };
}
