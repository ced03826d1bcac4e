import type { Permission } from "../../vocabulary/dictionary.ts";

/** A section of the console: its path, and the permission without which its link is not shown. */
export type Section = { path: string; permission?: Permission };

/** The sections of the console in the order of the navigation. */
export const sections = {
  home: { path: "/console" },
  users: { path: "/console/users", permission: "users:read" },
  roles: { path: "/console/roles", permission: "roles:read" },
  service_accounts: { path: "/console/service-accounts", permission: "service_accounts:read" },
  invitations: { path: "/console/invitations", permission: "users:read" },
  clients: { path: "/console/clients", permission: "clients:read" },
  resources: { path: "/console/resources", permission: "api_resources:read" },
  keys: { path: "/console/keys", permission: "system:read" },
  audit: { path: "/console/audit", permission: "audit:read" },
  mail: { path: "/console/mail", permission: "system:read" },
  logout_tokens: { path: "/console/logout-tokens", permission: "system:read" },
  settings: { path: "/console/settings", permission: "system:read" },
  system: { path: "/console/system", permission: "system:read" },
} as const satisfies Record<string, Section>;

export type SectionName = keyof typeof sections;

/** The groups of the navigation below its first link. */
export const groups = {
  directory: ["users", "roles", "service_accounts", "invitations"],
  applications: ["clients", "resources", "keys"],
  operations: ["audit", "mail", "logout_tokens", "settings", "system"],
} as const satisfies Record<string, readonly SectionName[]>;

export type GroupName = keyof typeof groups;
