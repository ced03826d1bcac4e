import type { ClientSource } from "../../vocabulary/actor.ts";
import type { ClientKind } from "./client_kind.ts";

const english = {
  title: "Clients",
  create: "Register a client",
  searchHint: "Name starts with",
  state: "State",
  anyState: "Any state",
  enabled: "Enabled",
  disabled: "Disabled",
  refusedLately: "Refused within a day",
  source: "Source",
  anySource: "Any source",
  sources: { admin: "Registered here", dynamic: "Registered itself", document: "Described by its document" } as Record<
    ClientSource,
    string
  >,
  homePage: "Home page, as it says itself",
  name: "Name",
  kind: "Kind",
  kinds: {
    web: "Server application",
    single_page: "Single-page application",
    native: "Native application",
    machine: "Machine",
    device: "Device without a browser",
    introspection: "Only introspects tokens",
  } as Record<ClientKind, string>,
  created: "Registered",
  lastRefusal: "Last refusal",
  allFound: (count: number) => `${count === 1 ? "1 client" : `${count} clients`}, the newest first. Times are UTC.`,
  firstOfMany: (count: number) => `The first ${count}, the newest first. Times are UTC.`,
  nextOfMany: (count: number) => `The next ${count}, the newest first. Times are UTC.`,
  noneFound: "No client matches these filters.",
  empty: "A client is an application that users sign in to, or a program that gets tokens for itself.",
  emptyExample: (clientName: string) =>
    `For example, ${clientName} sends ada to this server. She signs in, and returns to it with a code.`,
  byCommand: "By command line:",

  clientId: "Client ID",
  flows: "Flows",
  grants: {
    authorization_code: "authorization code",
    refresh_token: "refresh token",
    client_credentials: "client credentials",
    "urn:ietf:params:oauth:grant-type:device_code": "device sign-in",
  } as Record<string, string>,
  withPkce: "with PKCE",
  withPar: "by pushed requests",
  tokens: "Tokens",
  boundTokens: "bound to a key (DPoP)",
  authentication: "Authentication",
  noSecret: "None: it is public",
  keys: "Keys (kid)",
  scopes: "Scopes",
  apis: "APIs",
  ownApi: "this server's own",
  consent: "Consent",
  asked: "Users are asked",
  notAsked: "Users are not asked: it is yours",
  signsWith: "id_tokens signed with",
  serviceAccount: "Service account",
  redirectUris: "Redirect addresses",
  postLogoutUris: "Addresses after a sign-out",
  backchannelLogoutUri: "Is told there when a session has ended",
  testSignIn: "Test sign-in",
  testSignInIs: "The test signs you in at the first registered address. It does not test what the application sends.",
  edit: "Edit",
  disable: "Disable…",
  enable: "Enable",
  remove: "Delete…",
  endTokens: "Revoke tokens…",
  fails: "Requests of this client were refused, last at",
  acceptedSince: "Since then a secret of it was accepted, last at",
  mendedWhen: "It is mended when you try again and no newer refusal appears here within a few seconds.",
  seeRefusals: "All refusals",

  secrets: "Secrets",
  createSecret: "Create secret…",
  secretsHint: "A client has at most two secrets, so you can rotate without downtime. Revoke one to create another.",
  secretsAre: (count: number) =>
    count === 0
      ? "No secret: the client cannot authenticate."
      : `${count === 1 ? "1 secret" : `${count} secrets`}, the newest first. Times are UTC.`,
  secret: "Secret",
  secretCreated: "Created",
  expires: "Expires",
  lastUsed: "Last used",
  revoke: "Revoke…",
  revokeSecret: (hint: string) => `Revoke secret ${hint}`,

  refusals: "Refusals",
  noRefusals: "No request of this client was refused. Reasons appear here within a few seconds.",
  refusalsAre: (count: number) =>
    `${
      count === 1 ? "1 reason" : `The last ${count} reasons`
    } why requests were refused, the newest first. Times are UTC.`,
  lastTime: "Last time",
  error: "Error",
  shownToUser: "Page",
  shownMeans: "“Page”: the user saw a page of Sentinel, and nothing went to the application.",
  whyAndWhat: "Why, and what to do",
  howOften: "How often",
  times: (count: number) => count === 1 ? "once" : `${count.toLocaleString("en")} times`,
  connect: "Connect the client",
  copy: "Copy",
  copied: "Copied",
  done: {
    changed: "The client is changed.",
    disabled: "The client is disabled.",
    enabled: "The client is enabled.",
    tokens_ended: "Its tokens are revoked.",
    secret_revoked: "The secret is revoked.",
  },
};

export type ClientsTexts = typeof english;

/** What was just done to a client. */
export type ClientDone = keyof ClientsTexts["done"];

