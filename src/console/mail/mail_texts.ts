import type { MailError } from "../../delivery/mail/smtp_failure.ts";

const english = {
  title: "Mail",
  modes: { smtp: "By a mail server", mailbox: "Kept in the mailbox of this server, for development", off: "Off" },
  off: "No mail is sent.",
  offAbout: "Password resets, invitations and notices do not reach anybody until SENTINEL_MAIL and a server are set.",
  mode: "How it is sent",
  waitingCount: "Waiting",
  deadCount: "Given up",
  oldest: "Oldest that waits",
  seconds: (seconds: number) => seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`,
  dead: "Given up",
  deadCaption: (shown: number, all: number) =>
    `${shown < all ? `The last ${shown} of ${all}` : all === 1 ? "1 mail" : `${all} mails`}, the latest first. ` +
    "They are deleted a week later. Times are UTC.",
  noneDead: "No mail was given up within the last week.",
  waiting: "Waiting",
  waitingCaption: (shown: number, all: number) =>
    `${shown < all ? `The first ${shown} of ${all}` : all === 1 ? "1 mail" : `${all} mails`}, in the order in which ` +
    "they are sent. Times are UTC.",
  noneWaiting: "Nothing waits.",
  letter: "Letter",
  recipient: "Recipient",
  created: "Created",
  gaveUp: "Given up",
  next: "Next attempt",
  attempts: "Attempts",
  reason: "Reason",
  notYet: "None yet",
  hidden: "Not shown without users:read",
  sendAgain: "Send again",
  sendOneAgain: (letter: string, recipient: string) => `Send again: ${letter} to ${recipient}`,
  sendAllAgain: "Send all again",
  sending: (count: number) => count === 1 ? "1 mail is sent again" : `${count} mails are sent again`,
  errors: {
    connection: "The mail server could not be reached",
    tls: "The encrypted connection failed",
    authentication: "The mail server refused the username or the password",
    timeout: "The mail server did not answer in time",
    refused_for_now: "The mail server refused it for now",
    refused: "The mail server refused it for good",
    invalid_answer: "The mail server gave an answer that is not SMTP",
    internal: "An error of Sentinel: see its log",
  } as Record<MailError, string>,
};

export type MailTexts = typeof english;

const german: MailTexts = {
  title: "E-Mail",
  modes: { smtp: "Über einen Mailserver", mailbox: "Im Postfach dieses Servers, für die Entwicklung", off: "Aus" },
  off: "Es werden keine E-Mails versandt.",
  offAbout:
    "Zurückgesetzte Passwörter, Einladungen und Hinweise erreichen niemanden, bis SENTINEL_MAIL und ein Server gesetzt sind.",
  mode: "Versandt",
  waitingCount: "Warten",
  deadCount: "Aufgegeben",
  oldest: "Am längsten wartet",
  seconds: (seconds) => seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`,
  dead: "Aufgegeben",
  deadCaption: (shown, all) =>
    `${shown < all ? `Die letzten ${shown} von ${all}` : all === 1 ? "1 E-Mail" : `${all} E-Mails`}, die neuesten ` +
    "zuerst. Sie werden nach einer Woche gelöscht. Zeiten in UTC.",
  noneDead: "In der letzten Woche wurde keine E-Mail aufgegeben.",
  waiting: "Warten",
  waitingCaption: (shown, all) =>
    `${shown < all ? `Die ersten ${shown} von ${all}` : all === 1 ? "1 E-Mail" : `${all} E-Mails`}, in der ` +
    "Reihenfolge des Versands. Zeiten in UTC.",
  noneWaiting: "Nichts wartet.",
  letter: "Brief",
  recipient: "Empfänger",
  created: "Angelegt",
  gaveUp: "Aufgegeben",
  next: "Nächster Versuch",
  attempts: "Versuche",
  reason: "Grund",
  notYet: "Noch keiner",
  hidden: "Ohne users:read nicht sichtbar",
  sendAgain: "Erneut senden",
  sendOneAgain: (letter, recipient) => `Erneut senden: ${letter} an ${recipient}`,
  sendAllAgain: "Alle erneut senden",
  sending: (count) => count === 1 ? "1 E-Mail wird erneut gesandt" : `${count} E-Mails werden erneut gesandt`,
  errors: {
    connection: "Der Mailserver war nicht erreichbar",
    tls: "Die verschlüsselte Verbindung kam nicht zustande",
    authentication: "Der Mailserver lehnte Benutzername oder Passwort ab",
    timeout: "Der Mailserver antwortete nicht rechtzeitig",
    refused_for_now: "Der Mailserver lehnte sie vorläufig ab",
    refused: "Der Mailserver lehnte sie endgültig ab",
    invalid_answer: "Die Antwort des Mailservers war kein SMTP",
    internal: "Ein Fehler von Sentinel: siehe sein Log",
  },
};

export const mailTexts: Readonly<Record<"en" | "de", MailTexts>> = { en: english, de: german };
