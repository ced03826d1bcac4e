import type { Db } from "../../platform/db/db.ts";
import type { PrincipalClient } from "../../vocabulary/actor.ts";

/** What a user allowed an application: to learn these scopes, and to use these APIs. */
export type Consent = { scopes: string[]; resources: string[] };

/** Whose consent to which client. */
export type ConsentKey = { userId: string; clientId: string };

/** What these users allowed these clients, in no order; nothing to a client that has become another since. */
export function findConsents(db: Db, keys: ConsentKey[]): Promise<(Consent & ConsentKey)[]> {
  return db.query<Consent & ConsentKey>(
    "find_consents",
    `select k.user_id as "userId", k.client_id as "clientId", k.scopes, k.resources
     from unnest($1::uuid[], $2::uuid[]) as asked (user_id, client_id) join consents k using (user_id, client_id)
     where not exists (select from clients c where c.id = k.client_id and c.consents_not_before > k.granted_at)`,
    [keys.map(({ userId }) => userId), keys.map(({ clientId }) => clientId)],
    { keepPlan: true },
  );
}

/** Stores the consent. What the user allowed this client before stays allowed, unless it has become another since. */
export async function upsertConsent(
  db: Db,
  { userId, clientId, scopes, resources }: Consent & ConsentKey,
): Promise<void> {
  const union = (column: string) =>
    `array(
       select distinct name from unnest(excluded.${column} || case when not exists (
         select from clients c where c.id = excluded.client_id and c.consents_not_before > consents.granted_at
       ) then consents.${column} end) as name order by name
     )`;
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

/** An application that the user allowed something, with the number of live sessions that it holds of them. */
export type AllowedApplication =
  & Consent
  & Pick<PrincipalClient, "id" | "name" | "source" | "url" | "redirect_uris">
  & { granted_at: Date; sessions: number };

/**
 * A page of the user's consents, those to the newest applications first, before `before`; or the one to `clientId`. A
 * session ends after `idleSeconds` without a refresh.
 */
export function listConsents(
  db: Db,
  userId: string,
  { before, limit, idleSeconds, clientId = null }: {
    before: string | null;
    limit: number;
    idleSeconds: number;
    clientId?: string | null;
  },
): Promise<AllowedApplication[]> {
  return db.query(
    "list_consents",
    `select c.id, c.name, c.source, c.url, c.redirect_uris, k.scopes, k.resources, k.granted_at, (
       select count(*)::int from sessions s
       where s.user_id = k.user_id and s.client_id = k.client_id and s.revoked_at is null and s.expires_at > now()
         and s.last_seen_at > now() - make_interval(secs => $4)
     ) as sessions
     from consents k join clients c on c.id = k.client_id
     where k.user_id = $1 and ($2::uuid is null or k.client_id < $2) and ($5::uuid is null or k.client_id = $5)
     order by k.client_id desc limit $3`,
    [userId, before, limit, idleSeconds, clientId],
  );
}
