import type { IdentityScope } from "../scopes.ts";
import type { PageReason } from "./authorization_requests.ts";

type AuthorizeTexts = typeof english;

const english = {
  consentTitle: (application: string) => `${application} wants access to your account`,
  unknownApplication: (name: string) =>
    `It calls itself “${name}”. Nobody here has checked that: allow it only if you started this yourself.`,
  signedInAs: "Signed in as",
  notYou: "Not you?",
  willBeAble: (application: string) => `${application} will be able to`,
  scopes: {
    openid: "Recognize you when you come back",
    profile: "See your username",
    email: "See your e-mail address, and whether it is confirmed",
    roles: "See your roles on this server",
    offline_access: "Keep its access while you are signed out, until you remove it",
  } as Record<IdentityScope, string>,
  ownScope: "Use this permission on this server, as far as you have it",
  scopeOf: (api: string) => `Use this at ${api}`,
  promise: (application: string) =>
    `${application} never sees your password, and never gets more access than you have. You can remove its access at ` +
    "any time in your",
  account: "account",
  allow: "Allow access",
  deny: "Deny",
  returnTo: "Either way, you return to",
  backTo: (application: string) => `You return to ${application}`,
  goOn: (application: string) => `Go on to ${application}`,
  stale: "Start again",
  staleAbout: "This sign-in was finished, is older than 10 minutes, or was begun in another browser. Go back to the " +
    "application, and sign in there again.",
  stopped: "We stopped this sign-in",
  anApplication: "An application",
  reasons: {
    unknown_client: () => "The application that sent you here is not known to this server. Your account is fine.",
    client_unreadable: () =>
      "The application that sent you here describes itself on a page that this server cannot use. Your account is fine.",
    disabled_client: (application: string) =>
      `${application} is switched off on this server. Your account is fine; ask the team that runs ${application}.`,
    grant_not_allowed: (application: string) =>
      `${application} is not set up to sign users in. Your account is fine; tell the team that runs ${application}.`,
    redirect_uri_missing: (application: string) =>
      `${application} did not say where to send you afterwards. Your account is fine; tell the team that runs ` +
      `${application}.`,
    redirect_uri_not_registered: (application: string) =>
      `${application} asked us to send you to an address that is not registered. To protect your account, we did not. ` +
      `Your account is fine; tell the team that runs ${application}.`,
    request_uri_invalid: (application: string) =>
      `This sign-in was finished, or is too old. Go back to ${application}, and start again. Your account is fine.`,
    too_long: () => "The application that sent you here sent more than this server reads. Your account is fine.",
  } as Record<PageReason, (application: string) => string>,
  forTheDeveloper: "For the developer",
  advice: {
    unknown_client: "No client has this client_id.",
    client_unreadable: "The client_id is the URL of a document that does not describe a client.",
    disabled_client: "The client is disabled.",
    grant_not_allowed: "The grant_types of the client lack authorization_code.",
    redirect_uri_missing: "Send a redirect_uri, once.",
    redirect_uri_not_registered: "The redirect_uri must equal a registered one, character by character.",
    request_uri_invalid:
      "The request_uri is unknown, used, expired, or of another client. Push a request for each sign-in, at most 60 " +
      "seconds before it.",
    too_long: "Together, address and parameters may have 8,192 characters.",
  } as Record<PageReason, string>,
  error: "Error",
  client: "Client",
  document: "Document",
  received: "Address received",
  request: "Request",
  time: "Time",
  forTheAdministrator: "For administrators: why this was refused",
};

