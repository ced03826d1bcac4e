import { v7 as uuidv7 } from "uuid";
import type { Sentinel } from "../harness.ts";

/** An application that signs users in. */
export type RelyingParty = { id: string; name: string; redirectUri: string };

export type RelyingPartyWish = {
  name?: string;
  redirectUri?: string;
  scopes?: string[];
  firstParty?: boolean;
  isPublic?: boolean;
  isNative?: boolean;
  requirePkce?: boolean;
  grantTypes?: string[];
  ownApi?: boolean;
  /** Ids of APIs. */
  resources?: string[];
};

/** The challenge of the verifier in RFC 7636, appendix B. */
export const codeVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
export const codeChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/** A new application of others, with a web server of its own, unless the test says otherwise. */
export async function newRelyingParty(
  { db }: Pick<Sentinel, "db">,
  {
    name = "Ledger",
    redirectUri = "https://ledger.example.com/callback",
    scopes = ["openid", "profile", "email", "roles", "offline_access"],
    firstParty = false,
    isPublic = false,
    isNative = false,
    requirePkce = true,
    grantTypes = ["authorization_code", "refresh_token"],
    ownApi = false,
    resources = [],
  }: RelyingPartyWish = {},
): Promise<RelyingParty> {
  const id = uuidv7();
  const method = isPublic ? "none" : "client_secret_basic";
  await db.query(
    "test",
    `insert into clients (id, name, grant_types, scopes, own_api, token_endpoint_auth_method, application_type,
                          redirect_uris, first_party, require_pkce)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      id,
      name,
      grantTypes,
      scopes,
      ownApi,
      method,
      isNative ? "native" : "web",
      [redirectUri],
      firstParty,
      requirePkce,
    ],
  );
  for (const resource of resources) {
    await db.query("test", "insert into client_resources (client_id, resource_id) values ($1, $2)", [id, resource]);
  }
  return { id, name, redirectUri };
}

/** The path of a request of the application; a parameter that is undefined is not sent, and lists are repeated. */
export function authorizePath(
  { id, redirectUri }: RelyingParty,
  changed: Record<string, string | string[] | undefined> = {},
): string {
  return `/oauth/authorize?${authorizeQuery({ id, redirectUri }, changed)}`;
}

export function authorizeQuery(
  { id, redirectUri }: Pick<RelyingParty, "id" | "redirectUri">,
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
