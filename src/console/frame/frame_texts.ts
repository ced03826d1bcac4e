import type { InLanguages } from "../../http/pages/language.ts";
import type { GroupName, SectionName } from "./sections.ts";

const english = {
  console: "Console",
  signedInAs: (name: string) => `Signed in as ${name}`,
  account: "Your account",
  signOut: "Sign out",
  breadcrumb: "Breadcrumb",
  sections: {
    home: "Home",
    users: "Users",
    roles: "Roles",
    service_accounts: "Service accounts",
    invitations: "Invitations",
    clients: "Clients",
    resources: "APIs",
    keys: "Signing keys",
    audit: "Audit",
    mail: "Mail",
    logout_tokens: "Logout tokens",
    settings: "Settings",
    system: "System",
  } as Record<SectionName, string>,
  groups: { directory: "Directory", applications: "Applications", operations: "Operations" } as Record<
    GroupName,
    string
  >,
  error: (title: string) => `Error: ${title}`,
  action: "Action",
  apply: "Apply",
  filters: "Filters",
  search: "Search",
  nextPage: "Next page",
  firstPage: "First page",
  never: "Never",
  none: "None",
  noAddress: "No address",
  keys: "Keyboard shortcuts",
  shortcuts: { "/": "Search", n: "Next page", f: "First page", "?": "Show or hide this list" } as Record<
    string,
    string
  >,
  whatWillHappen: "What will happen",
  typeToConfirm: (name: string) => ["Type", name, "to confirm"],
  notTyped: (typed: string, name: string) => `“${typed}” is not the name. Type ${name}.`,
};

/** The texts of the pieces that all pages of the console share. */
export type FrameTexts = typeof english;

const german: FrameTexts = {
  console: "Konsole",
  signedInAs: (name) => `Angemeldet als ${name}`,
  account: "Ihr Konto",
  signOut: "Abmelden",
  breadcrumb: "Pfad",
  sections: {
    home: "Übersicht",
    users: "Benutzer",
    roles: "Rollen",
    service_accounts: "Dienstkonten",
    invitations: "Einladungen",
    clients: "Clients",
    resources: "APIs",
    keys: "Signaturschlüssel",
    audit: "Protokoll",
    mail: "E-Mail",
    logout_tokens: "Logout-Tokens",
    settings: "Einstellungen",
    system: "System",
  },
  groups: { directory: "Verzeichnis", applications: "Anwendungen", operations: "Betrieb" },
  error: (title) => `Fehler: ${title}`,
  action: "Aktion",
  apply: "Anwenden",
  filters: "Filter",
  search: "Suche",
  nextPage: "Nächste Seite",
  firstPage: "Erste Seite",
  never: "Nie",
  none: "Keine",
  noAddress: "Keine Adresse",
  keys: "Tastenkürzel",
  shortcuts: { "/": "Suchen", n: "Nächste Seite", f: "Erste Seite", "?": "Diese Liste zeigen oder verbergen" },
  whatWillHappen: "Was geschehen wird",
  typeToConfirm: (name) => ["Zur Bestätigung", name, "eingeben"],
  notTyped: (typed, name) => `„${typed}“ ist nicht der Name. Geben Sie ${name} ein.`,
};

export const consoleTexts: InLanguages<FrameTexts> = { en: english, de: german };
