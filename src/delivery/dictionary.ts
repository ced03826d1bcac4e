import { outboundErrorClasses } from "../platform/outbound.ts";
import { defineDictionary } from "../vocabulary/dictionary.ts";
import * as s from "../vocabulary/settings/setting_schemas.ts";
import { smtpUrl } from "../vocabulary/settings/smtp_url.ts";

const deliveryDictionary = defineDictionary({
  auditActions: {
    "mail.retried": "Mails that were given up are sent again",
    "logout_token.retried": "Applications are told again that sessions have ended, after that was given up",
  },
  metrics: {
    sentinel_outbox_messages_total: {
      kind: "counter",
      help:
        "Attempts to send what is in the outbox, by outcome; dropped means no longer worth sending, and dead that it " +
        "was given up.",
      labels: { kind: ["mail", "http"], outcome: ["sent", "dropped", "retried", "dead"] },
    },
    sentinel_mail_failures_total: {
      kind: "counter",
      help: "Mails that the mail server did not take, by reason; refused means for good.",
      labels: {
        error: [
          "connection",
          "tls",
          "authentication",
          "timeout",
          "refused_for_now",
          "refused",
          "invalid_answer",
          "internal",
        ],
      },
    },
    sentinel_logout_token_failures_total: {
      kind: "counter",
      help: "Logout tokens that the application did not take, by reason; the outbox has them as the kind http.",
      labels: {
        error: [
          ...outboundErrorClasses,
          "too_late",
          "internal",
        ],
      },
    },
    sentinel_outbox_rows: {
      kind: "gauge",
      merge: "max",
      help:
        "Messages that wait in the outbox, and those that were given up within the last week, as of the last count, " +
        "every 15 seconds. Equal on every replica.",
      labels: { kind: ["mail", "http"], state: ["waiting", "dead"] },
    },
    sentinel_outbox_oldest_seconds: {
      kind: "gauge",
      merge: "max",
      help: "Age of the oldest message that waits in the outbox; 0 if none waits.",
      labels: { kind: ["mail", "http"] },
    },
  },
  settings: {
    SENTINEL_SMTP_URL: {
      about: "Mail server: smtps://user:password@host:465, or smtp://…:587 with STARTTLS, which only `?tls=off` and " +
        "servers on this machine go without; `?ca=PATH` names a certificate authority",
      schema: smtpUrl,
      secret: s.withoutPassword,
    },
    SENTINEL_SMTP_PASSWORD: {
      about: "Password of the user in SENTINEL_SMTP_URL",
      schema: s.anything,
      otherwise: "the password in SENTINEL_SMTP_URL",
      secret: true,
    },
    SENTINEL_MAIL: {
      about:
        "How mail is sent: `smtp`; `mailbox`, which keeps it in memory and shows it at /dev/mailbox on this machine; " +
        "or `off`",
      schema: s.oneOf("smtp", "mailbox", "off"),
      default: (text) => text("SENTINEL_SMTP_URL") ? "smtp" : text("DATABASE_URL") ? "off" : "mailbox",
      otherwise: "smtp with SENTINEL_SMTP_URL, mailbox with the embedded database, off otherwise",
    },
    SENTINEL_MAIL_FROM: {
      about: "Address that mails are from; required with SENTINEL_MAIL=smtp",
      schema: s.matching(/^[^\s@<>"(),:;\\[\]]{1,64}@[^\s@<>"(),:;\\[\]]{1,253}$/, "must be a mailbox address"),
    },
  },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    delivery: typeof deliveryDictionary;
  }
}
