const english = {
  title: "Invitations",
  none: "No invitation is open",
  noneAbout:
    "An invitation lets one user create an account, by a link that is mailed to them. The link works once, for 7 days, and " +
    "only for that address, which counts as verified then. The user chooses the username and the password.",
  chainLabel: "How an invitation becomes an account",
  chain: [
    ["You", "invite", "an address, with roles"],
    ["Mail", "link", "works once, for 7 days"],
    ["The user", "accepts", "with a password"],
    ["Account", "ada", "has the roles"],
  ] as [kind: string, name: string, fact: string][],
  email: "E-mail",
  roles: "Roles",
  invitedBy: "Invited by",
  expires: "Expires",
  revoke: "Revoke…",
  revokeOf: (email: string) => `Revoke the invitation of ${email}`,
  invitations: (count: number) =>
    `${count === 1 ? "1 invitation" : `${count} invitations`}, the newest first. Times are UTC.`,
  first: (count: number) => `The first ${count}, the newest first. Times are UTC.`,
  next: (count: number) => `The next ${count}, the newest first. Times are UTC.`,
  theServer: "The server",
  inviteUser: "Invite a user",
  address: "E-mail address",
  addressHint: "Another invitation to the same address replaces the first one.",
  role: "Role besides “user” (optional)",
  roleHint: "You can invite to roles that you hold yourself.",
  send: "Send the invitation",
  sent: (email: string) => `${email} is invited.`,
  emailTaken: "Another account has this address.",
  revokeTitle: (email: string) => `Revoke the invitation of ${email}?`,
  linkStops: "The link in the mail stops working",
  inviteAgain: "You can invite the address again at any time",
  keep: "Keep the invitation",
  revokeButton: "Revoke the invitation",
  revoked: "The invitation is revoked.",
  commandLine: "Or by the API",
};

/** The texts of the pages of invitations. */
export type InvitationTexts = typeof english;

const german: InvitationTexts = {
  title: "Einladungen",
  none: "Keine Einladung ist offen",
  noneAbout:
    "Mit einer Einladung legt ein Benutzer sein Konto an, über einen Link in einer E-Mail. Der Link gilt einmal, 7 Tage " +
    "lang und nur für diese Adresse, die dann als bestätigt gilt. Benutzername und Passwort wählt der Benutzer.",
  chainLabel: "Wie aus einer Einladung ein Konto wird",
  chain: [
    ["Sie", "laden ein", "eine Adresse, mit Rollen"],
    ["E-Mail", "Link", "gilt einmal, 7 Tage lang"],
    ["Benutzer", "nimmt an", "mit einem Passwort"],
    ["Konto", "ada", "hat die Rollen"],
  ],
  email: "E-Mail",
  roles: "Rollen",
  invitedBy: "Eingeladen von",
  expires: "Endet",
  revoke: "Widerrufen…",
  revokeOf: (email) => `Einladung an ${email} widerrufen`,
  invitations: (count) => `${count === 1 ? "1 Einladung" : `${count} Einladungen`}, die neueste zuerst. Zeiten in UTC.`,
  first: (count) => `Die ersten ${count}, die neueste zuerst. Zeiten in UTC.`,
  next: (count) => `Die nächsten ${count}, die neueste zuerst. Zeiten in UTC.`,
  theServer: "Der Server",
  inviteUser: "Benutzer einladen",
  address: "E-Mail-Adresse",
  addressHint: "Eine weitere Einladung an dieselbe Adresse ersetzt die erste.",
  role: "Rolle neben „user“ (optional)",
  roleHint: "Sie können zu Rollen einladen, die Sie selbst haben.",
  send: "Einladung senden",
  sent: (email) => `${email} ist eingeladen.`,
  emailTaken: "Ein anderes Konto hat diese Adresse.",
  revokeTitle: (email) => `Einladung an ${email} widerrufen?`,
  linkStops: "Der Link in der E-Mail gilt nicht mehr",
  inviteAgain: "Sie können die Adresse jederzeit wieder einladen",
  keep: "Einladung behalten",
  revokeButton: "Einladung widerrufen",
  revoked: "Die Einladung ist widerrufen.",
  commandLine: "Oder über die API",
};

export const invitationTexts: Readonly<Record<"en" | "de", InvitationTexts>> = { en: english, de: german };
