import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import type { NewClient } from "../../oauth/clients/clients.ts";
import { localActor } from "../../vocabulary/actor.ts";
import type { Form, Sentinel } from "../harness.ts";

/** A key pair of a client, with the public key as it registers it. */
export type ClientKeyPair = { kid: string; alg: string; privateKey: CryptoKey; jwk: Record<string, unknown> };

/** A client that authenticates by `private_key_jwt`. */
export type KeyClient = ClientKeyPair & { id: string };

export async function newKeyPair(alg = "ES256"): Promise<ClientKeyPair> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const kid = crypto.randomUUID();
  return { kid, alg, privateKey, jwk: { ...await exportJWK(publicKey), kid } };
}

/** A new client that signs its assertions with a new key, and gets tokens for itself. */
export async function newKeyClient(
  { oauthClients }: Pick<Sentinel, "oauthClients">,
  { alg, ...wanted }: Partial<NewClient> & { alg?: string } = {},
): Promise<KeyClient> {
  const pair = await newKeyPair(alg);
  const keys = wanted.jwks_uri ? {} : { jwks: { keys: [pair.jwk] } as unknown as NonNullable<NewClient["jwks"]> };
  const { client } = await oauthClients.create({
    ...{ name: "settlement", token_endpoint_auth_method: "private_key_jwt", ...keys, ...wanted },
  }, localActor);
  return { ...pair, id: client.id };
}

const issuer = "http://localhost:8000";

/** An assertion of the client; a claim or a member of the header that is `undefined` is left out. */
export function assertionOf(
  { id, kid, alg, privateKey }: KeyClient,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const all = { iss: id, sub: id, aud: issuer, jti: crypto.randomUUID(), iat: now, exp: now + 60, ...claims };
  return new SignJWT(all).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
}

/** The parameters with which a request carries an assertion. */
export function asserted(assertion: string, more: Form = {}): Form {
  return {
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
    ...more,
  };
}
