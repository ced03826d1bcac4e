import { Buffer } from "node:buffer";
import type { NewClient } from "../../oauth/clients/clients.ts";
import { localActor } from "../../vocabulary/actor.ts";
import type { AccessTokenAlgorithm } from "../../vocabulary/algorithms.ts";
import type { Init, Sentinel } from "../harness.ts";
import { createRole } from "./people.ts";

/** A new OAuth client: it may use client credentials at Sentinel's own API unless the test says otherwise. */
export async function newClient(
  { oauthClients }: Pick<Sentinel, "oauthClients">,
  wanted: Partial<NewClient> = {},
): Promise<{ id: string; account: string; secret: string }> {
  const { client, secret } = await oauthClients.create({
    name: "a program",
    own_api: true,
    ...wanted,
  }, localActor);
  return { id: client.id, account: client.service_account_id!, secret: secret! };
}

/** A new API that tokens are issued for; answers its id. */
export async function newApiResource(
  { apiResources }: Pick<Sentinel, "apiResources">,
  { uri = `https://${crypto.randomUUID()}.example.com`, scopes = ["documents:read"], alg = "ES256" }: {
    uri?: string;
    scopes?: string[];
    alg?: AccessTokenAlgorithm;
  } = {},
): Promise<string> {
  const { id } = await apiResources.create({ uri, name: "Documents", scopes, alg, ttl_seconds: 600 }, localActor);
  return id;
}

/** Two new APIs, and a role that may read users. `scopes` are those of the documents. */
export async function newApis(
  sentinel: Pick<Sentinel, "apiResources" | "roles">,
  { scopes = ["documents:read", "users:read"], alg = "ES256" }: { scopes?: string[]; alg?: AccessTokenAlgorithm } = {},
): Promise<Record<"reader" | "documents" | "pictures", string>> {
  const [documents, pictures] = [0, 1].map(() => `https://${crypto.randomUUID()}.example.com`) as [string, string];
  await newApiResource(sentinel, { uri: documents, scopes });
  await newApiResource(sentinel, { uri: pictures, scopes: ["pictures:read"], alg });
  return { reader: await createRole(sentinel, { permissions: ["users:read"] }), documents, pictures };
}

/** The header by which a client authenticates, its parts encoded as RFC 6749 §2.3.1 says. */
export function basic({ id, secret }: { id: string; secret: string }): { authorization: string } {
  const pair = [id, secret].map(encodeURIComponent).join(":");
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** Asks for a token as this client. */
export function askForToken(
  sentinel: Pick<Sentinel, "fetch">,
  client: { id: string; secret: string },
  form: Record<string, string> = {},
  init: Init = {},
): Promise<Response> {
  return sentinel.fetch("/oauth/token", {
    ...init,
    form: { grant_type: "client_credentials", ...form },
    headers: { ...basic(client), ...init.headers },
  });
}

/** A token of this client. */
export async function tokenOfClient(
  sentinel: Pick<Sentinel, "fetch">,
  client: { id: string; secret: string },
  form: Record<string, string> = {},
): Promise<string> {
  return (await (await askForToken(sentinel, client, form)).json()).access_token;
}
