/** The cell that updates and deletes the rows of each table. */
export const tables = {
  api_resources: "oauth/resources",
  clients: "oauth/clients",
  "clients.last_used_at": "oauth/registration",
  client_resources: "oauth/clients",
  client_refusals: "oauth/clients",
  consents: "oauth/consents",
} as const;
