import type { InLanguages } from "./language.ts";

/** The texts around every page. */
export const frameTexts = {
  en: {
    aboutThisServer: "About this server",
    skipToContent: "Skip to content",
    menu: "Menu",
    goOn: "Continue",
    startPage: "Go to the start page",
    back: "Open the page again",
    signIn: "Sign in",
    forTheOperator: "For the operator",
    error: "Error",
    request: "Request",
    errorTitle: (title: string) => `Error: ${title}`,
  },
  de: {
    aboutThisServer: "Über diesen Server",
    skipToContent: "Zum Inhalt",
    menu: "Menü",
    goOn: "Weiter",
    startPage: "Zur Startseite",
    back: "Seite neu öffnen",
    signIn: "Anmelden",
    forTheOperator: "Für den Betreiber",
    error: "Fehler",
    request: "Anfrage",
    errorTitle: (title: string) => `Fehler: ${title}`,
  },
} satisfies InLanguages<unknown>;

type ProblemText = { title: string; about: string };

/** What pages say of problems. Those without a text of their own are said to be unexpected. */
export const problemTexts: InLanguages<Partial<Record<string, ProblemText>> & { other: ProblemText }> = {
  en: {
    other: {
      title: "This did not work",
      about: "The server could not do what the page asked for. Nothing was changed.",
    },
    form_refused: {
      title: "This form is too old",
      about: "It was opened before you last signed in, or another site sent it. Nothing was changed. Open the page " +
        "again, and repeat what you did.",
    },
    sign_in_required: {
      title: "Sign in again",
      about: "You are no longer signed in, or it was a while ago. Nothing was changed.",
    },
    email_unverified: {
      title: "Confirm your address",
      about: "We have sent you a mail. Open its link, then sign in.",
    },
    invalid_ticket: {
      title: "This link no longer works",
      about: "It was used, has expired, or a newer mail took its place. Ask for another mail.",
    },
    registration_closed: {
      title: "Registration is closed",
      about: "An administrator creates the accounts of this server.",
    },
    email_taken: {
      title: "The address is taken",
      about: "Another account has this e-mail address. Nothing was changed.",
    },
    invalid_token: { title: "Sign in again", about: "You are no longer signed in. Nothing was changed." },
    rate_limited: { title: "Too many attempts", about: "Wait a few minutes, then try again." },
    overloaded: { title: "The server is busy", about: "Wait a moment, then try again." },
    unavailable: {
      title: "The server is busy",
      about: "It cannot reach its database now. Wait a moment, then try again.",
    },
    too_many_at_once: { title: "Too many requests at once", about: "Wait a moment, then try again." },
    not_found: { title: "There is no such page", about: "It may have been removed, or the address is wrong." },
    forbidden: {
      title: "You may not do this",
      about: "Your account lacks the permission. An administrator can grant it.",
    },
    precondition_failed: {
      title: "It has changed meanwhile",
      about: "Another administrator was faster. Nothing was changed. Open the page again, and look at it as it is now.",
    },
    exclusion_violated: {
      title: "These roles exclude each other",
      about: "A role exclusion forbids that one user holds them together. Nothing was changed.",
    },
    last_admin: { title: "You are the last administrator", about: "Make another user an administrator first." },
    internal: { title: "Something went wrong", about: "The error is in the server's log, under the request below." },
  },
  de: {
    other: {
      title: "Das hat nicht geklappt",
      about: "Der Server konnte die Anfrage nicht ausführen. Nichts wurde geändert.",
    },
    form_refused: {
      title: "Dieses Formular ist zu alt",
      about: "Es wurde vor Ihrer letzten Anmeldung geöffnet, oder eine andere Website hat es gesendet. Nichts wurde " +
        "geändert. Öffnen Sie die Seite neu, und wiederholen Sie die Eingabe.",
    },
    sign_in_required: {
      title: "Melden Sie sich neu an",
      about: "Sie sind nicht mehr angemeldet, oder Ihre Anmeldung liegt länger zurück. Nichts wurde geändert.",
    },
    email_unverified: {
      title: "Bestätigen Sie Ihre Adresse",
      about: "Wir haben Ihnen eine E-Mail geschickt. Öffnen Sie den Link darin, und melden Sie sich dann an.",
    },
    invalid_ticket: {
      title: "Dieser Link gilt nicht mehr",
      about: "Er wurde benutzt, ist abgelaufen, oder eine neuere E-Mail hat ihn ersetzt. Fordern Sie eine neue an.",
    },
    registration_closed: {
      title: "Die Registrierung ist geschlossen",
      about: "Konten dieses Servers legt ein Administrator an.",
    },
    email_taken: {
      title: "Die Adresse ist vergeben",
      about: "Ein anderes Konto hat diese E-Mail-Adresse. Nichts wurde geändert.",
    },
    invalid_token: { title: "Melden Sie sich neu an", about: "Sie sind nicht mehr angemeldet. Nichts wurde geändert." },
    rate_limited: { title: "Zu viele Versuche", about: "Warten Sie einige Minuten, und versuchen Sie es dann wieder." },
    overloaded: { title: "Der Server ist ausgelastet", about: "Warten Sie kurz, und versuchen Sie es dann wieder." },
    unavailable: {
      title: "Der Server ist ausgelastet",
      about: "Er erreicht seine Datenbank gerade nicht. Warten Sie kurz, und versuchen Sie es dann wieder.",
    },
    too_many_at_once: {
      title: "Zu viele Anfragen zugleich",
      about: "Warten Sie kurz, und versuchen Sie es dann wieder.",
    },
    not_found: { title: "Diese Seite gibt es nicht", about: "Sie wurde entfernt, oder die Adresse ist falsch." },
    forbidden: {
      title: "Das dürfen Sie nicht",
      about: "Ihrem Konto fehlt die Berechtigung. Ein Administrator kann sie erteilen.",
    },
    precondition_failed: {
      title: "Es hat sich inzwischen geändert",
      about:
        "Ein anderer Administrator war schneller. Nichts wurde geändert. Öffnen Sie die Seite neu, und sehen Sie " +
        "nach, wie es jetzt ist.",
    },
    exclusion_violated: {
      title: "Diese Rollen schließen einander aus",
      about: "Ein Rollenausschluss verbietet, dass ein Benutzer sie zusammen hat. Nichts wurde geändert.",
    },
    last_admin: {
      title: "Sie sind der letzte Administrator",
      about: "Machen Sie zuerst einen anderen Benutzer zum Administrator.",
    },
    internal: {
      title: "Ein Fehler ist aufgetreten",
      about: "Er steht im Protokoll des Servers, unter der Anfrage unten.",
    },
  },
};
