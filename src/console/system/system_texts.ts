const english = {
  title: "System",
  version: "Version",
  engine: "Database",
  schema: "Newest migration",
  feed: "Changes of other replicas",
  feeds: {
    listen: "Heard at once",
    own: "None: the database is embedded",
    ttl: "Read again after 2 s",
  },
  lost: "Not heard now: what memory holds is used for 2 s",
  pool: "Database connections",
  poolText: (used: number, idle: number, limit: number) => `${used} in use, ${idle} idle, at most ${limit}`,
  poolWaiting: "Requests that wait for one",
  hashing: "Password hashes",
  hashingText: (running: number, waiting: number) => `${running} running, ${waiting} waiting`,
  diskFull: "The disk of the database is full.",
  diskFullAbout: "Changes are refused until there is room again.",
  replicas: "Replicas",
  replicasCaption: (count: number) =>
    `${
      count === 1 ? "1 process" : `${count} processes`
    } on this database, this one first. One that is silent for 10 s ` +
    "is no longer shown.",
  replicasUnknown: "Without LISTEN this replica hears no other one.",
  replica: "Replica",
  heard: "Last heard",
  ago: (seconds: number) => `${seconds.toFixed(1)} s ago`,
  thisOne: "This one",
  jobs: "Jobs",
  jobsCaption: (count: number) =>
    `${count === 1 ? "1 job" : `${count} jobs`} of this replica, by name, since its start. Times are UTC.`,
  noJobs: "This process runs no jobs.",
  job: "Job",
  every: "Every",
  everyText: (ms: number) => ms < 120_000 ? `${ms / 1_000} s` : `${Math.round(ms / 60_000)} min`,
  lastRun: "Last run",
  took: "Took",
  running: "Running",
  failures: "Failures",
  lastFailure: "Last failure",
  migrations: "Migrations",
  migrationsCaption: (count: number) =>
    `${count === 1 ? "1 migration" : `${count} migrations`}, the newest first. Times are UTC.`,
  migration: "Migration",
  applied: "Applied",
  pending: "Missing",
  newer: "Of a newer version",
  state: "State",
  isApplied: "Applied",
};

export type SystemTexts = typeof english;

const german: SystemTexts = {
  title: "System",
  version: "Version",
  engine: "Datenbank",
  schema: "Neueste Migration",
  feed: "Änderungen anderer Replikate",
  feeds: {
    listen: "Sofort bekannt",
    own: "Keine: Die Datenbank ist eingebettet",
    ttl: "Nach 2 s neu gelesen",
  },
  lost: "Zurzeit nicht zu hören: Der Zwischenspeicher gilt 2 s",
  pool: "Datenbankverbindungen",
  poolText: (used, idle, limit) => `${used} benutzt, ${idle} frei, höchstens ${limit}`,
  poolWaiting: "Anfragen, die darauf warten",
  hashing: "Passwort-Hashes",
  hashingText: (running, waiting) => `${running} in Arbeit, ${waiting} warten`,
  diskFull: "Der Datenträger der Datenbank ist voll.",
  diskFullAbout: "Änderungen werden abgelehnt, bis wieder Platz ist.",
  replicas: "Replikate",
  replicasCaption: (count) =>
    `${count === 1 ? "1 Prozess" : `${count} Prozesse`} an dieser Datenbank, dieser zuerst. Wer 10 s schweigt, wird ` +
    "nicht mehr angezeigt.",
  replicasUnknown: "Ohne LISTEN hört dieses Replikat kein anderes.",
  replica: "Replikat",
  heard: "Zuletzt gehört",
  ago: (seconds) => `vor ${seconds.toFixed(1).replace(".", ",")} s`,
  thisOne: "Dieses",
  jobs: "Aufgaben",
  jobsCaption: (count) =>
    `${count === 1 ? "1 Aufgabe" : `${count} Aufgaben`} dieses Replikats, nach Namen, seit dem Start. Zeiten in UTC.`,
  noJobs: "Dieser Prozess führt keine Aufgaben aus.",
  job: "Aufgabe",
  every: "Alle",
  everyText: (ms) => ms < 120_000 ? `${(ms / 1_000).toLocaleString("de")} s` : `${Math.round(ms / 60_000)} min`,
  lastRun: "Letzter Lauf",
  took: "Dauer",
  running: "Läuft",
  failures: "Fehler",
  lastFailure: "Letzter Fehler",
  migrations: "Migrationen",
  migrationsCaption: (count) =>
    `${count === 1 ? "1 Migration" : `${count} Migrationen`}, die neueste zuerst. Zeiten in UTC.`,
  migration: "Migration",
  applied: "Angewandt",
  pending: "Fehlt",
  newer: "Einer neueren Version",
  state: "Zustand",
  isApplied: "Angewandt",
};

export const systemTexts: Readonly<Record<"en" | "de", SystemTexts>> = { en: english, de: german };
