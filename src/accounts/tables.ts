/** The cell that updates and deletes the rows of each table, or of a column with an owner of its own. */
export const tables = { users: "accounts/users", "users.service_name": "accounts/service_accounts" } as const;
