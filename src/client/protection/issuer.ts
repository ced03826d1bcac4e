import { createLocalJWKSet, errors, type JWTVerifyGetKey } from "jose";
import { Refusal } from "./refusal.ts";

/** What is used of the issuer's metadata (RFC 8414 §2). */
export type IssuerMetadata = { issuer: string; jwks_uri: string; introspection_endpoint?: string };

/** Sends a request; throws unless the answer is a success or a 304. */
export type Send = (url: string, init?: RequestInit) => Promise<Response>;

type Key = Awaited<ReturnType<JWTVerifyGetKey>>;
type KeySet = { kids: Set<string | undefined>; find: JWTVerifyGetKey; fetchedAt: number };

/** How old keys may be before they are fetched again, beside the requests. */
const refreshMs = 5 * 60_000;
/** The time between two fetches for keys that are not known, whatever callers send. */
const unknownKeyMs = 60_000;
/** The time between two attempts when Sentinel does not answer. */
const retryMs = 2_000;

/** The issuer as its API sees it: its metadata and its keys, which outlive its absence. */
export type Issuer = ReturnType<typeof createIssuer>;

export function createIssuer({ issuer, send, now, report }: {
  issuer: string;
  send: Send;
  now: () => number;
  report: (error: unknown) => void;
}) {
  let known: IssuerMetadata | undefined;
  let keys: KeySet | undefined;
  let fetching: Promise<KeySet> | undefined;
  let failedAt = -Infinity;
  let unknownAt = -Infinity;
  return { metadata, isKnown, keyOf };

  /** The issuer in the document must be the one that was asked (RFC 8414 §3.3). */
  async function metadata(): Promise<IssuerMetadata> {
    if (known) return known;
    const { origin, pathname } = new URL(issuer);
    const url = `${origin}/.well-known/oauth-authorization-server${pathname === "/" ? "" : pathname}`;
    const found: IssuerMetadata = await (await send(url)).json();
    if (found.issuer !== issuer) throw new Error(`${url} is of the issuer ${found.issuer}, and not of ${issuer}`);
    return known = found;
  }

  /** Whether the key is among those that were fetched last. */
  function isKnown(kid: string | undefined): boolean {
    if (keys && now() - keys.fetchedAt > refreshMs) void fetchKeys().catch(() => {});
    return kid !== undefined && keys?.kids.has(kid) === true;
  }

  /** Callers that bring unknown keys cause one fetch a minute, which they share. */
  async function keyOf(...[header, token]: Parameters<JWTVerifyGetKey>): Promise<Key> {
    if (!keys) await fetchKeys();
    if (!isKnown(header.kid)) await fetchUnknown();
    if (!isKnown(header.kid)) throw new errors.JWKSNoMatchingKey();
    return await keys!.find(header, token);
  }

  async function fetchUnknown(): Promise<void> {
    if (!fetching && now() - unknownAt < unknownKeyMs) return;
    if (!fetching) unknownAt = now();
    await fetchKeys().catch(() => {}); // the keys that are known still count
  }

  function fetchKeys(): Promise<KeySet> {
    if (!fetching && now() - failedAt < retryMs) return Promise.reject(unreachable());
    return fetching ??= fetchOnce().finally(() => fetching = undefined);
  }

  async function fetchOnce(): Promise<KeySet> {
    try {
      const jwks = await (await send((await metadata()).jwks_uri)).json();
      const kids = new Set<string | undefined>(jwks.keys.map(({ kid }: { kid?: string }) => kid));
      return keys = { kids, find: createLocalJWKSet(jwks), fetchedAt: now() };
    } catch (error) {
      failedAt = now();
      report(error);
      throw unreachable(error);
    }
  }

  function unreachable(cause?: unknown): Refusal {
    return new Refusal("unavailable", `The keys of ${issuer} cannot be fetched.`, undefined, cause);
  }
}
