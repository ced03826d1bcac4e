/**
 * The permissions that Sentinel's own operations ask for; applications bring theirs. `requires()` takes a key of
 * this table and nothing else, and a migration gives each of them its row.
 */
export const permissions = {
  "admin_area:enter": "Enter the area that only administrators see",
  "audit:read": "Read the audit log",
  "decisions:evaluate": "Ask what others may do, and who may do something",
  "permissions:write": "Register and delete the permissions of applications",
  "roles:grant": "Grant roles to users, as far as one holds what the role gives",
  "roles:read": "See roles, permissions and role exclusions",
  "roles:write": "Make and edit roles and role exclusions, as far as one holds what the role gives",
  "service_accounts:read": "See service accounts, their roles and what they may do",
  "service_accounts:write":
    "Create service accounts, and change, disable or delete those that hold no more than oneself",
  "sessions:read": "See the sessions of any user",
  "sessions:revoke": "End sessions of any user, as far as one holds what that user holds",
  "tokens:introspect": "Ask what a token is worth (RFC 7662)",
  "users:delete": "Delete and erase users who hold no more than oneself",
  "users:read": "See users, their roles and what they may do",
  "users:write": "Make users, and change or disable those who hold no more than oneself",
} as const;

export type Permission = keyof typeof permissions;
