import { feature } from "../http/contract/feature.ts";
import type { Foundation } from "../http/contract/foundation.ts";
import type { Instruments } from "../vocabulary/dictionary.ts";
import { mailboxRoute } from "./mail/mailbox_route.ts";
import { createMailbox, type Mailbox } from "./mail/mailbox.ts";
import { frameOf, openMailer } from "./mail/mail_setup.ts";
import type { Mailer } from "./mail/mailer.ts";
import { mailModeOf } from "./mail/mail_mode.ts";
import { createMails } from "./mail/mails.ts";
import type { MailError } from "./mail/smtp_failure.ts";
import { createOutbox } from "./outbox/outbox.ts";
import type { OutboundErrorClass } from "../platform/outbound.ts";
import "./dictionary.ts";

/** Why the receiver of a logout token did not take it. */
type LogoutError = OutboundErrorClass | "too_late" | "internal";

const second = 1_000;

/** What is sent in the background: the outbox, and mails. */
export const delivery = feature({
  name: "delivery",
  compose({ settings, db, log, instruments }: Foundation) {
    const mailer = openMailer(settings);
    const mailbox = createMailbox();
    const outbox = createOutbox({ db, log, ...measured(instruments) });
    const mails = createMails({
      outbox,
      isOn: mailModeOf(settings) !== "off",
      frame: frameOf(settings),
      send: sending(mailer, mailbox),
    });
    return { outbox, mails, mailer, mailbox };
  },
  jobs: [
    { name: "outbox", everyMs: second, run: ({ outbox }, stopping) => outbox.deliver("mail", stopping) },
    { name: "logout tokens", everyMs: second, run: ({ outbox }, stopping) => outbox.deliver("http", stopping) },
    { name: "outbox count", everyMs: 15 * second, run: ({ outbox }) => outbox.countRows() },
    { name: "outbox purge", everyMs: 60 * second, run: ({ outbox }) => outbox.purge() },
  ],
  resources: [mailboxRoute],
  stop: ({ mailer }) => mailer?.close(),
});

function sending(mailer: Mailer | undefined, mailbox: Mailbox) {
  return async (mail: Parameters<Mailbox["keep"]>[0]) => {
    if (mailer) await mailer.send(mail);
    else mailbox.keep(mail);
  };
}

function measured(instruments: Instruments): Pick<Parameters<typeof createOutbox>[0], "counted" | "countedRows"> {
  return {
    counted(kind, outcome, errorClass) {
      instruments.sentinel_outbox_messages_total.with({ kind, outcome }).inc();
      if (!errorClass) return;
      if (kind === "mail") instruments.sentinel_mail_failures_total.with({ error: errorClass as MailError }).inc();
      else instruments.sentinel_logout_token_failures_total.with({ error: errorClass as LogoutError }).inc();
    },
    countedRows({ kind, waiting, dead, oldest_seconds }) {
      instruments.sentinel_outbox_rows.with({ kind, state: "waiting" }).set(waiting);
      instruments.sentinel_outbox_rows.with({ kind, state: "dead" }).set(dead);
      instruments.sentinel_outbox_oldest_seconds.with({ kind }).set(oldest_seconds);
    },
  };
}
