import { german } from "./deed_texts_de.ts";

/** The texts of a page that asks for a deed. */
type DeedTexts = { title: string; about?: string; button: string; done: string };

/** How many, in words: “50 or more” of what was counted up to 50. */
type Count = { count: number; isMore: boolean };

const english = {
  keep: (name: string) => `Keep ${name}`,
  back: (name: string) => `Back to ${name}`,
  deeds: (name: string, thing: string): Record<string, DeedTexts> => ({
    disable: {
      title: `Disable user ${name}?`,
      about: "You can enable the account again at any time. Its grants and keys stay.",
      button: `Disable ${name}`,
      done: `${name} is disabled.`,
    },
    enable: { title: `Enable user ${name}?`, button: `Enable ${name}`, done: `${name} is enabled.` },
    delete: {
      title: `Delete user ${name}?`,
      about: "You cannot undo this. To keep the account and only stop sign-ins, disable it instead.",
      button: `Delete ${name}`,
      done: `${name} is deleted.`,
    },
    "verify-email": {
      title: `Mark the address of ${name} as verified?`,
      button: "Mark as verified",
      done: "The address counts as verified.",
    },
    "revoke-sessions": {
      title: `Revoke all sessions of ${name}?`,
      about:
        "Do this when a device was lost or stolen. It takes effect at once, on every device. To sign out one device alone, " +
        "revoke its session in the table.",
      button: "Revoke all sessions",
      done: "All sessions are revoked.",
    },
    "reset-factors": {
      title: `Reset the second factors of ${name}?`,
      about: "Make sure first that it is the user who asks. Afterwards the password alone is enough.",
      button: "Reset second factors",
      done: "The second factors are removed.",
    },
    "revoke-key": {
      title: `Revoke the key ${thing} of ${name}?`,
      about: "You cannot undo this.",
      button: `Revoke ${thing}`,
      done: `The key ${thing} is revoked.`,
    },
    revoke: {
      title: `Revoke ${thing} from ${name}?`,
      button: `Revoke ${thing}`,
      done: `${thing} is revoked.`,
    },
  }),
  keepThing: (thing: string) => `Keep ${thing}`,
  keepSessions: "Keep the sessions",
  keepFactors: "Keep the factors",
  leaveAddress: "Leave it unverified",
  leaveDisabled: "Leave it disabled",
  sessionsEnd: ({ count, isMore }: Count) =>
    count === 0
      ? "No session ends: the user is not signed in anywhere."
      : `${isMore ? `More than ${count}` : count} ${count === 1 ? "session ends" : "sessions end"}`,
  keysStop: ({ count, isMore }: Count) =>
    count === 0
      ? "There is no API key."
      : `${isMore ? `More than ${count}` : count} ${count === 1 ? "API key stops" : "API keys stop"} working`,
  keysStay: ({ count, isMore }: Count) =>
    count === 0
      ? "There is no API key that could still be used."
      : `${isMore ? `More than ${count}` : count} ${
        count === 1 ? "API key keeps" : "API keys keep"
      } working. Revoke it too if the device held it.`,
  keysRest: ({ count, isMore }: Count) =>
    count === 0
      ? "There is no API key."
      : `${isMore ? `More than ${count}` : count} ${
        count === 1 ? "API key is" : "API keys are"
      } refused until the account is enabled`,
  signInAgain: (hasFactor: boolean) =>
    `Every device and application has to sign in again${hasFactor ? ", with the password and the second factor" : ""}`,
  passwordKnown: "If the password may be known, disable the account instead.",
  cannotSignIn: "The user cannot sign in, and decisions about them are “No”",
  canSignIn: "The user can sign in again, and may do what their grants give",
  grantsEnd: (roles: string[]) =>
    roles.length === 0 ? "There is no grant." : `${roles.length} grants are revoked: ${roles.join(", ")}`,
  erased: "Name, e-mail and devices are erased, in the audit too. The events stay, and the chain stays valid",
  trusted: (email: string) => `Applications trust that ${email} belongs to this user`,
  factorsGo: "All second factors and recovery codes are removed",
  passwordAlone: "Until another factor is set up, the password alone signs in",
  mailed: "The user is told by mail",
  keyStops: "Programs that use it are refused at once",
  loses: (count: number) =>
    count === 0
      ? "The user loses no permission: other grants give all that this one gives."
      : `The user loses ${count === 1 ? "1 permission" : `${count} permissions`}:`,
  gains: (count: number) =>
    count === 0
      ? "The user gains no permission: other grants give all of them."
      : `The user gains ${count === 1 ? "1 permission" : `${count} permissions`}:`,
  more: (count: number) => `and ${count} more`,
  seeSessions: "See sessions",
  seeKeys: "See keys",
  seeGrants: "See grants",
  disableInstead: "Disable the account",

  grantTitle: (name: string) => `Grant ${name} a role`,
  role: "Role",
  roleHint: "You can grant roles that you hold yourself.",
  preview: "Show what it gives",
  whatItGives: (role: string) => `What ${role} gives`,
  noSuchRole: (role: string) => `There is no role “${role}”. Choose one of the list.`,
  expires: "Expires",
  expiresHint: "The end of this day, in UTC. Leave it empty for a grant without an end.",
  wrongDay: "Enter a day in the future, or nothing.",
  grantButton: (role: string) => `Grant ${role}`,
  granted: (role: string) => `${role} is granted.`,
  alreadyHeld: "The user has this role already. Granting it again changes when it expires.",

  editTitle: (name: string) => `Edit ${name}`,
  username: "Username",
  email: "E-mail",
  emailHint: "Another address counts as not verified.",
  save: "Save",
  saved: "The change is saved.",
  sessionRevoked: "The session is revoked.",
  taken: "Another account has this name, or one that looks the same.",
  emailTaken: "Another account has this address.",
};

export type UserDeedTexts = typeof english;

export const deedTexts: Readonly<Record<"en" | "de", UserDeedTexts>> = { en: english, de: german };
