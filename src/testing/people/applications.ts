import { hash, randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { NewCode } from "../../oauth/codes/authorization_codes.ts";
import type { NewClient } from "../../oauth/clients/clients.ts";
import { identityScopes } from "../../oauth/scopes.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";
import { type Form, type Sentinel, testSecret } from "../harness.ts";
import { basic } from "./clients.ts";
import { newcomer } from "./people.ts";

/** A client that signs users in. `isPublic`: it has no secret. */
export type Application = { id: string; secret: string; redirectUri: string; isPublic: boolean };

/** A user who is signed in in a browser. */
export type Visitor = { userId: string; sessionId: string };

/** A new application of the installation's own: users are not asked for consent unless the test says otherwise. */
export async function newApplication(
  { oauthClients }: Pick<Sentinel, "oauthClients">,
  { isPublic = false, ...wanted }: Partial<NewClient> & { isPublic?: boolean } = {},
): Promise<Application> {
  const redirectUri = `https://${crypto.randomUUID()}.example.com/callback`;
  const { client, secret = "" } = await oauthClients.create({
    name: "Ledger",
    token_endpoint_auth_method: isPublic ? "none" : "client_secret_basic",
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris: [redirectUri],
    scopes: [...identityScopes],
    own_api: false,
    first_party: true,
    id_token_signed_response_alg: "ES256",
    ...wanted,
  }, localActor);
  return { id: client.id, secret, redirectUri, isPublic };
}

/** A new session of a browser, of this user or of a new one with these roles. */
export async function newVisitor(
  sentinel: Pick<Sentinel, "db">,
  { roles = [], userId: known }: { roles?: string[]; userId?: string } = {},
): Promise<Visitor> {
  const userId = known ?? (await newcomer(sentinel, { roles })).id;
  const sessionId = uuidv7();
  await sentinel.db.query(
    "test",
    `insert into sessions (id, kind, user_id, refresh_seed, secret_id, expires_at, auth_time)
     values ($1, 'browser', $2, $3, $4, now() + interval '1 day', now() - interval '1 minute')`,
    [sessionId, userId, randomBytes(32), createSecrets(testSecret).id],
  );
  return { userId, sessionId };
}

/** A verifier of PKCE with its challenge (RFC 7636 §4.2). */
export function newVerifier(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: hash("sha256", verifier, "base64url") };
}

/** A code that the visitor's browser brings to the application, with its verifier. */
export async function newCode(
  { db, authorizationCodes }: Pick<Sentinel, "db" | "authorizationCodes">,
  application: Pick<Application, "id" | "redirectUri">,
  visitor: Visitor,
  more: Partial<NewCode> = {},
): Promise<{ code: string; verifier: string }> {
  const { verifier, challenge } = newVerifier();
  const issue = {
    ...{ ...visitor, clientId: application.id, redirectUri: application.redirectUri, codeChallenge: challenge },
    ...{ scopes: ["openid"], resources: [], nonce: undefined, offline: false, ...more },
  };
  return { code: await db.transaction((tx) => authorizationCodes.issueIn(tx, issue)), verifier };
}

/** Exchanges the code as the application. */
export function exchangeCode(
  sentinel: Pick<Sentinel, "fetch">,
  application: Application,
  { code, verifier }: { code: string; verifier: string },
  more: Form = {},
): Promise<Response> {
  const form = { redirect_uri: application.redirectUri, code, code_verifier: verifier, ...more };
  return askAs(sentinel, application, { grant_type: "authorization_code", ...form });
}

/** Asks the token endpoint as the application, by Basic or as a public client. */
export function askAs(
  sentinel: Pick<Sentinel, "fetch">,
  { id, secret, isPublic }: Pick<Application, "id" | "secret" | "isPublic">,
  form: Form,
  path = "/oauth/token",
): Promise<Response> {
  if (isPublic) return sentinel.fetch(path, { form: { ...form, client_id: id } });
  return sentinel.fetch(path, { form, headers: basic({ id, secret }) });
}

/** What a new visitor's sign-in gave to the application. */
export async function signedInWith(
  sentinel: Pick<Sentinel, "db" | "fetch" | "authorizationCodes">,
  application: Application,
  visitor: Visitor,
  more: Partial<NewCode> = {},
): Promise<Record<"access_token" | "refresh_token" | "id_token" | "scope", string>> {
  return await (await exchangeCode(sentinel, application, await newCode(sentinel, application, visitor, more))).json();
}
