const english = {
  title: "Settings",
  about:
    "What this server runs with. It reads its settings once, when it starts: change a variable or its file, then restart.",
  search: "Search",
  searchHint: "Part of a name or of its purpose",
  shown: "Show",
  all: "All settings",
  given: "Only those that are set",
  name: "Setting",
  value: "Value",
  source: "Source",
  usually: "Default:",
  purpose: "Purpose",
  unset: "Not set",
  byDefault: "Default",
  environment: "Environment",
  file: "File",
  secret: "Set, not shown",
  caption: (count: number) => `${count === 1 ? "1 setting" : `${count} settings`}, in the order of the documentation.`,
  noneFound: "No setting matches.",
};

export type SettingsTexts = typeof english;

const german: SettingsTexts = {
  title: "Einstellungen",
  about:
    "Womit dieser Server läuft. Er liest seine Einstellungen einmal, beim Start: Ändern Sie eine Variable oder ihre Datei und starten Sie ihn neu. " +
    "Namen und Beschreibungen sind die der Dokumentation und deshalb englisch.",
  search: "Suche",
  searchHint: "Teil des Namens oder des Zwecks",
  shown: "Anzeigen",
  all: "Alle Einstellungen",
  given: "Nur die gesetzten",
  name: "Einstellung",
  value: "Wert",
  source: "Quelle",
  usually: "Vorgabe:",
  purpose: "Zweck",
  unset: "Nicht gesetzt",
  byDefault: "Vorgabe",
  environment: "Umgebung",
  file: "Datei",
  secret: "Gesetzt",
  caption: (count) =>
    `${count === 1 ? "1 Einstellung" : `${count} Einstellungen`}, in der Reihenfolge der Dokumentation.`,
  noneFound: "Keine Einstellung passt.",
};

export const settingsTexts: Readonly<Record<"en" | "de", SettingsTexts>> = { en: english, de: german };
