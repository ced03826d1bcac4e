/**
 * The permissions that Sentinel's own operations ask for; applications bring theirs. `requires()` takes a key of
 * this table and nothing else, and a migration gives each of them its row.
 */
export const permissions = {
  "admin_area:enter": "Enter the area that only administrators see",
  "audit:read": "Read the audit log",
  "roles:grant": "Grant roles to users, as far as one holds what the role gives",
  "sessions:read": "See the sessions of any user",
  "sessions:revoke": "End sessions of any user, as far as one holds what that user holds",
  "tokens:introspect": "Ask what a token is worth (RFC 7662)",
} as const;

export type Permission = keyof typeof permissions;
