/** The cell that updates and deletes the rows of each table, or of a column that has an owner of its own. */
export const tables = {
  "users.password_hash": "credentials/passwords",
  api_keys: "credentials/api_keys",
  secrets: "credentials/api_keys",
  tickets: "credentials/tickets",
  "users.credential_epoch": "credentials/factors",
  totp_factors: "credentials/totp",
  passkeys: "credentials/passkeys",
  recovery_codes: "credentials/recovery_codes",
} as const;
