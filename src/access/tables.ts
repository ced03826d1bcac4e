/** The cell that updates and deletes the rows of each table, or of a column that has an owner of its own. */
export const tables = {
  grants: "access/grants",
  permissions: "access/permissions",
  roles: "access/roles",
  role_graph: "access/roles",
  role_parents: "access/roles",
  role_permissions: "access/roles",
  role_exclusions: "access/exclusions",
  role_exclusion_members: "access/exclusions",
} as const;
