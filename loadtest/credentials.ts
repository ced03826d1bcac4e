/** For load scripts: API keys, OAuth clients and sign-ins of browsers, inserted many at a time, with their secrets. */
import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { formatCookie } from "../src/sessions/browser/session_cookie.ts";
import { createOpaqueSecret } from "../src/tokens/opaque/opaque_secret.ts";
import { createSecrets } from "../src/vocabulary/secrets.ts";
import { type Schema, secret } from "./rig.ts";

/** A client, and the secret by which it authenticates. */
export type Application = { id: string; client_secret: string };

/** API keys of the user, as text. */
export async function insertKeys({ name, sql }: Schema, userId: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => crypto.randomUUID());
  const secrets = ids.map((id) => createOpaqueSecret("pat", id));
  await sql(
    `with key as (
       insert into ${name}.api_keys (id, user_id, name, scopes)
       select id, $1, 'load', '{users:read}' from unnest($2::uuid[]) id
     )
     insert into ${name}.secrets (id, kind, owner_id, hash, hint)
     select gen_random_uuid(), 'pat', id, decode(hash, 'hex'), 'load' from unnest($2::uuid[], $3::text[]) s (id, hash)`,
    [userId, ids, secrets.map(({ hash }) => hash)],
  );
  return secrets.map(({ text }) => text);
}

/** Clients with service accounts, which may get tokens for themselves. */
export async function insertClients({ name, sql }: Schema, count: number): Promise<Application[]> {
  const ids = Array.from({ length: count }, () => crypto.randomUUID());
  const secrets = ids.map((id) => createOpaqueSecret("cs", id));
  await sql(
    `with account as (
       insert into ${name}.users (id, kind, service_name, service_description)
       select gen_random_uuid(), 'service', 'client-' || id, '' from unnest($1::uuid[]) id
       returning id, substr(service_name, 8)::uuid as client_id
     ), client as (
       insert into ${name}.clients (id, name, grant_types, scopes, own_api, service_user_id)
       select client_id, 'load', '{client_credentials}', '{}', true, id from account
     )
     insert into ${name}.secrets (id, kind, owner_id, hash, hint)
     select gen_random_uuid(), 'cs', id, decode(hash, 'hex'), 'load' from unnest($1::uuid[], $2::text[]) s (id, hash)`,
    [ids, secrets.map(({ hash }) => hash)],
  );
  return ids.map((id, i) => ({ id, client_secret: secrets[i]!.text }));
}

/** The cookies of new users, each signed in in a browser. */
export async function insertBrowsers({ name, sql }: Schema, count: number): Promise<string[]> {
  const secrets = createSecrets(secret);
  const sessions = Array.from({ length: count }, () => ({ id: uuidv7(), seed: randomBytes(32) }));
  await sql(
    `with person as (
       insert into ${name}.users (id, username, username_canonical, email, email_canonical, password_hash)
       select gen_random_uuid(), 'v' || id, 'v' || id, id || '@example.com', id || '@example.com', '*'
       from unnest($1::text[]) id returning id, substr(username, 2)::uuid as session_id
     )
     insert into ${name}.sessions (id, kind, user_id, refresh_seed, secret_id, expires_at, auth_time)
     select session_id, 'browser', p.id, decode(s.seed, 'hex'), $3, now() + interval '1 day', now()
     from person p join unnest($1::text[], $2::text[]) s (id, seed) on s.id = p.session_id::text`,
    [sessions.map(({ id }) => id), sessions.map(({ seed }) => seed.toString("hex")), secrets.id],
  );
  return sessions.map(({ id, seed }) => `session=${formatCookie(secrets.subkey("cookie"), seed, id, 0)}`);
}

/** The header by which a client authenticates. */
export function basic({ id, client_secret }: Application): string {
  return `Basic ${btoa(`${id}:${client_secret}`)}`;
}

/** A client that is an API, which may introspect its tokens and get some for itself. */
export async function createApi(origin: string, token: string): Promise<Application> {
  const [uri, scopes] = ["https://documents.example.com", ["documents:read"]];
  await create(origin, token, "/resources", { uri, name: "Documents", scopes });
  return await create(origin, token, "/clients", { name: "of an API", scopes, resources: [uri] });
}

/** Creates something by the API, as the administrator whose token this is. @throws when it is not created. */
export async function create<T = Application>(origin: string, token: string, path: string, body: object): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const response = await fetch(origin + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (response.status !== 201) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}
