import { german } from "./account_texts_de.ts";

const count = (number: number, one: string, many: string) => number === 1 ? `1 ${one}` : `${number} ${many}`;

const english = {
  title: "Service accounts",
  searchHint: "Name starts with",
  create: "Create service account",
  name: "Name",
  description: "Description",
  roles: "Roles",
  created: "Created",
  state: "State",
  active: "Active",
  disabled: "Disabled",
  allFound: (n: number) => `${count(n, "service account", "service accounts")}, by name. Times are UTC.`,
  firstOfMany: (n: number) => `The first ${n}, by name. Times are UTC.`,
  nextOfMany: (n: number) => `The next ${n}, by name. Times are UTC.`,
  empty:
    "A service account is the account of a program. It holds roles like a user, and signs in with API keys or as an OAuth client instead of a password. For example, nightly-backup holds the role auditor and reads the audit log.",
  byCommand: "The same by command line, with a role that exists:",
  noneFound: "No service account has a name that starts so.",
  done: {
    created: "Service account created.",
    changed: "Change saved.",
    deleted: "Service account deleted.",
    granted: "Role granted.",
    revoked: "Role revoked.",
    disabled: "Service account disabled.",
    enabled: "Service account enabled.",
    key_revoked: "Key revoked.",
  },
  change: "Change",
  delete: "Delete",
  disable: "Disable",
  enable: "Enable",
  disabledSince: "Disabled since",
  grants: "Roles",
  grantRole: "Grant a role",
  noGrants: "No roles, so it may do nothing.",
  grantsAre: (n: number) => `${count(n, "grant", "grants")}, by name of the role. Times are UTC.`,
  role: "Role",
  granted: "Granted",
  expires: "Expires",
  expired: "Expired",
  revoke: "Revoke",
  revokeRole: (role: string) => `Revoke role ${role}`,
  gives: "What it may do",
  givesNothing: "Nothing.",
  permission: "Permission",
  byPath: "By this path",
  permissionsAre: (n: number) => `${count(n, "permission", "permissions")}, by name.`,
  firstPermissions: (n: number) => `The first ${n} permissions, by name.`,
  keys: "API keys",
  newKey: "Create a key",
  noKeys: "No keys. A program that acts as this account needs one, or an OAuth client of this account.",
  keysAre: (n: number) => `${count(n, "key", "keys")}, the newest first. Times are UTC.`,
  newestKeys: (n: number) => `The newest ${n} keys. Times are UTC.`,
  key: "Key",
  carries: "Carries",
  secrets: "Secrets end in",
  lastUsed: "Last used",
  ends: "Ends",
  ended: "Revoked",
  rotate: "Rotate",
  rotateKey: (name: string) => `Rotate key ${name}`,
  revokeOne: "Revoke",
  revokeKey: (name: string) => `Revoke key ${name}`,
  events: "See it in the audit log",
};

export type AccountTexts = typeof english;

/** What was just done, to be said on the page that follows. */
export type AccountDone = keyof AccountTexts["done"];

export const accountTexts: Readonly<Record<"en" | "de", AccountTexts>> = { en: english, de: german };