const german: AuthorizeTexts = {
  consentTitle: (application) => `${application} möchte auf Ihr Konto zugreifen`,
  unknownApplication: (name) =>
    `Sie nennt sich „${name}“. Das hat hier niemand geprüft: Erlauben Sie es nur, wenn Sie dies selbst begonnen haben.`,
  signedInAs: "Angemeldet als",
  notYou: "Nicht Sie?",
  willBeAble: (application) => `Das kann ${application} dann`,
  scopes: {
    openid: "Sie wiedererkennen",
    profile: "Ihren Benutzernamen sehen",
    email: "Ihre E-Mail-Adresse sehen, und ob sie bestätigt ist",
    roles: "Ihre Rollen auf diesem Server sehen",
    offline_access: "Den Zugriff behalten, wenn Sie abgemeldet sind, bis Sie ihn entfernen",
  },
  ownScope: "Diese Berechtigung auf diesem Server nutzen, soweit Sie sie haben",
  scopeOf: (api) => `Dies nutzen bei ${api}`,
  promise: (application) =>
    `${application} sieht nie Ihr Passwort und darf nie mehr als Sie selbst. Sie können den Zugriff jederzeit entfernen, ` +
    "in Ihrem",
  account: "Konto",
  allow: "Zugriff erlauben",
  deny: "Ablehnen",
  returnTo: "In beiden Fällen kehren Sie zurück zu",
  backTo: (application) => `Sie kehren zu ${application} zurück`,
  goOn: (application) => `Weiter zu ${application}`,
  stale: "Beginnen Sie von vorn",
  staleAbout:
    "Diese Anmeldung ist beendet, ist älter als 10 Minuten, oder begann in einem anderen Browser. Gehen Sie " +
    "zurück zur Anwendung, und melden Sie sich dort neu an.",
  stopped: "Wir haben diese Anmeldung angehalten",
  anApplication: "Eine Anwendung",
  reasons: {
    unknown_client: () =>
      "Die Anwendung, von der Sie kommen, ist diesem Server nicht bekannt. Ihrem Konto fehlt nichts.",
    client_unreadable: () =>
      "Die Anwendung, von der Sie kommen, beschreibt sich auf einer Seite, mit der dieser Server nichts anfangen kann. " +
      "Ihrem Konto fehlt nichts.",
    disabled_client: (application) =>
      `${application} ist auf diesem Server abgeschaltet. Ihrem Konto fehlt nichts; fragen Sie die Betreiber von ` +
      `${application}.`,
    grant_not_allowed: (application) =>
      `${application} ist nicht dafür eingerichtet, Benutzer anzumelden. Ihrem Konto fehlt nichts; sagen Sie es den ` +
      `Betreibern von ${application}.`,
    redirect_uri_missing: (application) =>
      `${application} hat nicht gesagt, wohin Sie zurückkehren. Ihrem Konto fehlt nichts; sagen Sie es den Betreibern ` +
      `von ${application}.`,
    redirect_uri_not_registered: (application) =>
      `${application} wollte Sie an eine Adresse schicken, die nicht eingetragen ist. Zum Schutz Ihres Kontos haben wir ` +
      `das nicht getan. Ihrem Konto fehlt nichts; sagen Sie es den Betreibern von ${application}.`,
    request_uri_invalid: (application) =>
      `Diese Anmeldung ist beendet oder zu alt. Gehen Sie zurück zu ${application}, und beginnen Sie von vorn. Ihrem ` +
      "Konto fehlt nichts.",
    too_long: () =>
      "Die Anwendung, von der Sie kommen, hat mehr geschickt, als dieser Server liest. Ihrem Konto fehlt nichts.",
  },
  forTheDeveloper: "Für die Entwickler",
  advice: {
    unknown_client: "Kein Client hat diese client_id.",
    client_unreadable: "Die client_id ist die URL eines Dokuments, das keinen Client beschreibt.",
    disabled_client: "Der Client ist abgeschaltet.",
    grant_not_allowed: "Den grant_types des Clients fehlt authorization_code.",
    redirect_uri_missing: "Senden Sie eine redirect_uri, und nur einmal.",
    redirect_uri_not_registered: "Die redirect_uri muss Zeichen für Zeichen einer eingetragenen gleichen.",
    request_uri_invalid:
      "Die request_uri ist unbekannt, benutzt, abgelaufen, oder von einem anderen Client. Senden Sie für jede Anmeldung " +
      "eine Anfrage, höchstens 60 Sekunden davor.",
    too_long: "Adresse und Parameter dürfen zusammen 8.192 Zeichen haben.",
  },
  error: "Fehler",
  client: "Client",
  document: "Dokument",
  received: "Empfangene Adresse",
  request: "Anfrage",
  time: "Zeit",
  forTheAdministrator: "Für Administratoren: warum dies abgelehnt wurde",
};

/** The texts of the pages between a sign-in and an application. */
export const authorizeTexts: Readonly<Record<"en" | "de", AuthorizeTexts>> = { en: english, de: german };
