const english = {
  title: "Users",
  searchHint: "Username or e-mail starts with",
  role: "Role",
  state: "State",
  anyState: "Any state",
  active: "Active",
  disabled: "Disabled",
  unverified: "E-mail not verified",
  username: "Username",
  email: "E-mail",
  roles: "Roles",
  created: "Created",
  byName: (count: number) => `${count === 1 ? "1 user" : `${count} users`}, by username. Times are UTC.`,
  firstOfMany: (count: number) => `The first ${count}, by username. Times are UTC.`,
  nextOfMany: (count: number) => `The next ${count}, by username. Times are UTC.`,
  noneFound: "No user matches these filters.",
};

export type UsersTexts = typeof english;

const german: UsersTexts = {
  title: "Benutzer",
  searchHint: "Benutzername oder E-Mail beginnt mit",
  role: "Rolle",
  state: "Zustand",
  anyState: "Jeder Zustand",
  active: "Aktiv",
  disabled: "Gesperrt",
  unverified: "E-Mail nicht bestätigt",
  username: "Benutzername",
  email: "E-Mail",
  roles: "Rollen",
  created: "Angelegt",
  byName: (count) => `${count} Benutzer, nach Benutzername. Zeiten in UTC.`,
  firstOfMany: (count) => `Die ersten ${count}, nach Benutzername. Zeiten in UTC.`,
  nextOfMany: (count) => `Die nächsten ${count}, nach Benutzername. Zeiten in UTC.`,
  noneFound: "Kein Benutzer entspricht diesen Filtern.",
};

export const usersTexts: Readonly<Record<"en" | "de", UsersTexts>> = { en: english, de: german };
