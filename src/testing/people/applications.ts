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
export type Application = { id: string; name: string; secret: string; redirectUri: string; isPublic: boolean };

type Wanted = Partial<NewClient> & { isPublic?: boolean };

/** A user who is signed in in a browser. */
export type Visitor = { userId: string; sessionId: string };

const ledgerUri = "https://ledger.example.com/callback";

/** A new application of the installation's own: users are not asked for consent unless the test says otherwise. */
export async function newApplication(
  { oauthClients }: Pick<Sentinel, "oauthClients">,
  { isPublic = false, name = "Ledger", redirect_uris = [ledgerUri], ...wanted }: Wanted = {},
): Promise<Application> {
  const { client, secret = "" } = await oauthClients.create({
    name,
    token_endpoint_auth_method: isPublic ? "none" : "client_secret_basic",
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris,
    scopes: [...identityScopes],
    own_api: false,
    first_party: true,
    id_token_signed_response_alg: "ES256",
    ...wanted,
  }, localActor);
  return { id: client.id, name, secret, redirectUri: redirect_uris[0]!, isPublic };
}

/** As {@link newApplication}, for an application of others: users are asked for consent. */
export function othersApplication(sentinel: Pick<Sentinel, "oauthClients">, wanted: Wanted = {}): Promise<Application> {
  return newApplication(sentinel, { first_party: false, ...wanted });
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

/** Several of {@link newVisitor}. */
export function newVisitors(sentinel: Pick<Sentinel, "db">, count: number): Promise<Visitor[]> {
  return Promise.all(Array.from({ length: count }, () => newVisitor(sentinel)));
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

/** The status and the error of an answer of the token endpoint (RFC 6749 §5.2). */
export async function errorOf(response: Response): Promise<[status: number, error: string]> {
  return [response.status, (await response.json()).error];
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

/** The challenge of the verifier in RFC 7636, appendix B. */
export const codeVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
export const codeChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/** The path of a request of the application; a parameter that is undefined is not sent, and lists are repeated. */
export function authorizePath(
  application: Pick<Application, "id" | "redirectUri">,
  changed: Record<string, string | string[] | undefined> = {},
): string {
  return `/oauth/authorize?${authorizeQuery(application, changed)}`;
}

export function authorizeQuery(
  { id, redirectUri }: Pick<Application, "id" | "redirectUri">,
  changed: Record<string, string | string[] | undefined> = {},
): URLSearchParams {
  const parameters = {
    response_type: "code",
    client_id: id,
    redirect_uri: redirectUri,
    scope: "openid",
    state: "a state",
    nonce: "a nonce",
    code_challenge: codeChallenge,
    code_challenge_method: "S256",
    ...changed,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const each of value === undefined ? [] : [value].flat()) query.append(name, each);
  }
  return query;
}

/** What an address that the browser was sent to tells the application. */
export function answerIn(address: string): Record<string, string> {
  return Object.fromEntries(new URL(address).searchParams);
}
