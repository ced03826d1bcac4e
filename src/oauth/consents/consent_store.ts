import type { Db } from "../../platform/db/db.ts";

/** What a user allowed an application: to learn these scopes, and to use these APIs. */
export type Consent = { scopes: string[]; resources: string[] };

/** The consent of the user to the client. */
export async function findConsent(db: Db, userId: string, clientId: string): Promise<Consent | undefined> {
  const [row] = await db.query<Consent>(
    "find_consent",
    "select scopes, resources from consents where user_id = $1 and client_id = $2",
    [userId, clientId],
    { keepPlan: true },
  );
  return row;
}

/** Stores the consent. What the user allowed this client before stays allowed. */
export async function upsertConsent(
  db: Db,
  { userId, clientId, scopes, resources }: Consent & { userId: string; clientId: string },
): Promise<void> {
  const union = (column: string) =>
    `array(select distinct name from unnest(consents.${column} || excluded.${column}) as name order by name)`;
  await db.query(
    "upsert_consent",
    `insert into consents (user_id, client_id, scopes, resources) values ($1, $2, $3, $4)
     on conflict (user_id, client_id) do update
       set scopes = ${union("scopes")}, resources = ${union("resources")}, granted_at = now()`,
    [userId, clientId, scopes, resources],
  );
}

/** Deletes the consent; false when there is none. */
export async function deleteConsent(db: Db, userId: string, clientId: string): Promise<boolean> {
  const rows = await db.query(
    "delete_consent",
    "delete from consents where user_id = $1 and client_id = $2 returning client_id",
    [userId, clientId],
  );
  return rows.length > 0;
}
