import type { UserDeedTexts } from "./deed_texts.ts";

export const german: UserDeedTexts = {
  keep: (name) => `${name} behalten`,
  back: (name) => `Zurück zu ${name}`,
  deeds: (name, thing) => ({
    disable: {
      title: `Benutzer ${name} sperren?`,
      about: "Sie können das Konto jederzeit entsperren. Zuweisungen und Schlüssel bleiben.",
      button: `${name} sperren`,
      done: `${name} ist gesperrt.`,
    },
    enable: { title: `Benutzer ${name} entsperren?`, button: `${name} entsperren`, done: `${name} ist entsperrt.` },
    delete: {
      title: `Benutzer ${name} löschen?`,
      about: "Das lässt sich nicht rückgängig machen. Um nur Anmeldungen zu verhindern, sperren Sie das Konto.",
      button: `${name} löschen`,
      done: `${name} ist gelöscht.`,
    },
    "verify-email": {
      title: `Adresse von ${name} als bestätigt vermerken?`,
      button: "Als bestätigt vermerken",
      done: "Die Adresse gilt als bestätigt.",
    },
    "revoke-sessions": {
      title: `Alle Sitzungen von ${name} beenden?`,
      about:
        "Richtig, wenn ein Gerät verloren oder gestohlen ist. Es wirkt sofort und auf jedem Gerät. Ein einzelnes " +
        "Gerät melden Sie in der Tabelle der Sitzungen ab.",
      button: "Alle Sitzungen beenden",
      done: "Alle Sitzungen sind beendet.",
    },
    "reset-factors": {
      title: `Zweite Faktoren von ${name} zurücksetzen?`,
      about: "Vergewissern Sie sich zuerst, dass der Benutzer selbst fragt: Danach genügt das Passwort allein.",
      button: "Zweite Faktoren zurücksetzen",
      done: "Die zweiten Faktoren sind entfernt.",
    },
    "revoke-key": {
      title: `Schlüssel ${thing} von ${name} widerrufen?`,
      about: "Das lässt sich nicht rückgängig machen.",
      button: `${thing} widerrufen`,
      done: `Der Schlüssel ${thing} ist widerrufen.`,
    },
    revoke: {
      title: `${name} die Rolle ${thing} entziehen?`,
      button: `${thing} entziehen`,
      done: `${thing} ist entzogen.`,
    },
  }),
  keepThing: (thing) => `${thing} behalten`,
  keepSessions: "Sitzungen behalten",
  keepFactors: "Faktoren behalten",
  leaveAddress: "Unbestätigt lassen",
  leaveDisabled: "Gesperrt lassen",
  sessionsEnd: ({ count, isMore }) =>
    count === 0
      ? "Keine Sitzung endet: Der Benutzer ist nirgends angemeldet."
      : `${isMore ? `Mehr als ${count}` : count} ${count === 1 ? "Sitzung endet" : "Sitzungen enden"}`,
  keysStop: ({ count, isMore }) =>
    count === 0
      ? "Es gibt keinen API-Schlüssel."
      : `${isMore ? `Mehr als ${count}` : count} API-Schlüssel ${count === 1 ? "gilt" : "gelten"} nicht mehr`,
  keysStay: ({ count, isMore }) =>
    count === 0
      ? "Es gibt keinen API-Schlüssel, der noch benutzt werden könnte."
      : `${isMore ? `Mehr als ${count}` : count} API-Schlüssel ${
        count === 1 ? "gilt" : "gelten"
      } weiter. Widerrufen Sie ihn auch, wenn er auf dem Gerät war.`,
  keysRest: ({ count, isMore }) =>
    count === 0
      ? "Es gibt keinen API-Schlüssel."
      : `${isMore ? `Mehr als ${count}` : count} API-Schlüssel ${
        count === 1 ? "wird" : "werden"
      } abgelehnt, bis das Konto entsperrt ist`,
  signInAgain: (hasFactor) =>
    `Jedes Gerät und jede Anwendung muss sich neu anmelden${hasFactor ? ", mit Passwort und zweitem Faktor" : ""}`,
  passwordKnown: "Wenn das Passwort bekannt sein kann, sperren Sie stattdessen das Konto.",
  cannotSignIn: "Der Benutzer kann sich nicht anmelden, und Entscheidungen über ihn lauten „Nein“",
  canSignIn: "Der Benutzer kann sich wieder anmelden und darf, was seine Zuweisungen geben",
  grantsEnd: (roles) =>
    roles.length === 0 ? "Es gibt keine Zuweisung." : `${roles.length} Zuweisungen enden: ${roles.join(", ")}`,
  erased: "Name, E-Mail und Geräte werden gelöscht, auch im Protokoll. Die Ereignisse und ihre Kette bleiben",
  trusted: (email) => `Anwendungen vertrauen darauf, dass ${email} diesem Benutzer gehört`,
  factorsGo: "Alle zweiten Faktoren und Wiederherstellungscodes werden entfernt",
  passwordAlone: "Bis ein neuer Faktor eingerichtet ist, genügt das Passwort zur Anmeldung",
  mailed: "Der Benutzer erfährt es per E-Mail",
  keyStops: "Programme, die ihn benutzen, werden sofort abgelehnt",
  loses: (count) =>
    count === 0
      ? "Der Benutzer verliert keine Berechtigung: Andere Zuweisungen geben alles, was diese gibt."
      : `Der Benutzer verliert ${count === 1 ? "1 Berechtigung" : `${count} Berechtigungen`}:`,
  gains: (count) =>
    count === 0
      ? "Der Benutzer gewinnt keine Berechtigung: Andere Zuweisungen geben sie schon."
      : `Der Benutzer gewinnt ${count === 1 ? "1 Berechtigung" : `${count} Berechtigungen`}:`,
  more: (count) => `und ${count} weitere`,
  seeSessions: "Sitzungen ansehen",
  seeKeys: "Schlüssel ansehen",
  seeGrants: "Zuweisungen ansehen",
  disableInstead: "Konto sperren",

  grantTitle: (name) => `${name} eine Rolle zuweisen`,
  role: "Rolle",
  roleHint: "Sie können Rollen zuweisen, die Sie selbst haben.",
  preview: "Zeigen, was sie gibt",
  whatItGives: (role) => `Was ${role} gibt`,
  noSuchRole: (role) => `Eine Rolle „${role}“ gibt es nicht. Wählen Sie eine aus der Liste.`,
  expires: "Endet",
  expiresHint: "Das Ende dieses Tages, in UTC. Leer lassen für eine Zuweisung ohne Ende.",
  wrongDay: "Geben Sie einen Tag in der Zukunft ein, oder nichts.",
  grantButton: (role) => `${role} zuweisen`,
  granted: (role) => `${role} ist zugewiesen.`,
  alreadyHeld: "Der Benutzer hat diese Rolle schon. Sie erneut zuzuweisen ändert, wann sie endet.",

  editTitle: (name) => `${name} bearbeiten`,
  username: "Benutzername",
  email: "E-Mail",
  emailHint: "Eine andere Adresse gilt als nicht bestätigt.",
  save: "Speichern",
  saved: "Die Änderung ist gespeichert.",
  sessionRevoked: "Die Sitzung ist beendet.",
  taken: "Ein anderes Konto hat diesen Namen oder einen, der gleich aussieht.",
  emailTaken: "Ein anderes Konto hat diese Adresse.",
};
