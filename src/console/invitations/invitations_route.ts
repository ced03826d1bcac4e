import { z } from "@hono/zod-openapi";
import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { PermissionEvaluator } from "../../access/roles/permission_evaluator.ts";
import type { Invitation, Invitations } from "../../accounts/invitations/invitations.ts";
import {
  form,
  formPage,
  Id,
  inConsole,
  operation,
  page,
  problems,
  resource,
  RoleReference,
} from "../../http/contract/contract.ts";
import type { Pages } from "../../http/contract/list_page.ts";
import { onward } from "../../http/pages/frame.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { shownName } from "../../vocabulary/identifiers.ts";
import { fieldErrorsOf } from "../frame/field_errors.ts";
import { invitationTexts } from "./invitation_texts.ts";
import { invitationsPage, revocationPage } from "./invitations_page.ts";

const list = operation("GET /console/invitations", {
  operationId: "showInvitationsInConsole",
  tags: ["pages"],
  summary: "Invitations that nobody has accepted, and the form for another one",
  query: z.object({ page_token: z.string().optional() }),
  ...inConsole("users:read"),
  ...page("A page of invitations"),
  ...problems("unavailable"),
});

const create = operation("POST /console/invitations", {
  operationId: "inviteInConsole",
  tags: ["pages"],
  summary: "Invite a user by mail",
  ...inConsole("users:write"),
  ...form(z.strictObject({ email: z.string().max(254), role: RoleReference.default("") })),
  ...formPage("Invited"),
  ...problems("rate_limited", "invalid_token", "unavailable"),
});

const askRevocation = operation("GET /console/invitations/revoke", {
  operationId: "askRevokeInvitation",
  tags: ["pages"],
  summary: "Ask whether to revoke an invitation",
  query: z.object({ id: Id }),
  ...inConsole("users:write"),
  ...page("What will happen, and the form"),
  ...problems("not_found", "unavailable"),
});

const revoke = operation("POST /console/invitations/revoke", {
  operationId: "revokeInvitationInConsole",
  tags: ["pages"],
  summary: "Revoke an invitation",
  ...inConsole("users:write"),
  ...form(z.strictObject({ id: Id })),
  ...formPage("Revoked"),
  ...problems("not_found", "invalid_token", "unavailable"),
});

type InvitationDeps = {
  invitations: Invitations;
  principals: PrincipalCache;
  evaluator: PermissionEvaluator;
  pages: Pages;
  settings: Settings;
};

/** The most roles that the page suggests. */
const suggestedMax = 300;

/** `GET|POST /console/invitations`, `GET|POST /console/invitations/revoke` */
export const invitationsRoute = resource([list, create, askRevocation, revoke], (app, deps: InvitationDeps) => {
  const { invitations } = deps;

  app.addPage(
    list,
    async ({ query: { page_token }, search, ...at }) =>
      invitationsPage(at, { ...await shown(deps, page_token), search }),
  );
  app.addPage(create, async ({ body: { email, role }, visit, caller, may, actor }) => {
    const t = invitationTexts[visit.language];
    const roles = role.trim() === "" ? [] : [role.trim()];
    try {
      await invitations.create({ email: email.trim(), roles }, actor());
    } catch (error) {
      const errors = fieldErrorsOf(error, { first: "email", taken: { email_taken: { email: t.emailTaken } } });
      if (!errors) throw error;
      const again = { ...await shown(deps, undefined), search: "", values: { email, role }, errors };
      return invitationsPage({ visit, caller, may }, again);
    }
    return onward(visit, { title: t.sent(email.trim()), next: "/console/invitations" });
  });
  app.addPage(askRevocation, async ({ query: { id }, ...at }) => revocationPage(at, await invitations.open(id)));
  app.addPage(revoke, async ({ body: { id }, visit, actor }) => {
    await invitations.revoke(id, actor());
    return onward(visit, { title: invitationTexts[visit.language].revoked, next: "/console/invitations" });
  });
});

/** A page of invitations with the names of those who invited, and what the form offers. */
async function shown(
  { invitations, principals, evaluator, pages, settings }: InvitationDeps,
  page_token: string | undefined,
) {
  const found = await pages.read("console invitations", { page_token }, invitations.page, ({ id }) => id);
  const inviters = [...new Set(found.items.flatMap(({ invited_by }) => invited_by ?? []))];
  principals.lookUp({ ids: inviters, names: [] });
  const users = await Promise.all(inviters.map(async (id) => await principals.user(id)));
  const names = new Map(users.flatMap((user) => user ? [[user.id, shownName(user)]] : []));
  const named = (each: Invitation) => ({
    ...each,
    inviter: each.invited_by === null ? null : names.get(each.invited_by) ?? null,
  });
  return {
    found: { ...found, items: found.items.map(named) },
    roles: [...(await evaluator.graph()).roles].sort().slice(0, suggestedMax),
    publicUrl: settings.SENTINEL_PUBLIC_URL,
  };
}
