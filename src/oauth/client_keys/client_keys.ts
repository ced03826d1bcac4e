import { type CryptoKey, importJWK } from "jose";
import { BoundedMap } from "../../platform/cache/bounded_map.ts";
import { type Outbound, OutboundError, type OutboundErrorClass } from "../../platform/outbound.ts";
import type { ClientKey, PrincipalClient } from "../../vocabulary/actor.ts";
import type { AssertionAlgorithm } from "../../vocabulary/algorithms.ts";
import { algorithmsOf, usableKeys } from "./client_jwks.ts";

/** How a request for the keys of a client ended; `invalid` is what is no JWK Set. */
export type KeysOutcome = "ok" | "invalid" | OutboundErrorClass;

/** The keys of a client cannot be had; the message is for its operator. */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
}

/** What one `jwks_uri` of a client answered. Times are of the monotonic clock. */
type Fetched = {
  keys: readonly ClientKey[] | undefined;
  fetchedAt: number;
  triedAt: number;
  failure: string | undefined;
  loading: Promise<void> | undefined;
};

export type ClientKeys = ReturnType<typeof createClientKeys>;

/** A key that is unknown, or an answer that failed, is asked for again after a minute; known keys after ten. */
const retryMs = 60_000, maxAgeMs = 600_000;
const urisMax = 10_000, importedMax = 10_000;
const sizeBytesMax = 65_536;

/**
 * The public keys of clients: their `jwks`, or what their `jwks_uri` answers. That is kept in memory, requested by one
 * request at a time and at most once a minute, and an error never replaces a good answer.
 */
export function createClientKeys({ outbound, isOfStranger, monotonic, counted }: {
  outbound: Outbound;
  /** Whether anybody may have named the `jwks_uri` of the client. */
  isOfStranger: (client: PrincipalClient) => boolean;
  monotonic: () => number;
  counted: (outcome: KeysOutcome) => void;
}) {
  const fetched = new BoundedMap<string, Fetched>(urisMax);
  const imported = new BoundedMap<string, Promise<CryptoKey>>(importedMax);

  return { find };

  /** The client's key with this id for this algorithm. @throws {KeysUnavailable} */
  async function find(client: PrincipalClient, kid: string, alg: AssertionAlgorithm): Promise<CryptoKey | undefined> {
    const keys = client.jwks_uri === null ? client.jwks?.keys ?? [] : await fetchedKeys(client, client.jwks_uri, kid);
    const key = keys.find((each) => each.kid === kid);
    if (!key || !algorithmsOf(key).includes(alg)) return undefined;
    return await importKey(key, alg);
  }

  async function fetchedKeys(client: PrincipalClient, uri: string, kid: string): Promise<readonly ClientKey[]> {
    const place = `${client.id} ${uri}`;
    const known = fetched.get(place) ??
      { keys: undefined, fetchedAt: -Infinity, triedAt: -Infinity, failure: undefined, loading: undefined };
    fetched.set(place, known);
    const now = monotonic();
    const isKnown = now - known.fetchedAt < maxAgeMs && known.keys?.some((key) => key.kid === kid);
    if (!isKnown && !known.loading && now - known.triedAt >= retryMs) {
      known.triedAt = now;
      known.loading = load(uri, known, isOfStranger(client)).finally(() => known.loading = undefined);
    }
    if (!isKnown) await known.loading;
    if (!known.keys) throw new KeysUnavailable(known.failure);
    return known.keys;
  }

  async function load(uri: string, known: Fetched, isOfStranger: boolean): Promise<void> {
    try {
      known.keys = await request(uri, isOfStranger);
      known.fetchedAt = monotonic();
      counted("ok");
    } catch (error) {
      if (!(error instanceof OutboundError) && !(error instanceof KeysUnavailable)) throw error;
      known.failure = error.message;
      counted(error instanceof OutboundError ? error.errorClass : "invalid");
    }
  }

  async function request(uri: string, isOfStranger: boolean): Promise<ClientKey[]> {
    const { status, body } = await outbound.fetch(uri, {
      accept: "application/jwk-set+json, application/json",
      isOfStranger,
      sizeBytesMax,
    });
    if (status !== 200) throw new OutboundError("http_status", `it answers ${status}`);
    const keys = usableKeys(jsonOf(body));
    if (!keys || keys.length === 0) throw new KeysUnavailable("it answers no JWK Set with a key that can be used");
    return keys;
  }

  /** A point that is not on its curve fails here. */
  async function importKey(key: ClientKey, alg: AssertionAlgorithm): Promise<CryptoKey | undefined> {
    const { use: _, alg: __, ...jwk } = key;
    const place = `${alg} ${JSON.stringify(jwk)}`;
    const known = imported.get(place) ?? importJWK(jwk, alg) as Promise<CryptoKey>;
    imported.set(place, known);
    return await known.catch(() => undefined);
  }
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