const german: ClientsTexts = {
  title: "Clients",
  create: "Client registrieren",
  searchHint: "Name beginnt mit",
  state: "Zustand",
  anyState: "Jeder Zustand",
  enabled: "Eingeschaltet",
  disabled: "Abgeschaltet",
  refusedLately: "Heute abgelehnt",
  source: "Herkunft",
  anySource: "Jede Herkunft",
  sources: {
    admin: "Hier registriert",
    dynamic: "Hat sich selbst registriert",
    document: "Durch sein Dokument beschrieben",
  },
  homePage: "Startseite, wie er selbst sagt",
  name: "Name",
  kind: "Art",
  kinds: {
    web: "Serveranwendung",
    single_page: "Einzelseitenanwendung",
    native: "Native Anwendung",
    machine: "Maschine",
    device: "Gerät ohne Browser",
    introspection: "Prüft nur Tokens",
  },
  created: "Registriert",
  lastRefusal: "Letzte Ablehnung",
  allFound: (count) => `${count === 1 ? "1 Client" : `${count} Clients`}, der neueste zuerst. Zeiten in UTC.`,
  firstOfMany: (count) => `Die ersten ${count}, der neueste zuerst. Zeiten in UTC.`,
  nextOfMany: (count) => `Die nächsten ${count}, der neueste zuerst. Zeiten in UTC.`,
  noneFound: "Kein Client entspricht diesen Filtern.",
  empty:
    "Ein Client ist eine Anwendung, bei der sich Benutzer anmelden, oder ein Programm, das Tokens für sich bekommt.",
  emptyExample: (clientName) =>
    `Zum Beispiel schickt ${clientName} ada zu diesem Server. Sie meldet sich an und kehrt mit einem Code zurück.`,
  byCommand: "Auf der Kommandozeile:",

  clientId: "Client-ID",
  flows: "Abläufe",
  grants: {
    authorization_code: "Authorization Code",
    refresh_token: "Refresh Token",
    client_credentials: "Client Credentials",
    "urn:ietf:params:oauth:grant-type:device_code": "Anmeldung auf einem Gerät",
  },
  withPkce: "mit PKCE",
  withPar: "durch vorab gesendete Anfragen",
  tokens: "Tokens",
  boundTokens: "an einen Schlüssel gebunden (DPoP)",
  authentication: "Authentisierung",
  noSecret: "Keine: Er ist öffentlich",
  keys: "Schlüssel (kid)",
  scopes: "Scopes",
  apis: "APIs",
  ownApi: "die dieses Servers",
  consent: "Zustimmung",
  asked: "Benutzer werden gefragt",
  notAsked: "Benutzer werden nicht gefragt: Er ist Ihr eigener",
  signsWith: "id_tokens signiert mit",
  serviceAccount: "Dienstkonto",
  redirectUris: "Rückkehradressen",
  postLogoutUris: "Adressen nach der Abmeldung",
  backchannelLogoutUri: "Erfährt dort, dass eine Sitzung beendet ist",
  testSignIn: "Anmeldung testen",
  testSignInIs: "Der Test meldet Sie an der ersten eingetragenen Adresse an. Was die Anwendung sendet, prüft er nicht.",
  edit: "Bearbeiten",
  disable: "Abschalten…",
  enable: "Einschalten",
  remove: "Löschen…",
  endTokens: "Tokens widerrufen…",
  fails: "Anfragen dieses Clients wurden abgelehnt, zuletzt",
  acceptedSince: "Seitdem wurde ein Secret von ihm angenommen, zuletzt",
  mendedWhen:
    "Behoben ist es, wenn Sie es noch einmal versuchen und binnen Sekunden keine neuere Ablehnung hier erscheint.",
  seeRefusals: "Alle Ablehnungen",

  secrets: "Secrets",
  createSecret: "Secret erzeugen…",
  secretsHint:
    "Ein Client hat höchstens zwei Secrets, damit Sie ohne Ausfall wechseln können. Widerrufen Sie eines, um ein neues zu " +
    "erzeugen.",
  secretsAre: (count) =>
    count === 0
      ? "Kein Secret: Der Client kann sich nicht authentisieren."
      : `${count === 1 ? "1 Secret" : `${count} Secrets`}, das neueste zuerst. Zeiten in UTC.`,
  secret: "Secret",
  secretCreated: "Erzeugt",
  expires: "Läuft ab",
  lastUsed: "Zuletzt benutzt",
  revoke: "Widerrufen…",
  revokeSecret: (hint) => `Secret ${hint} widerrufen`,

  refusals: "Ablehnungen",
  noRefusals: "Keine Anfrage dieses Clients wurde abgelehnt. Gründe erscheinen hier nach wenigen Sekunden.",
  refusalsAre: (count) =>
    `${
      count === 1 ? "1 Grund" : `Die letzten ${count} Gründe`
    }, aus denen Anfragen abgelehnt wurden, der neueste zuerst. ` +
    "Zeiten in UTC.",
  lastTime: "Zuletzt",
  error: "Fehler",
  shownToUser: "Seite",
  shownMeans: "„Seite“: Der Benutzer sah eine Seite von Sentinel, und an die Anwendung ging nichts.",
  whyAndWhat: "Warum, und was zu tun ist",
  howOften: "Wie oft",
  times: (count) => count === 1 ? "einmal" : `${count.toLocaleString("de")}-mal`,
  connect: "Client verbinden",
  copy: "Kopieren",
  copied: "Kopiert",
  done: {
    changed: "Der Client ist geändert.",
    disabled: "Der Client ist abgeschaltet.",
    enabled: "Der Client ist eingeschaltet.",
    tokens_ended: "Seine Tokens sind widerrufen.",
    secret_revoked: "Das Secret ist widerrufen.",
  },
};

export const clientsTexts: Readonly<Record<"en" | "de", ClientsTexts>> = { en: english, de: german };
