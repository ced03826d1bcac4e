const english = {
  createTitle: "Add an exclusion",
  about:
    "It separates duties: of these roles, a user may hold only some, granted or inherited. It takes effect at once.",
  name: "Name",
  nameHint: "What it is for, such as Four eyes.",
  roles: "Roles",
  rolesHint: "Two or more names, with spaces between them.",
  atMost: "A user may hold at most",
  atMostHint: "Fewer than there are roles, 1 in most cases.",
  create: "Add the exclusion",
  keepAll: "Add no exclusion",
  unknownRole: (name: string) => `There is no role ${name}. Correct its name.`,
  tooFew: "Name two roles or more.",
  tooMany: (count: number) => `Must be less than the number of roles, ${count}: otherwise it excludes nothing.`,
  violated: [
    "Users or roles violate this exclusion already.",
    "Revoke roles from them first, or allow more of the roles.",
  ],
  forbidden: ["You may not do this.", "You must hold all roles of an exclusion, as only administrators do."],
  deleteTitle: (name: string) => `Delete exclusion ${name}?`,
  deleteAbout: (max: number, roles: string) => `Users may then hold more than ${max} of ${roles}.`,
  remove: (name: string) => `Delete ${name}`,
  keep: (name: string) => `Keep ${name}`,
};

export type ExclusionTexts = typeof english;

const german: ExclusionTexts = {
  createTitle: "Ausschluss anlegen",
  about:
    "Er trennt Aufgaben: Von diesen Rollen darf ein Benutzer nur einige haben, vergeben oder geerbt. Er gilt sofort.",
  name: "Name",
  nameHint: "Wozu er dient, etwa Vier Augen.",
  roles: "Rollen",
  rolesHint: "Zwei oder mehr Namen, durch Leerzeichen getrennt.",
  atMost: "Ein Benutzer darf höchstens haben",
  atMostHint: "Weniger, als es Rollen sind, meist 1.",
  create: "Ausschluss anlegen",
  keepAll: "Keinen Ausschluss anlegen",
  unknownRole: (name) => `Es gibt keine Rolle ${name}. Berichtigen Sie den Namen.`,
  tooFew: "Nennen Sie zwei oder mehr Rollen.",
  tooMany: (count) => `Muss kleiner sein als die Zahl der Rollen, ${count}: Sonst schließt er nichts aus.`,
  violated: [
    "Benutzer oder Rollen verletzen diesen Ausschluss schon.",
    "Entziehen Sie ihnen zuerst Rollen, oder erlauben Sie mehr der Rollen.",
  ],
  forbidden: ["Das dürfen Sie nicht.", "Sie müssen alle Rollen eines Ausschlusses haben, wie nur Administratoren."],
  deleteTitle: (name) => `Ausschluss ${name} löschen?`,
  deleteAbout: (max, roles) => `Benutzer dürfen dann mehr als ${max} von ${roles} haben.`,
  remove: (name) => `${name} löschen`,
  keep: (name) => `${name} behalten`,
};

export const exclusionTexts: Readonly<Record<"en" | "de", ExclusionTexts>> = { en: english, de: german };
