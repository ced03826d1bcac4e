import { z } from "@hono/zod-openapi";
import type { Invitations } from "../../accounts/invitations/invitations.ts";
import { form, formPage, operation, page, problems, visitor } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { type PageAnswer, seeOther } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { SignIns } from "../../sessions/browser/sign_in.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { identifierLengthMax } from "../../vocabulary/identifiers.ts";
import { mailFormPage, stalePage } from "./mail_page.ts";
import { mailTexts } from "../texts/mail_texts.ts";
import { forgetMail, keepTicket, ticketOf } from "./mail_visit.ts";
import { type Refusal, refusalOf } from "../texts/refusal.ts";
import { TicketQuery } from "./reset_route.ts";
import { signInHere } from "../signin/signin_route.ts";
import { accountTexts } from "../texts/texts.ts";

const show = operation("GET /invite", {
  operationId: "showInvitation",
  tags: ["pages"],
  summary: "Accept an invitation; the link of a mail",
  query: TicketQuery,
  ...visitor,
  ...page("The form, if the link still works"),
  ...problems("invalid_ticket", "unavailable"),
});

const accept = operation("POST /invite", {
  operationId: "acceptInvitationOnPage",
  tags: ["pages"],
  summary: "Create the account of the invitation and sign in",
  ...visitor,
  ...form(z.strictObject({ username: z.string().max(identifierLengthMax).optional(), password: z.string() })),
  ...formPage("Signed in"),
  ...problems(
    "invalid_ticket",
    "username_taken",
    "email_taken",
    "exclusion_violated",
    "invalid_credentials",
    "rate_limited",
    "overloaded",
    "unavailable",
  ),
});

type InviteDeps = { settings: Settings; invitations: Invitations; signIns: SignIns };

/** `GET|POST /invite` */
export const inviteRoute = resource([show, accept], (app, { settings, invitations, signIns }: InviteDeps) => {
  const lengthMin = settings.SENTINEL_PASSWORD_MIN_LENGTH;

  app.addPage(show, async ({ visit, query: { ticket } }): Promise<PageAnswer> => {
    if (ticket !== undefined) {
      keepTicket(visit, ticket);
      return seeOther("/invite");
    }
    const invitation = await invitations.find(ticketOf(visit) ?? "");
    return invitation ? invitePage(visit, { email: invitation.email, lengthMin }) : stalePage(visit);
  });

  app.addPage(accept, async ({ visit, caller, body, client }) => {
    const t = mailTexts[visit.language];
    const ticket = ticketOf(visit) ?? "";
    const { password, username } = { ...body, username: body.username || undefined };
    const email = (await invitations.find(ticket))?.email;
    if (email === undefined) return stalePage(visit);
    try {
      await invitations.accept({ ticket, username, password }, client());
    } catch (error) {
      const taken = {
        username_taken: { field: "username", text: t.usernameTaken },
        email_taken: { field: "username", text: t.emailTaken },
      };
      const refused = refusalOf(error, accountTexts[visit.language], taken);
      if (!refused) throw error;
      return invitePage(visit, { email, lengthMin, username, refused });
    }
    forgetMail(visit);
    return await signInHere(signIns, { username: email, password }, {
      visit,
      caller,
      next: undefined,
      client: client(),
    });
  });
});

function invitePage(
  visit: Visit,
  { email, lengthMin, username, refused }: {
    email: string;
    lengthMin: number;
    username?: string | undefined;
    refused?: Refusal;
  },
) {
  const t = mailTexts[visit.language];
  const hint = accountTexts[visit.language].passwordHint(lengthMin);
  return mailFormPage(visit, {
    title: t.invited,
    about: t.invitedAbout(email),
    action: "/invite",
    fields: [
      {
        id: "username",
        label: t.username,
        autocomplete: "username",
        isRequired: false,
        value: username,
        hint: t.usernameHint,
      },
      { id: "password", label: t.password, type: "password", autocomplete: "new-password", hint },
    ],
    button: accountTexts[visit.language].createAccount,
    refused,
  });
}
