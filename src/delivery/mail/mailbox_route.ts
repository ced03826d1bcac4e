import { operation, page, problems, resource, visitor } from "../../http/contract/contract.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { mailModeOf } from "./mail_mode.ts";
import type { Mailbox } from "./mailbox.ts";
import { mailboxPage } from "./mailbox_page.ts";

const show = operation("GET /dev/mailbox", {
  operationId: "showMailbox",
  tags: ["pages"],
  summary: "The mails that are kept in place of a mail server",
  ...visitor,
  ...page("The mails, the newest first"),
  ...problems("not_found"),
});

/** `GET /dev/mailbox`, for a browser on this machine only: who reads it can open every link. */
export const mailboxRoute = resource([show], (app, { mailbox, settings }: { mailbox: Mailbox; settings: Settings }) => {
  app.addPage(show, ({ visit }) => {
    if (mailModeOf(settings) !== "mailbox" || !visit.isLocal) throw new Problem("not_found");
    return mailboxPage(visit, mailbox.list());
  });
});
