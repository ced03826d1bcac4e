import { defineDictionary } from "../vocabulary/dictionary.ts";

const accessDictionary = defineDictionary({
  problems: {
    role_taken: { status: 409, title: "Role taken", about: "A role with this name exists." },
    role_built_in: {
      status: 409,
      title: "Built-in role",
      about: "The roles `admin` and `user` cannot be edited or deleted, and no role can inherit from `admin`.",
    },
    role_excluded: {
      status: 409,
      title: "Role in an exclusion",
      about: "A role exclusion names this role. Delete the exclusion first.",
    },
    exclusion_violated: {
      status: 409,
      title: "Role exclusion violated",
      about: "A user would hold more roles of a role exclusion than it allows (NIST RBAC, static separation of duty).",
    },
    permission_taken: { status: 409, title: "Permission taken", about: "A permission with this name exists." },
    permission_in_use: {
      status: 409,
      title: "Permission in use",
      about: "A role holds this permission, or it belongs to Sentinel itself. Remove it from all roles first.",
    },
    last_admin: {
      status: 409,
      title: "Last administrator",
      about: "There must always be an active administrator, with a grant that does not expire.",
    },
  },
  fieldErrors: {
    unknown_role: "a role that does not exist",
    unknown_permission: "a permission that does not exist",
    role_cycle: "the role would inherit from itself",
    reserved: "a resource name that is reserved for Sentinel",
  },
  permissions: {
    "admin_area:enter": "Enter the administrators' area",
    "decisions:evaluate": "Ask what other users may do, and who may do something",
    "permissions:write": "Register and delete the permissions of applications",
    "roles:grant": "Grant and revoke roles that you hold yourself",
    "roles:read": "See roles, permissions and role exclusions",
    "roles:write": "Create and edit roles that give no more than you hold, and role exclusions",
  },
  auditActions: {
    "role.granted": "A role was granted to a user or a service account, or the end of the grant was changed.",
    "role.revoked": "A role was revoked from a user or a service account.",
    "role.created": "A role was created.",
    "role.changed": "A role's description was changed, or whether its holders must have a second factor.",
    "role.deleted": "A role was deleted, with every grant of it.",
    "role.permission_added": "A permission was added to a role.",
    "role.permission_removed": "A permission was removed from a role.",
    "role.parent_added": "A role now inherits from another role.",
    "role.parent_removed": "A role no longer inherits from another role.",
    "role_exclusion.created": "A role exclusion was created.",
    "role_exclusion.deleted": "A role exclusion was deleted.",
    "permission.created": "An application's permission was registered.",
    "permission.deleted": "An application's permission was deleted.",
  },
  metrics: {
    sentinel_decisions_total: {
      kind: "counter",
      help: "Access decisions, by result.",
      labels: { decision: ["allow", "deny"] },
    },
  },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    access: typeof accessDictionary;
  }
}
