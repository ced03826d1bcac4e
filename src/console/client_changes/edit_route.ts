import { z } from "@hono/zod-openapi";
import { form, formPage, Id, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import { validate } from "../../http/parsing/validation.ts";
import { ClientChangeRequest } from "../../oauth/clients/clients_route.ts";
import { clientGrantTypes, signsUsersIn } from "../../oauth/grant_types.ts";
import type { Clients } from "../../oauth/clients/clients.ts";
import { expectedBy, revisionOf } from "../../platform/revision.ts";
import { changeTexts } from "./change_texts.ts";
import { changeBy, type ClientDraft, draftOf } from "./client_draft.ts";
import { editPage } from "./edit_page.ts";
import { refusalOf } from "./form_errors.ts";

const params = z.strictObject({ id: Id });
const text = z.string().max(2_048).optional();
const uris = z.array(z.string().trim().max(2_048)).default([]).transform((list) => list.filter((uri) => uri !== ""));
const checked = z.literal("on").optional().transform((value) => value === "on");

const show = operation("GET /console/clients/{id}/edit", {
  operationId: "showEditOfClient",
  tags: ["pages"],
  summary: "The form that changes an OAuth client, with what a refusal showed to be missing",
  params,
  query: z.object({
    redirect_uris: text,
    post_logout_redirect_uris: text,
    scopes: text,
    resources: text,
    grant_types: z.enum(clientGrantTypes).optional().catch(undefined),
  }),
  ...inConsole("clients:write", { shows: "clients:read" }),
  ...page("The form"),
  ...problems("not_found", "unavailable"),
});

const save = operation("POST /console/clients/{id}/edit", {
  operationId: "changeClientInConsole",
  tags: ["pages"],
  summary: "Change an OAuth client",
  params,
  ...inConsole("clients:write", { shows: "clients:read" }),
  ...form(
    z.strictObject({
      name: z.string().trim().min(1).max(100),
      redirect_uris: uris,
      post_logout_redirect_uris: uris,
      backchannel_logout_uri: z.string().trim().max(2_048).default(""),
      backchannel_logout_session_required: checked,
      scopes: z.string().max(16_384).default(""),
      resources: z.string().max(16_384).default(""),
      grant_types: z.array(z.enum(clientGrantTypes)).default([]),
      first_party: checked,
      require_pkce: checked,
      require_pushed_authorization_requests: checked,
      dpop_bound_access_tokens: checked,
      jwks: z.string().max(16_384).default(""),
      jwks_uri: z.string().trim().max(2_048).default(""),
      revision: z.string().max(64),
    }),
    { repeatable: ["redirect_uris", "post_logout_redirect_uris", "grant_types"] },
  ),
  ...formPage("Changed, or the form again"),
  ...problems("not_found", "precondition_failed", "invalid_token", "unavailable"),
});

/** `GET|POST /console/clients/{id}/edit` */
export const clientEditRoute = resource([show, save], (app, { oauthClients }: { oauthClients: Clients }) => {
  app.addPage(show, async ({ params: { id }, query, actor, ...at }) => {
    const client = await oauthClients.find(id);
    if (client.token_endpoint_auth_method === "private_key_jwt") actor().requireFresh?.(); // now, not after keys were typed
    const added = Object.values(query).filter((value) => value !== undefined).join(" ") || undefined;
    const hasUsers = signsUsersIn(client.grant_types);
    return editPage(at, { client, draft: draftOf(client, query), hasUsers, revision: revisionOf(client), added });
  });
  app.addPage(save, async ({ params: { id }, body: { revision, ...body }, actor, ...at }) => {
    const before = await oauthClients.find(id);
    const hasUsers = signsUsersIn(before.grant_types);
    const draft: ClientDraft = before.grant_types.includes("authorization_code") || body.redirect_uris.length > 0
      ? body
      : {
        ...body,
        ...hiddenOf(draftOf(before)),
        ...hasUsers && { first_party: body.first_party },
      };
    const t = changeTexts[at.visit.language];
    try {
      const wanted = validate(ClientChangeRequest, changeBy(before, draft), "#");
      await oauthClients.change(id, wanted, expectedBy(`"${revision}"`), actor());
    } catch (error) {
      const refused = refusalOf(error, { precondition_failed: t.changedMeanwhile });
      return editPage(at, { client: before, draft, hasUsers, revision: revisionOf(before), added: undefined, refused });
    }
    return onward(at.visit, { title: t.saved, next: `/console/clients/${id}?done=changed` });
  });
});

/** What the form does not show of a client that users do not sign in to in a browser. */
function hiddenOf(draft: ClientDraft) {
  const { first_party, require_pkce, require_pushed_authorization_requests } = draft;
  const { backchannel_logout_uri, backchannel_logout_session_required } = draft;
  return {
    ...{ first_party, require_pkce, require_pushed_authorization_requests },
    ...{ backchannel_logout_uri, backchannel_logout_session_required },
  };
}
