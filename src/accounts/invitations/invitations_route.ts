import { z } from "@hono/zod-openapi";
import { freshToGrantAdmin } from "../../access/roles/roles_route.ts";
import {
  anyone,
  created,
  Id,
  json,
  leadsTo,
  noContent,
  ok,
  operation,
  problems,
  requires,
  resource,
  RoleReference,
  Time,
} from "../../http/contract/contract.ts";
import { pageOf, PageQuery, type Pages } from "../../http/contract/list_page.ts";
import { MailTicket } from "../addresses/email_verification_route.ts";
import { accountMembers, PersonResponse } from "../users/me_route.ts";
import type { Invitations } from "./invitations.ts";

const InvitationResponse = z.strictObject({
  id: Id,
  email: z.string().openapi({ example: "grace@example.com" }),
  roles: z.array(z.string()).openapi({ example: ["user"] }),
  invited_by: Id.nullable().openapi({ description: "Null for a command of the server", example: null }),
  expires_at: Time,
}).openapi("Invitation");

const list = operation("GET /invitations", {
  operationId: "listInvitations",
  tags: ["accounts"],
  summary: "List invitations that nobody has accepted, the newest first",
  query: PageQuery,
  ...requires("users:read"),
  ...ok(pageOf(InvitationResponse).openapi("InvitationPage"), "A page of invitations"),
  ...problems("unavailable"),
});

const create = operation("POST /invitations", {
  operationId: "createInvitation",
  tags: ["accounts"],
  summary: "Invite a user by mail",
  description:
    "The link leads to `/invite?ticket=…`, works once, for 7 days, and for this address only. Another invitation " +
    "to the address replaces it. The account is created when the user accepts, if you may still grant the roles then.",
  ...requires("users:write"),
  ...freshToGrantAdmin,
  ...json(
    z.strictObject({
      email: accountMembers.email.unwrap(),
      roles: z.array(RoleReference).max(50).default([]).openapi({
        description: "Besides `user`; each requires `roles:grant` and every permission of the role",
        example: [],
      }),
    }).openapi("NewInvitation", { example: { email: "katherine@example.org" } }),
  ),
  ...created(InvitationResponse, "Invited", ({ id }) => `/invitations/${id}`),
  ...leadsTo({ to: ["revokeInvitation"], parameters: { id: "#/id" } }),
  ...problems("email_taken", "rate_limited", "unavailable"),
});

const revoke = operation("DELETE /invitations/{id}", {
  operationId: "revokeInvitation",
  tags: ["accounts"],
  summary: "Revoke an invitation",
  params: z.strictObject({ id: Id }),
  ...requires("users:write"),
  ...noContent("The link no longer works"),
  ...problems("not_found", "unavailable"),
});

const accept = operation("POST /invitations/accept", {
  operationId: "acceptInvitation",
  tags: ["accounts"],
  summary: "Create the account of an invitation",
  description: "The account has the address of the invitation, which counts as confirmed.",
  ...anyone,
  ...json(
    z.strictObject({ ticket: MailTicket, username: accountMembers.username, password: accountMembers.password })
      .openapi("InvitationAcceptance"),
  ),
  ...created(PersonResponse, "The account", ({ id }) => `/users/${id}`),
  ...problems("invalid_ticket", "username_taken", "email_taken", "exclusion_violated", "overloaded", "unavailable"),
});

/** `GET|POST /invitations`, `DELETE /invitations/{id}`, `POST /invitations/accept`, after `/invite?ticket=…` */
export const invitationsRoute = resource([list, create, accept, revoke], (app, { invitations, pages }: {
  invitations: Invitations;
  pages: Pages;
}) => {
  app.add(list, ({ query }) => pages.read("invitations", query, invitations.page, ({ id }) => id));
  app.add(create, ({ body, actor }) => invitations.create(body, actor()));
  app.add(accept, ({ body, actor }) => invitations.accept(body, actor().client));
  app.add(revoke, ({ params, actor }) => invitations.revoke(params.id, actor()));
});
